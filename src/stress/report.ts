// src/stress/report.ts: what a run came to, as text and as JSON.
// Not here: the run as it goes on (view.ts).

import { cpus, totalmem } from "node:os";
import type { Colors } from "../tour/colors.js";
import { histogram, type Series } from "../tour/drawings.js";
import { Distribution, type Occurrence, type Percentiles } from "./distribution.js";
import { countText, inColumns, sizeText, timeText } from "./format.js";
import { type MergedResult, mergeResults } from "./merge.js";
import type { Failure, RunResult } from "./result.js";
import type { ShapeName } from "./shapes.js";
import { type Comparison, compareRuns } from "./versus.js";

const NS_PER_MS = 1e6;

/** Of the JSON's shape. */
export const RESULT_FORMAT = 1;

/** All that was run. */
export interface StressOutcome {
  readonly ours: readonly RunResult[];
  /** The same parts on plain objects. */
  readonly plain?: readonly RunResult[];
}

export interface StressJson {
  readonly program: "pymalloc stress";
  readonly format: typeof RESULT_FORMAT;
  readonly version: string;
  readonly machine: {
    readonly platform: string;
    readonly cpu: string;
    readonly cpuCount: number;
    readonly memoryBytes: number;
    readonly node: string;
  };
  /** All parts together, and one by one. */
  readonly total: MergedResult & { readonly pausePercentiles: Percentiles };
  readonly workers: readonly RunResult[];
  readonly plain?: MergedResult & { readonly pausePercentiles: Percentiles };
  readonly comparison?: readonly Comparison[];
}

export function toJson({ ours, plain }: StressOutcome, version: string): StressJson {
  const total = withPercentiles(mergeResults(ours));
  const other = plain === undefined ? undefined : withPercentiles(mergeResults(plain));
  return {
    ...{ program: "pymalloc stress", format: RESULT_FORMAT, version },
    machine: {
      platform: `${process.platform} ${process.arch}`,
      cpu: cpus()[0]?.model ?? "unknown",
      cpuCount: cpus().length,
      memoryBytes: totalmem(),
      node: process.version,
    },
    total,
    workers: ours,
    ...(other === undefined ? {} : { plain: other, comparison: compareRuns(total, other) }),
  };
}

function withPercentiles(result: MergedResult): MergedResult & { pausePercentiles: Percentiles } {
  return { ...result, pausePercentiles: Distribution.of(result.pauses).read() };
}

/** What went wrong, of all parts. */
export function failuresOf({ ours, plain = [] }: StressOutcome): Failure[] {
  return [...ours, ...plain].flatMap(({ plan, failure }) => {
    if (failure === undefined) return [];
    const where = plan.engine === "js" ? "plain objects: " : "";
    return [{ name: failure.name, message: where + failure.message }];
  });
}

/** The summary, in lines. */
export function toText(outcome: StressOutcome, width: number, colors: Colors): string {
  const total = mergeResults(outcome.ours);
  const plain = outcome.plain === undefined ? undefined : mergeResults(outcome.plain);
  return [
    colors.bold(titleOf(outcome.ours)),
    verdictOf(total, colors),
    "",
    ...phaseLines(total, colors),
    "",
    ...memoryLines(total),
    "",
    ...collectionLines(total, colors),
    ...histogramLines(total, plain, width, colors),
    ...(plain === undefined ? [] : ["", ...versusLines(total, plain, colors)]),
  ].join("\n");
}

export function titleOf(parts: readonly Pick<RunResult, "plan">[]): string {
  const { plan } = parts[0]!;
  const objects = parts.reduce((total, part) => total + part.plan.objects, 0);
  return titleText(plan.shape, objects, plan.seed, parts.length, plan.isUntilFull);
}

function titleText(
  shape: ShapeName,
  objects: number,
  seed: number,
  workers: number,
  isUntilFull: boolean,
): string {
  const what = isUntilFull
    ? `graphs of ${countText(objects / workers)} objects`
    : `${countText(objects)} objects`;
  const crew = workers === 1 ? "" : `, ${workers} workers`;
  return `${shape}: ${what}${isUntilFull ? " until memory is full" : ""}, seed ${seed}${crew}`;
}

function verdictOf(total: MergedResult, colors: Colors): string {
  const { failures, isInterrupted, verifications, seconds } = total;
  const time = `${seconds.toFixed(1)} s`;
  if (failures.length > 0) return colors.red(`FAILED after ${time}: ${failures[0]!.message}`);
  const times = `${countText(verifications)} verification${verifications === 1 ? "" : "s"}`;
  if (isInterrupted) return colors.yellow(`interrupted after ${time}: ${times} until then, nothing wrong`);
  return colors.green(`all as it must be: ${times} in ${time}`);
}

function phaseLines({ phases }: MergedResult, colors: Colors): string[] {
  const columns = [
    { head: "phase", isLeft: true },
    ...["operations", "time", "ns/op", "50 %", "99 %", "longest piece"].map((head) => ({ head })),
  ];
  const rows = phases.map(({ phase, operations, ms, operationNs, longestMs }) => {
    const { p50Ns, p99Ns } = Distribution.of(operationNs).read();
    const mean = operations === 0 ? "" : ((ms * NS_PER_MS) / operations).toFixed(1);
    return [
      ...[phase, countText(operations), timeText(ms * NS_PER_MS), mean],
      ...[countText(p50Ns), countText(p99Ns), timeText(longestMs * NS_PER_MS)],
    ];
  });
  const [head, ...lines] = inColumns(columns, rows);
  return [colors.dim(head!), ...lines];
}

