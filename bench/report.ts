// bench/report.ts: a measurement as tables for people, and as JSON for programs.
// Not here: where either is written (main.ts).

import CliTable from "cli-table3";
import { geometricMean } from "../src/lab/summary.js";
import { factLines, type RunFacts } from "./facts.js";
import { VARIANTS } from "./inside-module.js";
import type { Measurement, Mode, Row } from "./measure.js";
import type { Workload } from "./workloads.js";

const MODES: readonly Mode[] = ["js", ...VARIANTS];
const MODE_TITLES: Readonly<Record<Mode, string>> = {
  js: "called from JavaScript",
  called: "inside Wasm, called",
  inlined: "inside Wasm, inlined",
};

const CAVEAT = `Against ourselves:
- No block is ever written or read. A program's own cache misses, the same whoever allocates, are missing here,
  so ratios are larger than a program would see.
- Sizes are uniform and slots random: no program is like that, and it is hardest on allocators that coalesce.
- The loop is part of every figure, and from JavaScript so are the calls into Wasm; null shows how much.
- One size over and over, as in pair, is every allocator's best case: nothing is searched, each branch is foreseen.
- Brought modules are as their authors' compiler left them; Binaryen alone does the inlining, and it was given one
  call site of malloc and one of free, as few programs have.
- Speed only. Footprint and fragmentation on recordings of real programs: pymalloc replay.`;

/** One allocator in one mode, over all workloads on which it and the reference have a row. */
export interface AllocatorMean {
  readonly mode: Mode;
  readonly allocator: string;
  readonly workloads: number;
  /** Geometric mean of time as a multiple of the reference allocator's; above 1 is slower. */
  readonly timeRatio: number;
}

/** The JSON shape of a measurement. */
export function toJson(
  measurement: Measurement,
  facts: RunFacts,
  reference: string,
): Record<string, unknown> {
  const { rows, failures, skipped, isInterrupted } = measurement;
  return {
    program: "pymalloc bench",
    ...facts,
    interrupted: isInterrupted,
    reference,
    rows,
    failures,
    skipped,
    geometricMeans: meansOf(rows, reference),
  };
}

/** One table a group, one of the means, what is missing, the run's facts and its caveats. */
export function toText(
  measurement: Measurement,
  workloads: readonly Workload[],
  facts: RunFacts,
  reference: string,
): string {
  const { rows, failures, skipped } = measurement;
  const blocks: string[] = [];
  for (const group of new Set(workloads.map((it) => it.group))) {
    const own = workloads.filter((it) => it.group === group);
    const isOwn = (row: Row): boolean =>
      own.some((it) => it.name === row.workload && (it.place === "js") === (row.mode === "js"));
    const ownRows = rows.filter(isOwn);
    if (ownRows.length > 0) blocks.push(`${group}\n${groupTable(ownRows, reference)}`);
  }
  if (rows.length > 0) blocks.push(`geometric means\n${meanTable(meansOf(rows, reference), reference)}`);
  const missing = [
    ...failures.map((it) => `failed: ${it.allocator} on ${it.workload}, ${it.mode}: ${it.reason}`),
    ...skipped.map((it) => `not run: ${it.allocator}: ${it.reason}`),
  ];
  if (missing.length > 0) blocks.push(missing.join("\n"));
  if (measurement.isInterrupted) blocks.push("interrupted: rows are of the rounds that were done");
  blocks.push(factLines(facts), CAVEAT);
  return blocks.join("\n\n");
}

function groupTable(rows: readonly Row[], reference: string): string {
  const table = newTable(["workload", "allocator", "ns/op", "min–max", `time ÷ ${reference}`]);
  for (const [workload, mode] of cellsOf(rows)) {
    const shown = rows.filter((row) => row.workload === workload && row.mode === mode);
    const referenceNs = shown.find((row) => row.allocator === reference)?.nsPerOperation.median;
    for (const [index, { allocator, nsPerOperation }] of shown.entries()) {
      const { min, median, max } = nsPerOperation;
      const title = mode === "js" ? workload : `${workload} ${mode}`;
      table.push([
        index === 0 ? title : "",
        displayName(allocator),
        median.toFixed(1),
        `${min.toFixed(1)}–${max.toFixed(1)}`,
        formatRatio(median / (referenceNs ?? Number.NaN)),
      ]);
    }
  }
  return table.toString();
}

function meanTable(means: readonly AllocatorMean[], reference: string): string {
  const table = newTable(["mode", "allocator", `time ÷ ${reference}`, "workloads"]);
  let shownMode: Mode | undefined;
  for (const { mode, allocator, timeRatio, workloads } of means) {
    table.push([
      mode === shownMode ? "" : MODE_TITLES[mode],
      displayName(allocator),
      formatRatio(timeRatio),
      workloads,
    ]);
    shownMode = mode;
  }
  return table.toString();
}

function meansOf(rows: readonly Row[], reference: string): AllocatorMean[] {
  return MODES.flatMap((mode) => {
    const ofMode = rows.filter((row) => row.mode === mode);
    const referenceRows = ofMode.filter((row) => row.allocator === reference);
    const referenceNs = new Map(referenceRows.map((row) => [row.workload, row.nsPerOperation.median]));
    return [...new Set(ofMode.map((row) => row.allocator))].map((allocator) => {
      const shared = ofMode.filter((row) => row.allocator === allocator && referenceNs.has(row.workload));
      const ratios = shared.map((row) => row.nsPerOperation.median / referenceNs.get(row.workload)!);
      return { mode, allocator, workloads: shared.length, timeRatio: geometricMean(ratios) };
    });
  });
}

/** The workloads of some rows, by mode, in order. */
function cellsOf(rows: readonly Row[]): [string, Mode][] {
  const workloads = [...new Set(rows.map((row) => row.workload))];
  return workloads.flatMap((workload) =>
    MODES.filter((mode) => rows.some((row) => row.workload === workload && row.mode === mode)).map(
      (mode): [string, Mode] => [workload, mode],
    ),
  );
}

function newTable(head: string[]): CliTable.Table {
  const isText = (title: string): boolean =>
    title === "workload" || title === "allocator" || title === "mode";
  const colAligns = head.map((title): CliTable.HorizontalAlignment => (isText(title) ? "left" : "right"));
  return new CliTable({ head, colAligns, style: { head: [], border: [], compact: true } });
}

function displayName(allocator: string): string {
  return allocator === "null" ? "null (empty call)" : allocator;
}

function formatRatio(ratio: number): string {
  return Number.isFinite(ratio) ? `${ratio.toFixed(2)}×` : "–";
}
