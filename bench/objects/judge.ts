// bench/objects/judge.ts: which targets were reached.

import { type Spread, spreadOf } from "../../src/lab/spread.js";
import type { Benchmark, Target } from "./benchmark.js";
import type { Row } from "./measure.js";

/** A target and what became of it. */
export interface Verdict extends Target {
  readonly benchmark: string;
  /** In the measure's unit, or as a multiple; the median's. Undefined if one of the two was not measured. */
  readonly value: number | undefined;
  /** The value over the rounds. */
  readonly spread: Spread | undefined;
  readonly isReached: boolean | undefined;
}

export function judge(benchmarks: readonly Benchmark[], rows: readonly Row[]): Verdict[] {
  return benchmarks.flatMap((benchmark) =>
    benchmark.targets.map((target) => {
      const spread = measuredOf(benchmark.name, target, rows);
      const value = spread?.median;
      const isReached = value === undefined ? undefined : value <= target.limit;
      return { benchmark: benchmark.name, ...target, value, spread, isReached };
    }),
  );
}

function measuredOf(benchmark: string, target: Target, rows: readonly Row[]): Spread | undefined {
  const own = rowOf(rows, benchmark, target.contender, target.measure);
  if (own === undefined || target.times === undefined) return own?.value;
  const other = rowOf(rows, benchmark, target.times, target.measure);
  return other === undefined ? undefined : ratioOf(own, other);
}

export function rowOf(
  rows: readonly Row[],
  benchmark: string,
  contender: string,
  measure: string,
): Row | undefined {
  return rows.find(
    (it) => it.benchmark === benchmark && it.contender === contender && it.measure === measure,
  );
}

/** The medians' ratio; the least and the greatest are those of rounds with one number. */
export function ratioOf(own: Row, other: Row): Spread {
  const { min, max } = spreadOf(own.rounds.map((value, round) => value / other.rounds[round]!));
  return { min, median: own.value.median / other.value.median, max };
}
