// src/lab/sweep/tables.ts: a sweep's figures in words and numbers: the rows that the terminal and Markdown both show.
// Not here: how a table is drawn (text.ts, markdown.ts).

import type pc from "picocolors";
import { formatBytes, formatRatio } from "../figures.js";
import { geometricMean } from "../summary.js";
import type {
  CellResult,
  DistinctUnits,
  RatioResult,
  SweepResult,
  Verdict,
  WorkloadFacts,
} from "./result.js";

export type Colors = ReturnType<typeof pc.createColors>;

/** Begins the title of the column that ratios of time are in. */
export const TIME_RATIO = "time ÷";

export interface Table {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly TableRow[];
}

export interface TableRow {
  readonly strategy: string;
  /** The strategy's name first. */
  readonly texts: readonly string[];
  /** Time as a multiple of the baseline's, where it is known. */
  readonly ratio: number | undefined;
  readonly verdict: Verdict | undefined;
}

/** Two tables a workload of which there are cells, time and memory, then one over all workloads, if there are several. */
export function sweepTables(result: SweepResult): Table[] {
  const tables = result.workloads.flatMap((facts) => {
    const cells = result.cells.filter(({ workload }) => workload === facts.name);
    return cells.length === 0
      ? []
      : [timeTable(facts, cells, result.plan.baseline), memoryTable(facts, cells)];
  });
  return tables.length > 2 ? [...tables, overallTable(result)] : tables;
}

function timeTable(facts: WorkloadFacts, cells: readonly CellResult[], baseline: string): Table {
  const rows = cells.map(({ strategy, time: { ratio, nsPerEvent }, latency: { percentiles } }): TableRow => {
    const at = (percentile: number): string =>
      formatNs(percentiles.find((it) => it.percentile === percentile)!.ns);
    const verdict = strategy === baseline ? undefined : ratio?.verdict;
    return {
      strategy,
      texts: [
        strategy,
        nsPerEvent.median.toFixed(1),
        `${nsPerEvent.min.toFixed(1)}–${nsPerEvent.max.toFixed(1)}`,
        ratio === null ? "–" : formatInterval(ratio),
        verdict ?? (strategy === baseline ? "baseline" : "–"),
        ...[at(50), at(99), at(99.9), at(99.99), at(100)],
      ],
      ratio: ratio?.value,
      verdict,
    };
  });
  return {
    title: `${facts.name}: ${facts.events.toLocaleString("en")} events, ${formatBytes(facts.peakLiveBytes)} peak live`,
    head: [
      ...["strategy", "ns/event", "min–max", `${TIME_RATIO} ${baseline}`, "verdict"],
      ...["p50", "p99", "p99.9", "p99.99", "worst"],
    ],
    rows,
  };
}

function memoryTable(facts: WorkloadFacts, cells: readonly CellResult[]): Table {
  const rows = cells.flatMap(({ strategy, memory }): TableRow[] => {
    if (memory === null) return [];
    const { peak, locality, reallocs, reallocMoves } = memory;
    const texts = [
      strategy,
      formatBytes(memory.footprintBytes),
      facts.peakLiveBytes === 0 ? "–" : formatRatio(memory.footprintBytes / facts.peakLiveBytes),
      ...[peak.slackBytes, peak.metadataBytes, peak.freeBytes].map((bytes) =>
        percent(bytes / peak.footprintBytes),
      ),
      percent(memory.end.freeBytes / memory.end.footprintBytes),
      ...distinctTexts(locality),
      ...(locality.touched === null
        ? ["–", "–"]
        : distinctTexts(locality.touched).map((text) =>
            locality.touched!.events < facts.events ? `${PART}${text}` : text,
          )),
      reallocs === 0 ? "–" : percent(reallocMoves / reallocs),
      memory.growCalls.toLocaleString("en"),
    ];
    return [{ strategy, texts, ratio: undefined, verdict: undefined }];
  });
  return {
    title: `${facts.name}: memory`,
    head: [
      ...["strategy", "footprint", "÷ peak live", "slack", "headers", "free at peak", "at end"],
      ...["lines", "pages", "all lines", "all pages", "moved", "grows"],
    ],
    rows,
  };
}

