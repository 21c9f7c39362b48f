// src/lab/sweep/latency-loop.ts: the loop that takes the time of every single call.
// Not here: what becomes of the times (latency.ts), times of whole replays (../loop.ts).

import type { Allocator } from "../allocator.js";
import { freshCopy } from "../fresh-copy.js";

/**
 * Makes the calls of `script[begin .. end)`, in words, each between two readings of the clock.
 *
 * @param now - in ms.
 * @param record - takes the ms of one call.
 * @returns `end`, or the word index of the first step that got no memory.
 */
export type LatencyLoop = (
  script: Int32Array,
  begin: number,
  end: number,
  slots: Int32Array,
  now: () => number,
  record: (ms: number) => void,
  malloc: Allocator["malloc"],
  free: Allocator["free"],
  realloc: (address: number, size: number) => number,
  calloc: Allocator["calloc"],
  alignedAlloc: (alignment: number, size: number) => number,
  reallocCopy: (address: number, size: number, oldSize: number) => number,
  freeAligned: (address: number) => void,
) => number;

/** As the template of ../loop.ts, it names nothing outside itself; its numbers are script.ts's. */
const template: LatencyLoop = (
  script,
  begin,
  end,
  slots,
  now,
  record,
  malloc,
  free,
  realloc,
  calloc,
  alignedAlloc,
  reallocCopy,
  freeAligned,
) => {
  for (let i = begin; i < end; i += 3) {
    const head = script[i]!;
    const size = script[i + 1]!;
    const extra = script[i + 2]!;
    const call = head & 7;
    const block = slots[head >>> 3]!;
    let address = 0;
    const from = now();
    if (call === 1) free(block);
    else if (call === 0) address = malloc(size);
    else if (call === 2) address = realloc(block, size);
    else if (call === 3) address = calloc(1, size);
    else if (call === 4) address = realloc(0, size);
    else if (call === 5) address = alignedAlloc(extra, size);
    else if (call === 6) address = reallocCopy(block, size, extra);
    else freeAligned(block);
    record(now() - from);
    if (call === 1 || call === 7) continue;
    if (address === 0 && size !== 0) return i;
    slots[head >>> 3] = address;
  }
  return end;
};

/** A loop of its own for one heap. */
export function freshLatencyLoop(): LatencyLoop {
  return freshCopy(template);
}
