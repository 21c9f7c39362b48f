// bench/objects/judge.ts: which targets were reached.

import type { Benchmark, Target } from "./benchmark.js";
import type { Row } from "./measure.js";

/** A target and what became of it. */
export interface Verdict extends Target {
  readonly benchmark: string;
  /** In the measure's unit, or as a multiple; the median's. Undefined if one of the two was not measured. */
  readonly value: number | undefined;
  readonly isReached: boolean | undefined;
}

export function judge(benchmarks: readonly Benchmark[], rows: readonly Row[]): Verdict[] {
  return benchmarks.flatMap((benchmark) =>
    benchmark.targets.map((target) => {
      const value = measuredOf(benchmark.name, target, rows);
      const isReached = value === undefined ? undefined : value <= target.limit;
      return { benchmark: benchmark.name, ...target, value, isReached };
    }),
  );
}

function measuredOf(benchmark: string, target: Target, rows: readonly Row[]): number | undefined {
  const own = medianOf(rows, benchmark, target.contender, target.measure);
  if (own === undefined || target.times === undefined) return own;
  const other = medianOf(rows, benchmark, target.times, target.measure);
  return other === undefined ? undefined : own / other;
}

export function medianOf(
  rows: readonly Row[],
  benchmark: string,
  contender: string,
  measure: string,
): number | undefined {
  const row = rows.find(
    (it) => it.benchmark === benchmark && it.contender === contender && it.measure === measure,
  );
  return row?.value.median;
}
