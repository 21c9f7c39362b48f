// src/lab/sweep/pareto.ts: which strategies of a sweep are worth having: no other is both as fast and as small.

import { geometricMean } from "../summary.js";
import type { SweepResult } from "./result.js";

/** One strategy over all workloads. */
export interface ParetoPoint {
  readonly strategy: string;
  /** Geometric mean of time as a multiple of the baseline's. */
  readonly time: number;
  /** Geometric mean of memory as a multiple of the peak live bytes. */
  readonly memory: number;
  /** No other is at least as good in both, and better in one. */
  readonly isOnFront: boolean;
}

/** The strategies that finished every workload that any finished, fastest first. Floors are left out: they show limits. */
export function paretoPoints(result: SweepResult): ParetoPoint[] {
  const workloads = new Map(result.workloads.map((it) => [it.name, it.peakLiveBytes]));
  const measured = new Set(result.cells.map(({ workload }) => workload));
  const points = result.strategies.flatMap(({ name, isFloor }) => {
    const cells = result.cells.filter(({ strategy }) => strategy === name);
    if (isFloor || cells.length < measured.size) return [];
    const times = cells.flatMap(({ time }) => time.ratio?.value ?? []);
    const memories = cells.flatMap(({ workload, memory }) => {
      const live = workloads.get(workload)!;
      return memory === null || live === 0 ? [] : [memory.footprintBytes / live];
    });
    if (times.length < cells.length || memories.length === 0) return [];
    return [{ strategy: name, time: geometricMean(times), memory: geometricMean(memories) }];
  });
  return points
    .map((point) => ({ ...point, isOnFront: !points.some((other) => isBetter(other, point)) }))
    .toSorted((a, b) => a.time - b.time || a.memory - b.memory);
}

type Costs = Pick<ParetoPoint, "time" | "memory">;

function isBetter(a: Costs, b: Costs): boolean {
  return a.time <= b.time && a.memory <= b.memory && (a.time < b.time || a.memory < b.memory);
}