function overallTable(result: SweepResult): Table {
  const { baseline } = result.plan;
  const rows = result.strategies.flatMap(({ name, wasmBytes, brotliBytes }): TableRow[] => {
    const cells = result.cells.filter(({ strategy }) => strategy === name);
    if (cells.length === 0) return [];
    const ratios = cells.flatMap(({ time }) => (time.ratio === null ? [] : [time.ratio]));
    const footprints = cells.flatMap(({ workload, memory }) => {
      const live = result.workloads.find((it) => it.name === workload)!.peakLiveBytes;
      return memory === null || live === 0 ? [] : [memory.footprintBytes / live];
    });
    const count = (verdict: Verdict): string =>
      name === baseline ? "–" : String(ratios.filter((ratio) => ratio.verdict === verdict).length);
    const ratio = geometricMean(ratios.map(({ value }) => value));
    const texts = [
      name,
      formatRatio(ratio),
      ...[count("faster"), count("slower"), count("no difference seen")],
      formatRatio(geometricMean(footprints)),
      String(cells.length),
      formatBytes(wasmBytes),
      formatBytes(brotliBytes),
    ];
    return [{ strategy: name, texts, ratio: Number.isFinite(ratio) ? ratio : undefined, verdict: undefined }];
  });
  return {
    title: "all workloads: geometric means",
    head: [
      "strategy",
      `${TIME_RATIO} ${baseline}`,
      ...["faster", "slower", "no difference"],
      "memory ÷ live",
      "workloads",
      "wasm",
      "brotli",
    ],
    rows,
  };
}

/** What could not be measured, one line each. */
export function missingLines({ missing }: SweepResult): string[] {
  return missing.map(
    ({ workload, strategy, kind, reason }) => `${kind}: ${strategy} on ${workload}: ${reason}`,
  );
}

function distinctTexts({ linesPerThousand, pagesPerThousand }: DistinctUnits): string[] {
  return [Math.round(linesPerThousand).toLocaleString("en"), pagesPerThousand.toFixed(1)];
}

/** Before a figure that is of the workload's first part, as there was no time for more. */
const PART = "~";

/** What the columns of memory mean. */
export const MEMORY_LEGEND =
  "slack, headers, free: parts of linear memory when most was live. lines, pages: of 64 bytes and 64 KiB, met in 1000 " +
  `events at blocks; all: with the allocator's own reads and writes, ${PART}: of the first part. moved: of reallocs. grows: calls of memory.grow.`;

/** How far a strategy differed from itself, over all workloads: what is smaller than that is not to be believed. */
export function noiseLine({ noise, plan }: SweepResult): string | undefined {
  if (noise.length === 0) return undefined;
  const largest = Math.max(...noise.map(({ ratio }) => Math.abs(Math.log(ratio.value))));
  const widest = Math.max(...noise.map(({ ratio }) => Math.log(ratio.high / ratio.low) / 2));
  return (
    `noise: ${plan.baseline}, measured twice, differed from itself by up to ${percent(Math.exp(largest) - 1)}; ` +
    `its 95 % intervals reach ±${percent(Math.exp(widest) - 1)}. No smaller difference gets a verdict.`
  );
}

export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

export function formatInterval({ value, low, high }: RatioResult): string {
  return `${value.toFixed(2)}× [${low.toFixed(2)}, ${high.toFixed(2)}]`;
}

function formatNs(ns: number): string {
  if (ns < 1e3) return `${Math.round(ns)} ns`;
  return ns < 1e6 ? `${(ns / 1e3).toFixed(1)} µs` : `${(ns / 1e6).toFixed(1)} ms`;
}

/** @param colors - picocolors, on or off. */
export function paintVerdict(verdict: Verdict, colors: Colors): string {
  if (verdict === "faster") return colors.green(verdict);
  return verdict === "slower" ? colors.red(verdict) : colors.dim(verdict);
}
