// src/lab/summary.ts: what the rows of several traces say together.

import type { Row } from "./measure.js";

/** One allocator over all traces on which it and the reference have a row; geometric means. */
export interface AllocatorSummary {
  readonly allocator: string;
  /** Traces the means are over. */
  readonly traces: number;
  readonly nsPerEvent: number;
  /** Time as a multiple of the reference allocator's on the same traces; above 1 is slower. */
  readonly timeRatio: number;
  /** Footprint as a multiple of the peak live bytes. */
  readonly footprintRatio: number;
  readonly wasmBytes: number;
}

/**
 * One summary an allocator, in the order of their first rows.
 *
 * @param reference - name of the allocator that ratios are of; one without rows gives NaN.
 */
export function summarize(rows: readonly Row[], reference: string): AllocatorSummary[] {
  const referenceNs = new Map(
    rows.filter((row) => row.allocator === reference).map((row) => [row.trace, medianNs(row)]),
  );
  const allocators = [...new Set(rows.map((row) => row.allocator))];
  return allocators.map((allocator) => {
    const own = rows.filter((row) => row.allocator === allocator);
    const shared = own.filter((row) => referenceNs.has(row.trace));
    return {
      allocator,
      traces: shared.length,
      nsPerEvent: geometricMean(shared.map(medianNs)),
      timeRatio: geometricMean(shared.map((row) => medianNs(row) / referenceNs.get(row.trace)!)),
      footprintRatio: geometricMean(shared.map((row) => row.footprintBytes / row.peakLiveBytes)),
      wasmBytes: own[0]!.wasmBytes,
    };
  });
}

function medianNs(row: Row): number {
  return row.nsPerEvent.median;
}

/** NaN of nothing. */
export function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}
