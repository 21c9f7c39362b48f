// src/lab/make-call.ts: makes the call of one step, where looking matters more than time.
// Not here: the timed loops (loop.ts).

import type { Allocator } from "./allocator.js";
import {
  CALL_ALIGNED,
  CALL_CALLOC,
  CALL_FREE_ALIGNED,
  CALL_MALLOC,
  CALL_REALLOC,
  CALL_REALLOC_COPY,
  CALL_REALLOC_NULL,
} from "./script.js";

/**
 * Makes one call.
 *
 * @param call - one of script.ts's CALL_ numbers.
 * @param address - of the slot's block, unsigned.
 * @param extra - the alignment or the old size, as script.ts has it.
 * @returns the block's unsigned address; 0 for the frees, and where there is no memory.
 */
export function makeCall(
  allocator: Allocator,
  call: number,
  address: number,
  size: number,
  extra: number,
): number {
  const block = address | 0;
  switch (call) {
    case CALL_MALLOC:
      return allocator.malloc(size) >>> 0;
    case CALL_CALLOC:
      return allocator.calloc(1, size) >>> 0;
    case CALL_REALLOC:
      return allocator.realloc!(block, size) >>> 0;
    case CALL_REALLOC_NULL:
      return allocator.realloc!(0, size) >>> 0;
    case CALL_ALIGNED:
      return (allocator.alignedAlloc ?? allocator.emulation.alignedAlloc)(extra, size) >>> 0;
    case CALL_REALLOC_COPY:
      return allocator.emulation.reallocCopy(block, size, extra) >>> 0;
    case CALL_FREE_ALIGNED:
      allocator.emulation.freeAligned(block);
      return 0;
    default:
      allocator.free(block);
      return 0;
  }
}
