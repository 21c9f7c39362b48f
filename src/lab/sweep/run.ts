// src/lab/sweep/run.ts: measures a shard of a sweep: workload after workload, on every strategy that it owns there.
// Not here: one workload (workload-run.ts).

import { brotliCompressSync } from "node:zlib";
import { machineFacts } from "../machine.js";
import { settleEngine } from "../warm-up.js";
import { measureClock } from "./latency.js";
import { ownedStrategies, planSweep, type SweepSettings } from "./plan.js";
import {
  type CellResult,
  type MissingCell,
  type NoiseFacts,
  RESULT_FORMAT,
  type StrategyFacts,
  type SweepResult,
  type WorkloadFacts,
} from "./result.js";
import type { Strategy, Workload } from "./subject.js";
import { WatchedModule } from "./touches.js";
import { workloadFacts } from "./workload-facts.js";
import { WorkloadRun } from "./workload-run.js";

/** How far a sweep is. */
export interface SweepProgress {
  readonly workload: string;
  readonly strategy: string;
  /** Fraction of the whole work, 0 to 1. */
  readonly done: number;
}

export interface SweepOptions extends SweepSettings {
  /** From 0. */
  readonly shard: number;
  /** Of this package. */
  readonly version: string;
  /** Replay once with all checks first. */
  readonly check: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: SweepProgress) => void) | undefined;
}

/**
 * Measures one shard. A strategy that fails on a workload is told among the missing cells.
 *
 * @param strategies - the baseline is one of them.
 * @throws what a workload's load throws; nothing for failing strategies and aborts: both are part of the result.
 */
export async function runSweep(
  workloads: readonly Workload[],
  strategies: readonly Strategy[],
  options: SweepOptions,
): Promise<SweepResult> {
  const plan = planSweep(workloads, strategies, options);
  const cells: CellResult[] = [];
  const missing: MissingCell[] = [];
  const noise: NoiseFacts[] = [];
  const facts: WorkloadFacts[] = [];
  const parts = workloads
    .map((workload, index) => ({ workload, owned: ownedStrategies(plan, options.shard, index) }))
    .filter(({ owned }) => owned.length > 0);
  settleEngine();
  const clockNs = measureClock();
  const needed = new Set(parts.flatMap(({ owned }) => owned));
  const watchedModules = await watchModules(strategies.filter(({ source }) => needed.has(source.name)));
  for (const [part, { workload, owned }] of parts.entries()) {
    if (options.signal?.aborted) break;
    const trace = await workload.load();
    facts.push(workloadFacts(trace, workload.source));
    const run = new WorkloadRun(trace, strategies, owned, {
      ...options,
      clockNs,
      watchedModules,
      onProgress: (fraction, strategy) =>
        options.onProgress?.({ workload: workload.name, strategy, done: (part + fraction) / parts.length }),
    });
    const result = await run.run();
    cells.push(...result.cells);
    missing.push(...result.missing);
    if (result.noise !== undefined) {
      noise.push({ shard: options.shard, workload: workload.name, ratio: result.noise });
    }
  }
  return {
    program: "pymalloc lab",
    format: RESULT_FORMAT,
    version: options.version,
    date: new Date().toISOString(),
    machine: machineFacts(),
    node: process.versions.node,
    v8: process.versions.v8,
    plan,
    shards: [options.shard],
    workloads: facts,
    strategies: strategies.map(strategyFacts),
    ...{ cells, missing, noise },
    isInterrupted: options.signal?.aborted ?? false,
  };
}

async function watchModules(strategies: readonly Strategy[]): Promise<Map<string, WatchedModule>> {
  const modules = new Map<string, WatchedModule>();
  for (const { source, bytes } of strategies) {
    const module = source.isFake ? undefined : await WatchedModule.of(source.name, bytes);
    if (module !== undefined) modules.set(source.name, module);
  }
  return modules;
}

function strategyFacts({ source, bytes, description, tunables }: Strategy): StrategyFacts {
  return {
    name: source.name,
    description,
    wasmBytes: bytes.length,
    brotliBytes: brotliCompressSync(bytes).length,
    isFloor: source.isFake || source.neverFrees,
    ...(tunables === undefined ? {} : { tunables }),
  };
}
