// src/lab/loop.ts: the timed loop: one call after the other, and as little else as possible.
// Not here: what the clock surrounds (replay.ts).

import type { Allocator } from "./allocator.js";
import { freshCopy } from "./fresh-copy.js";

/**
 * Makes the calls of `script[begin .. end)`, in words.
 *
 * @param slots - i32[maxSlots], the live blocks' addresses; kept between calls.
 * @returns `end`, or the word index of the first step that got no memory.
 */
export type ReplayLoop = (
  script: Int32Array,
  begin: number,
  end: number,
  slots: Int32Array,
  malloc: Allocator["malloc"],
  free: Allocator["free"],
  realloc: (address: number, size: number) => number,
  calloc: Allocator["calloc"],
  alignedAlloc: (alignment: number, size: number) => number,
  reallocCopy: (address: number, size: number, oldSize: number) => number,
  freeAligned: (address: number) => void,
) => number;

/**
 * The text of this function is compiled anew for every heap, so it names nothing outside itself: its numbers are
 * script.ts's CALL_ and STEP_ constants, which test/src/lab/script.test.ts holds together.
 */
const template: ReplayLoop = (
  script,
  begin,
  end,
  slots,
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
    const call = head & 7;
    const slot = head >>> 3;
    if (call === 1) {
      free(slots[slot]!);
      continue;
    }
    let address: number;
    if (call === 0) address = malloc(size);
    else if (call === 2) address = realloc(slots[slot]!, size);
    else if (call === 3) address = calloc(1, size);
    else if (call === 4) address = realloc(0, size);
    else if (call === 5) address = alignedAlloc(script[i + 2]!, size);
    else if (call === 6) address = reallocCopy(slots[slot]!, size, script[i + 2]!);
    else {
      freeAligned(slots[slot]!);
      continue;
    }
    if (address === 0 && size !== 0) return i;
    slots[slot] = address;
  }
  return end;
};

/** A loop of its own for one heap. */
export function freshLoop(): ReplayLoop {
  return freshCopy(template);
}
