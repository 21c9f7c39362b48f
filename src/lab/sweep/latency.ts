// src/lab/sweep/latency.ts: how long single calls take, the slowest among them.
// Source: Gil Tene, HdrHistogram; and his warning that means hide what waiting programs feel.

import { build, type Histogram } from "hdr-histogram-js";
import type { Allocator } from "../allocator.js";
import { type BoundLoop, callsOf, type ReplayTask, replay } from "../replay.js";
import { freshLatencyLoop } from "./latency-loop.js";
import type { LatencyResult } from "./result.js";

const PERCENTILES = [50, 90, 99, 99.9, 99.99, 100];
const NS_PER_MS = 1e6;
/** ns: a minute. Longer calls count as that. */
const NS_MAX = 60e9;
const CLOCK_READINGS = 20_000;

/**
 * Replays with the clock read around every call. O(events).
 *
 * @param allocator - a fresh heap; spent afterwards.
 * @param clockNs - from measureClock.
 * @throws what replay throws.
 */
export async function measureLatency(
  allocator: Allocator,
  task: ReplayTask,
  clockNs: number,
): Promise<LatencyResult> {
  const histogram = newHistogram();
  await replay(allocator, task, recordingLoop(allocator, histogram));
  const percentiles = PERCENTILES.map((percentile) => ({
    percentile,
    ns: Math.max(0, histogram.getValueAtPercentile(percentile) - clockNs),
  }));
  return { percentiles, clockNs };
}

/** ns between two readings of the clock with nothing in between; the median. */
export function measureClock(): number {
  const histogram = newHistogram();
  const now = performance.now.bind(performance);
  for (let i = 0; i < CLOCK_READINGS; i += 1) {
    const from = now();
    record(histogram, now() - from);
  }
  return histogram.getValueAtPercentile(50);
}

function recordingLoop(allocator: Allocator, histogram: Histogram): BoundLoop {
  const loop = freshLatencyLoop();
  const { malloc, free, realloc, calloc, alignedAlloc, reallocCopy, freeAligned } = callsOf(allocator);
  const now = performance.now.bind(performance);
  const take = (ms: number): void => record(histogram, ms);
  return {
    call: (script, begin, end, slots) =>
      loop(
        ...([script, begin, end, slots, now, take] as const),
        ...([malloc, free, realloc, calloc, alignedAlloc, reallocCopy, freeAligned] as const),
      ),
    warmedUp: () => histogram.reset(),
  };
}

function newHistogram(): Histogram {
  return build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: NS_MAX,
    numberOfSignificantValueDigits: 3,
  });
}

function record(histogram: Histogram, ms: number): void {
  histogram.recordValue(Math.min(Math.round(ms * NS_PER_MS), NS_MAX));
}
