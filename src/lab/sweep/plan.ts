// src/lab/sweep/plan.ts: a sweep as a list of cells, and the part of it that one shard measures.
// Not here: which shard this process is (shard.ts), measuring (run.ts).

import type { SweepPlan } from "./result.js";
import { digestOf, type Strategy, type Workload } from "./subject.js";

/** What the user decides. */
export interface SweepSettings {
  readonly baseline: string;
  readonly rounds: number;
  readonly limitMs: number;
  readonly shardCount: number;
}

/** Lists what is to be done. */
export function planSweep(
  workloads: readonly Workload[],
  strategies: readonly Strategy[],
  settings: SweepSettings,
): SweepPlan {
  const { baseline, rounds, limitMs, shardCount } = settings;
  const told = {
    workloads: workloads.map(({ name, digest }) => [name, digest]),
    strategies: strategies.map(({ source, bytes }) => [source.name, digestOf(bytes)]),
    ...{ baseline, rounds, limitMs, shardCount },
  };
  return {
    workloads: workloads.map(({ name }) => name),
    strategies: strategies.map(({ source }) => source.name),
    ...{ baseline, rounds, limitMs, shardCount },
    digest: digestOf(JSON.stringify(told)),
  };
}

/**
 * Names of the strategies that a shard measures on a workload. Shards own runs of neighbouring cells, so that each
 * needs few workloads; they differ by one cell at most.
 *
 * @param shard - from 0.
 */
export function ownedStrategies(plan: SweepPlan, shard: number, workload: number): readonly string[] {
  const { strategies, shardCount } = plan;
  const cells = plan.workloads.length * strategies.length;
  return strategies.filter(
    (_, index) => Math.floor(((workload * strategies.length + index) * shardCount) / cells) === shard,
  );
}
