// src/lab/sweep/workload-facts.ts: what a workload is like, whatever allocator it runs on: sizes, lifetimes, calls.

import {
  EVENT_WORDS,
  OP_FREE,
  OP_NAMES,
  OP_REALLOC,
  OP_REALLOC_ZERO,
  OP_SHIFT,
  SLOT_MASK,
  type Trace,
} from "../trace.js";
import type { HistogramBin, WorkloadFacts } from "./result.js";

/** Walks the events. O(events). @param source - where the workload comes from, for people. */
export function workloadFacts(trace: Trace, source: string): WorkloadFacts {
  const { name, events, maxSlots, words } = trace;
  const calls = new Array<number>(OP_NAMES.length).fill(0);
  const births = new Float64Array(maxSlots);
  const sizes = new DoublingHistogram();
  const lifetimes = new DoublingHistogram();
  let allocations = 0;
  for (let event = 0; event < events; event += 1) {
    const head = words[event * EVENT_WORDS]!;
    const op = head >>> OP_SHIFT;
    const slot = head & SLOT_MASK;
    calls[op]! += 1;
    if (op === OP_FREE || op === OP_REALLOC_ZERO) {
      lifetimes.add(allocations - births[slot]!);
      continue;
    }
    sizes.add(words[event * EVENT_WORDS + 1]!);
    if (op === OP_REALLOC) continue;
    births[slot] = allocations;
    allocations += 1;
  }
  return {
    name,
    source,
    events,
    maxSlots,
    peakLiveBytes: trace.peakLiveBytes,
    peakEvent: trace.peakEvent,
    liveBytesAtEnd: trace.liveBytesAtEnd,
    bytesRequested: trace.bytesRequested,
    calls: Object.fromEntries(OP_NAMES.map((call, op) => [call, calls[op]!])),
    sizes: sizes.bins,
    lifetimes: lifetimes.bins,
    immortalBlocks: trace.liveBlocksAtEnd,
  };
}

/** Counts whole numbers: 0, 1, 2 to 3, 4 to 7, and so on. */
class DoublingHistogram {
  private readonly counts = new Array<number>(34).fill(0);

  add(value: number): void {
    this.counts[value === 0 ? 0 : Math.floor(Math.log2(value)) + 1]! += 1;
  }

  /** From 0 up to the last bin that is not empty. */
  get bins(): HistogramBin[] {
    const last = this.counts.findLastIndex((count) => count > 0);
    return this.counts
      .slice(0, last + 1)
      .map((count, index) => ({ from: index === 0 ? 0 : 2 ** (index - 1), count }));
  }
}
