// src/lab/script.ts: a trace as the calls one kind of allocator gets, decided before the clock starts.
// Not here: making the calls (loop.ts, checked-replay.ts).

import type { Abilities } from "./allocator.js";
import {
  ALIGNMENT_SHIFT,
  EVENT_WORDS,
  OP_ALIGNED,
  OP_CALLOC,
  OP_FREE,
  OP_MALLOC,
  OP_REALLOC,
  OP_REALLOC_NULL,
  OP_REALLOC_ZERO,
  OP_SHIFT,
  SLOT_MASK,
} from "./trace.js";

/** Words (i32) in one step; step i makes the call of event i. */
export const STEP_WORDS = 3;

// One step
//
//   31           3 2      0   31            0   31                                0
//   ┌─────────────┬────────┬─────────────────┬───────────────────────────────────┐
//   │    slot     │  call  │  size in bytes  │ alignment, or old size, in bytes   │
//   └─────────────┴────────┴─────────────────┴───────────────────────────────────┘
//           word 0              word 1              word 2
export const CALL_BITS = 3;
export const CALL_MASK = (1 << CALL_BITS) - 1;

export const CALL_MALLOC = 0;
export const CALL_FREE = 1;
export const CALL_REALLOC = 2;
export const CALL_CALLOC = 3;
export const CALL_REALLOC_NULL = 4;
export const CALL_ALIGNED = 5;
/** Emulated realloc; word 2 is the old size. */
export const CALL_REALLOC_COPY = 6;
/** Free of a block that an emulated aligned_alloc made. */
export const CALL_FREE_ALIGNED = 7;

/** C's names of the calls, for messages. */
export const CALL_NAMES = [
  "malloc",
  "free",
  "realloc",
  "calloc",
  "realloc(NULL)",
  "aligned_alloc",
  "realloc",
  "free",
];

/** The log2 of the alignment every malloc must give to a block of at least that many bytes. */
const MALLOC_ALIGNMENT_LOG2 = 3;
const MAX_U32 = 0xffffffff;

/**
 * Turns events into steps. O(events).
 *
 * - realloc(p, 0) is undefined in C: every allocator is asked for 1 byte.
 * - aligned_alloc's size is rounded up to a multiple of the alignment, as C11 wants it and dlmalloc insists.
 *
 * @param words - u32[events * EVENT_WORDS] of a checked trace.
 * @param maxSlots - slots the events use.
 * @returns i32[events * STEP_WORDS].
 */
export function compileScript(words: Uint32Array, maxSlots: number, abilities: Abilities): Int32Array {
  const events = words.length / EVENT_WORDS;
  const script = new Int32Array(events * STEP_WORDS);
  const sizes = new Uint32Array(maxSlots);
  const isEmulatedAligned = new Uint8Array(maxSlots);

  for (let event = 0; event < events; event += 1) {
    const head = words[event * EVENT_WORDS]!;
    const slot = head & SLOT_MASK;
    const alignmentLog2 = words[event * EVENT_WORDS + 2]! >>> ALIGNMENT_SHIFT;
    let size = words[event * EVENT_WORDS + 1]!;
    let call = CALL_MALLOC;
    let extra = 0;
    const wasEmulatedAligned = isEmulatedAligned[slot] === 1;

    switch (head >>> OP_SHIFT) {
      case OP_MALLOC:
        break;
      case OP_CALLOC:
        call = CALL_CALLOC;
        break;
      case OP_REALLOC_NULL:
        call = abilities.hasRealloc ? CALL_REALLOC_NULL : CALL_MALLOC;
        break;
      case OP_ALIGNED:
        if (!abilities.hasAlignedAlloc && alignmentLog2 <= MALLOC_ALIGNMENT_LOG2) {
          size = Math.max(size, 1 << alignmentLog2);
          break;
        }
        call = CALL_ALIGNED;
        extra = 2 ** alignmentLog2;
        size = roundUp(size, extra);
        if (!abilities.hasAlignedAlloc) isEmulatedAligned[slot] = 1;
        break;
      case OP_REALLOC:
        size = Math.max(size, 1);
        call = CALL_REALLOC;
        if (!abilities.hasRealloc || wasEmulatedAligned) {
          call = CALL_REALLOC_COPY;
          extra = sizes[slot]!;
          isEmulatedAligned[slot] = 0;
        }
        break;
      case OP_FREE:
      case OP_REALLOC_ZERO:
        call = wasEmulatedAligned ? CALL_FREE_ALIGNED : CALL_FREE;
        isEmulatedAligned[slot] = 0;
        break;
    }
    sizes[slot] = size;
    script[event * STEP_WORDS] = (slot << CALL_BITS) | call;
    script[event * STEP_WORDS + 1] = size;
    script[event * STEP_WORDS + 2] = extra;
  }
  return script;
}

/** Left as it is where the multiple would pass 4 GiB. */
function roundUp(size: number, multiple: number): number {
  const rounded = Math.ceil(size / multiple) * multiple;
  return rounded > MAX_U32 ? size : rounded;
}
