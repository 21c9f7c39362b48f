// src/graph/report.ts: what a graph gave as a table and a picture for people, and as JSON for programs.
// Not here: where either is written (src/cli/graph.ts).

import CliTable from "cli-table3";
import pc from "picocolors";
import { machineFacts } from "../lab/machine.js";
import type { Spread } from "../lab/spread.js";
import type { GraphResult } from "./experiment.js";

const BAR_WIDTH = 72;

/** What a graph gave, as JSON. @param version - of this package. */
export function toJson(result: GraphResult, version: string): Record<string, unknown> {
  const { graph, rounds, buildMs, liveCollectMs, garbageCollectMs } = result;
  const { nodes, edges } = graph;
  return {
    program: "pymalloc graph",
    version,
    date: new Date().toISOString(),
    node: process.versions.node,
    v8: process.versions.v8,
    machine: machineFacts(),
    graph: graph.name,
    rounds,
    nodes,
    edges,
    bytesPerNode: result.bytesPerNode,
    footprintBytes: result.footprintBytes,
    buildMs: buildMs.median,
    liveCollectMs: liveCollectMs.median,
    liveCollected: result.liveCollected,
    freedByRefcount: result.freedByRefcount,
    heldByCycles: result.heldByCycles,
    collected: result.collected,
    garbageCollectMs: garbageCollectMs.median,
    alive: result.alive,
    ranges: { buildMs, liveCollectMs, garbageCollectMs },
    expected: { liveCollected: 0, ...graph.answers },
    isRight: result.isRight,
    cpython: graph.recorded,
  };
}

type Colors = ReturnType<typeof pc.createColors>;

/** A table of what was measured and counted beside what CPython had, a picture of the heap, and the verdict. */
export function toText(result: GraphResult, hasColors: boolean): string {
  const colors = pc.createColors(hasColors);
  const { graph, isRight } = result;
  const head = `${colors.bold(graph.name)}: ${count(graph.nodes)} nodes, ${count(graph.edges)} edges`;
  const verdict = isRight
    ? colors.green("every count is the file's")
    : colors.red("failed: the counts marked ✗ are not the file's");
  const caveat = colors.dim(
    "CPython's times are of the machine that the graph was recorded on; its bytes are of 64 bits.",
  );
  return [head, table(result, colors), caveat, ...picture(result, colors), verdict].join("\n");
}

function table(result: GraphResult, colors: Colors): string {
  const { graph, buildMs, liveCollectMs, garbageCollectMs } = result;
  const { answers, recorded, nodes } = graph;
  const table = new CliTable({
    head: ["", "here", "min–max", `${recorded.python ?? "the file"}`, ""],
    colAligns: ["left", "right", "right", "right", "left"],
    style: { head: [], border: [], compact: true },
  });
  const nsPerNode = ({ median }: Spread, ofNodes: number): string =>
    ofNodes === 0 ? "" : `${((median * 1e6) / ofNodes).toFixed(1)} ns a node`;
  const pushTime = (label: string, times: Spread, recordedMs: number | undefined, note: string): void => {
    const range = `${ms(times.min)}–${ms(times.max)}`;
    const theirs = recordedMs === undefined ? "" : `${ms(recordedMs)} ms`;
    table.push([label, `${ms(times.median)} ms`, range, theirs, note]);
  };
  const pushCount = (label: string, found: number, expected: number): void => {
    const mark = found === expected ? colors.green("✓") : colors.red("✗");
    table.push([label, count(found), "", count(expected), mark]);
  };
  const theirBytes = recorded.bytes === undefined ? "" : (recorded.bytes / nodes).toFixed(1);
  table.push(["bytes a node", result.bytesPerNode.toFixed(1), "", theirBytes, "there: contents too"]);
  pushTime("building", buildMs, undefined, nsPerNode(buildMs, nodes));
  pushTime("collection, all alive", liveCollectMs, recorded.liveCollectMs, nsPerNode(liveCollectMs, nodes));
  pushCount("  found to free", result.liveCollected, 0);
  pushCount("freed by reference counting", result.freedByRefcount, answers.freedByRefcount);
  pushCount("held by cycles", result.heldByCycles, answers.heldByCycles);
  pushCount("  containers: gc.collect()", result.collected, answers.collected);
  const garbageNote = nsPerNode(garbageCollectMs, result.heldByCycles + result.alive);
  pushTime("collection of the garbage", garbageCollectMs, recorded.garbageCollectMs, garbageNote);
  return table.toString();
}

/** The nodes by what became of them, as one bar with its legend. */
function picture({ graph, ...result }: GraphResult, colors: Colors): string[] {
  const parts = [
    { label: "freed by reference counting", value: result.freedByRefcount, cell: "█", paint: colors.green },
    { label: "held by cycles, collected", value: result.heldByCycles, cell: "▓", paint: colors.yellow },
    { label: "alive", value: result.alive, cell: "░", paint: colors.cyan },
  ];
  const widths = shares(
    parts.map(({ value }) => value),
    BAR_WIDTH,
  );
  const bar = parts.map(({ cell, paint }, index) => paint(cell.repeat(widths[index]!))).join("");
  const legend = parts.map(({ label, value, cell, paint }) => {
    const percent = ((value / graph.nodes) * 100).toFixed(1);
    return `${paint(cell)} ${label} ${percent} %`;
  });
  return [bar, legend.join("   ")];
}

/** Cells for each value, `width` in all; one that is not 0 is never nothing. */
export function shares(values: readonly number[], width: number): number[] {
  const total = values.reduce((sum, value) => sum + value, 0);
  const cells = values.map((value) => (value === 0 ? 0 : Math.max(1, Math.round((value / total) * width))));
  const excess = cells.reduce((sum, it) => sum + it, 0) - width;
  const widest = cells.indexOf(Math.max(...cells));
  return cells.map((it, index) => (index === widest && total > 0 ? it - excess : it));
}

function count(value: number): string {
  return value.toLocaleString("en");
}

function ms(value: number): string {
  return value < 10 ? value.toFixed(2) : value.toFixed(1);
}