function memoryLines(total: MergedResult): string[] {
  const { made, mostObjects, mostHeapBytes, indexBytes, peakRssBytes, memoryErrors, passes } = total;
  const each = mostObjects === 0 ? "" : `, ${(mostHeapBytes / mostObjects).toFixed(1)} bytes an object`;
  const full = memoryErrors.full;
  return [
    `${countText(mostObjects)} objects at once, ${countText(made)} made, ${countText(passes)} ${passes === 1 ? "pass" : "passes"}`,
    `heap ${sizeText(mostHeapBytes)}${each}; to find them by number ${sizeText(indexBytes)}; resident ${sizeText(peakRssBytes)}`,
    ...(full === 0
      ? []
      : [
          `MemoryError ${countText(full)} ${full === 1 ? "time" : "times"}, each with the heap as it was before; ` +
            `${countText(memoryErrors.collection)} of the collections needed what was laid by for them`,
        ]),
  ];
}

function collectionLines({ generations, pauses }: MergedResult, colors: Colors): string[] {
  const columns = [{ head: "generation", isLeft: true }, { head: "collections" }, { head: "collected" }];
  const rows = generations.map(({ collections, collected = 0 }, generation) => [
    String(generation),
    countText(collections),
    countText(collected),
  ]);
  const [head, ...lines] = inColumns(columns, rows);
  const { count, p50Ns, p90Ns, p99Ns, maxNs } = Distribution.of(pauses).read();
  const texts = [p50Ns, p90Ns, p99Ns, maxNs].map(timeText);
  return [
    colors.dim(head!),
    ...lines,
    `${countText(count)} pauses: 50 % up to ${texts[0]}, 90 % ${texts[1]}, 99 % ${texts[2]}, the longest ${texts[3]}`,
  ];
}

/** Nanoseconds below which a pause, or an operation, belongs to a class. */
const PAUSE_BOUNDS = [1e4, 3e4, 1e5, 3e5, 1e6, 3e6, 1e7, 3e7, 1e8, 3e8, 1e9, 3e9, Number.POSITIVE_INFINITY];
const OPERATION_BOUNDS = [5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, Number.POSITIVE_INFINITY];

function histogramLines(
  total: MergedResult,
  plain: MergedResult | undefined,
  width: number,
  colors: Colors,
): string[] {
  const pauses = [{ head: plain === undefined ? "pauses" : "pauses here", of: total.pauses }];
  if (plain !== undefined) pauses.push({ head: "pauses of V8", of: plain.pauses });
  const operations = total.phases
    .filter(({ phase }) => phase === "make" || phase === "link" || phase === "replace")
    .map(({ phase, operationNs }) => ({ head: phase, of: inPercent(operationNs) }));
  return [
    ...drawn("pauses, by their length", PAUSE_BOUNDS, pauses),
    ...drawn("operations in percent, by their time", OPERATION_BOUNDS, operations),
  ];

  function drawn(
    title: string,
    bounds: readonly number[],
    parts: readonly { head: string; of: readonly Occurrence[] }[],
  ): string[] {
    if (parts.every(({ of }) => of.length === 0)) return [];
    const series = parts.map(({ head, of }): Series => ({ head, counts: inClasses(of, bounds) }));
    return [
      "",
      colors.bold(title),
      ...histogram(bounds.map(labelOf), series, width, colors).map((line) => line.trimEnd()),
    ];
  }
}

function labelOf(bound: number): string {
  if (bound === Number.POSITIVE_INFINITY) return "longer";
  return `< ${timeText(bound).replace(/\.0+(?= )/, "")}`;
}

function inClasses(occurrences: readonly Occurrence[], bounds: readonly number[]): number[] {
  const counts = bounds.map(() => 0);
  for (const [ns, count] of occurrences) counts[bounds.findIndex((bound) => ns < bound)]! += count;
  return counts.map((count) => Math.round(count));
}

function inPercent(occurrences: readonly Occurrence[]): Occurrence[] {
  const all = occurrences.reduce((sum, [, count]) => sum + count, 0);
  return occurrences.map(([ns, count]) => [ns, (count / all) * 100]);
}

const COMPARED: Readonly<Record<Comparison["what"], { text: string; show: (value: number) => string }>> = {
  workMs: { text: "work, without checks", show: (ms) => timeText(ms * NS_PER_MS) },
  heapBytes: { text: "heap", show: sizeText },
  longestPauseMs: { text: "longest pause", show: (ms) => timeText(ms * NS_PER_MS) },
};

function versusLines(total: MergedResult, plain: MergedResult, colors: Colors): string[] {
  const columns = [
    { head: "", isLeft: true },
    ...["pymalloc", "plain objects", "ratio"].map((head) => ({ head })),
  ];
  const rows = compareRuns(total, plain).map(({ what, ours, plain, ratio }) => {
    const { text, show } = COMPARED[what];
    return [text, show(ours), show(plain), `${ratio.toFixed(2)}×`];
  });
  const [head, ...lines] = inColumns(columns, rows);
  return [colors.dim(head!), ...lines, "ratios above 1: this library takes less"];
}
