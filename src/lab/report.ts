// src/lab/report.ts: a measurement as tables with bars for people, and as JSON for programs.
// Not here: where either is written (src/cli/replay.ts).

import { cpus, totalmem } from "node:os";
import pc from "picocolors";
import type { Measurement, MissingRow, Row } from "./measure.js";
import { type AllocatorSummary, summarize } from "./summary.js";
import { bar, formatBytes, newTable } from "./table.js";

/** What a report needs to know beside the rows. */
export interface ReportOptions {
  /** Allocator the others are compared with, if it has rows. */
  readonly reference: string;
  /** Allocators that show a limit and are no rivals. */
  readonly floors: ReadonlySet<string>;
  readonly hasColors: boolean;
}

/** Where and how rows were made. */
export interface RunFacts {
  readonly rounds: number;
  readonly isChecked: boolean;
  /** Of this package. */
  readonly version: string;
}

/** The JSON shape of a measurement. */
export function toJson(
  measurement: Measurement,
  facts: RunFacts,
  reference: string,
): Record<string, unknown> {
  const processors = cpus();
  return {
    program: "pymalloc replay",
    version: facts.version,
    date: new Date().toISOString(),
    node: process.versions.node,
    v8: process.versions.v8,
    machine: {
      platform: process.platform,
      architecture: process.arch,
      cpu: processors[0]?.model ?? "unknown",
      cpuCount: processors.length,
      memoryBytes: totalmem(),
    },
    rounds: facts.rounds,
    checked: facts.isChecked,
    interrupted: measurement.isInterrupted,
    rows: measurement.rows,
    failures: measurement.failures,
    skipped: measurement.skipped,
    reference: pickReference(measurement.rows, reference),
    geometricMeans: summarize(measurement.rows, pickReference(measurement.rows, reference)),
  };
}

/** One table a trace, one over all traces, and what is missing from them. */
export function toText(measurement: Measurement, options: ReportOptions): string {
  const { rows } = measurement;
  const colors = pc.createColors(options.hasColors);
  const reference = pickReference(rows, options.reference);
  const blocks: string[] = [];
  for (const trace of new Set(rows.map((row) => row.trace))) {
    blocks.push(
      traceBlock(
        rows.filter((row) => row.trace === trace),
        reference,
        options,
        colors,
      ),
    );
  }
  if (rows.length > 0) blocks.push(summaryBlock(summarize(rows, reference), reference, options, colors));
  const missing = [
    ...measurement.failures.map((it) => colors.red(`failed: ${it.reason}`)),
    ...measurement.skipped.map((it) => colors.dim(`not run: ${describeMissing(it)}`)),
  ];
  if (missing.length > 0) blocks.push(missing.join("\n"));
  if (measurement.isInterrupted)
    blocks.push(colors.yellow("interrupted: rows are of the rounds that were done"));
  return blocks.join("\n\n");
}

type Colors = ReturnType<typeof pc.createColors>;

function describeMissing({ allocator, trace, reason }: MissingRow): string {
  return `${allocator} on ${trace}: ${reason}`;
}

function traceBlock(rows: readonly Row[], reference: string, options: ReportOptions, colors: Colors): string {
  const { trace, events, peakLiveBytes } = rows[0]!;
  const longestNs = longest(rows, (row) => row.nsPerEvent.median, options.floors);
  const referenceNs = rows.find((row) => row.allocator === reference)?.nsPerEvent.median ?? Number.NaN;
  const table = newTable([
    "allocator",
    "ns/event",
    "min–max",
    "",
    `time ÷ ${reference}`,
    "footprint",
    "÷ peak live",
    "wasm",
  ]);
  for (const row of rows) {
    const { min, median, max } = row.nsPerEvent;
    table.push([
      paintName(row.allocator, reference, options, colors),
      median.toFixed(1),
      `${min.toFixed(1)}–${max.toFixed(1)}`,
      paintBar(bar(median / longestNs), row.allocator, reference, options, colors),
      formatRatio(median / referenceNs),
      formatBytes(row.footprintBytes),
      formatRatio(row.footprintBytes / peakLiveBytes),
      formatBytes(row.wasmBytes),
    ]);
  }
  const facts = `${events.toLocaleString("en")} events, ${formatBytes(peakLiveBytes)} peak live`;
  return `${colors.bold(trace)}: ${facts}\n${table}`;
}

function summaryBlock(
  summaries: readonly AllocatorSummary[],
  reference: string,
  options: ReportOptions,
  colors: Colors,
): string {
  const longestRatio = longest(summaries, (it) => it.timeRatio, options.floors);
  const table = newTable([
    "allocator",
    "ns/event",
    `time ÷ ${reference}`,
    "",
    "footprint ÷ peak live",
    "traces",
    "wasm",
  ]);
  for (const it of summaries) {
    table.push([
      paintName(it.allocator, reference, options, colors),
      it.nsPerEvent.toFixed(1),
      formatRatio(it.timeRatio),
      paintBar(bar(it.timeRatio / longestRatio), it.allocator, reference, options, colors),
      formatRatio(it.footprintRatio),
      it.traces,
      formatBytes(it.wasmBytes),
    ]);
  }
  const lines = [`${colors.bold("all traces")}: geometric means\n${table}`];
  const verdict = describeVerdict(summaries, reference, options.floors);
  if (verdict !== undefined) lines.push(colors.bold(verdict));
  return lines.join("\n");
}

/** One sentence: the reference against the fastest rival on as many traces. */
function describeVerdict(
  summaries: readonly AllocatorSummary[],
  reference: string,
  floors: ReadonlySet<string>,
): string | undefined {
  const own = summaries.find((it) => it.allocator === reference);
  const rivals = summaries.filter((it) => it.allocator !== reference && !floors.has(it.allocator));
  const [best] = rivals.toSorted((a, b) => b.traces - a.traces || a.timeRatio - b.timeRatio);
  if (own === undefined || best === undefined) return undefined;
  const footprint = formatRatio(own.footprintRatio / best.footprintRatio);
  const speed = formatRatio(best.timeRatio);
  return `${reference} runs at ${speed} the speed of ${best.allocator}, the fastest rival, on ${footprint} its footprint`;
}

/** The wanted allocator, or the first that has rows. */
function pickReference(rows: readonly Row[], wanted: string): string {
  return rows.some((row) => row.allocator === wanted) ? wanted : (rows[0]?.allocator ?? wanted);
}

function displayName(allocator: string): string {
  return allocator === "null" ? "null (empty call)" : allocator;
}

function paintName(name: string, reference: string, { floors }: ReportOptions, colors: Colors): string {
  const shown = displayName(name);
  if (name === reference) return colors.bold(shown);
  return floors.has(name) ? colors.dim(shown) : shown;
}

function paintBar(
  text: string,
  name: string,
  reference: string,
  { floors }: ReportOptions,
  colors: Colors,
): string {
  if (name === reference) return colors.green(text);
  return floors.has(name) ? colors.dim(text) : colors.yellow(text);
}

/** What a full bar stands for: the largest value of a rival, as a floor may be many times off. */
function longest<T extends { allocator: string }>(
  items: readonly T[],
  value: (item: T) => number,
  floors: ReadonlySet<string>,
): number {
  const rivals = items.filter((item) => !floors.has(item.allocator) && Number.isFinite(value(item)));
  return Math.max(...(rivals.length > 0 ? rivals : items).map(value));
}

function formatRatio(ratio: number): string {
  return Number.isFinite(ratio) ? `${ratio.toFixed(2)}×` : "–";
}
