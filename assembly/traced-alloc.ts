// assembly/traced-alloc.ts: C's allocation functions for the time in which every block is logged; alloc.ts does the work. Begin and end of that.
// Source: CPython Python/tracemalloc.c, tracemalloc_alloc to tracemalloc_free: a block that is given another size is traced anew.

import { aligned_alloc, calloc, free, malloc, realloc } from "./alloc";
import { KindBlock } from "./kind-block";
import { BLOCK_KIND_BUFFER, KIND_CLASS_COUNT, RAW_CLASS_COUNT, SMALL_REQUEST_MAX } from "./layout";
import { TRACE_RECORD_SIZE, TRACED_RAW } from "./object-layout";
import { SizeClass } from "./size-class";
import { Trace } from "./trace";
import { TracedBlock } from "./traced-block";

/** Classes of containers and atomic objects come first of the kinds'. */
const OBJECT_CLASS_END = RAW_CLASS_COUNT + (BLOCK_KIND_BUFFER - 1) * KIND_CLASS_COUNT;

/**
 * As malloc, for a host that takes 0 for a question, not for an answer: it is returned too where the block would be a sample, with nothing
 * changed. So the host can look at its stack while there are no frames of Wasm on it, which take longer than all others; then it calls malloc.
 */
export function host_malloc(size: usize): usize {
  if (size <= <usize>SMALL_REQUEST_MAX) {
    const block = SizeClass.of(size).take();
    if (block) return block;
  }
  return Trace.isSampling ? sampled(size) : malloc(size);
}

function sampled(size: usize): usize {
  if (size > <usize>SMALL_REQUEST_MAX) return Trace.isNear(size) ? 0 : malloc(size);
  const sizeClass = SizeClass.of(size);
  const index = sizeClass.index;
  const left = Trace.leftOf(index);
  if (!left) return 0;
  const block = TracedBlock.takeBefore(sizeClass, index, left);
  return block ? block : malloc(size); // which has a last reserve
}

export function traced_malloc(size: usize): usize {
  const block = malloc(size);
  if (block) Trace.taken(block, size, TRACED_RAW);
  return block;
}

export function traced_calloc(count: usize, size: usize): usize {
  const block = calloc(count, size);
  if (block) Trace.taken(block, count * size, TRACED_RAW);
  return block;
}

export function traced_aligned_alloc(alignment: usize, size: usize): usize {
  const block = aligned_alloc(alignment, size);
  if (block) Trace.taken(block, size, TRACED_RAW);
  return block;
}

export function traced_realloc(block: usize, size: usize): usize {
  const moved = realloc(block, size);
  if (moved) {
    if (block) Trace.give(block);
    Trace.taken(moved, size, TRACED_RAW);
  }
  return moved;
}

/** The block is free before it is logged: one that free() refuses is none. */
export function traced_free(block: usize): void {
  free(block);
  if (block) Trace.give(block);
}

/**
 * Has blocks logged from now on: each (TRACE_EVERY), malloc's by the functions here; or a sample (TRACE_SAMPLE).
 * Returns the address of the record (object-layout.ts); 0 when memory can't grow.
 */
export function trace_begin(mode: u32): usize {
  const record = KindBlock.takeBuffer(TRACE_RECORD_SIZE);
  if (!record) return 0;
  Trace.begin(mode, record);
  // from now on no block is ready that is not known to be no sample
  for (let index: u32 = 0; index < <u32>OBJECT_CLASS_END; index++) {
    if (Trace.isEvery && index < <u32>RAW_CLASS_COUNT) continue;
    const sizeClass = SizeClass.at(index);
    sizeClass.retire();
    if (Trace.isSampling) Trace.draw(index, 0, sizeClass.blockSize);
  }
  return record;
}

/** Logs no more. */
export function trace_end(): void {
  const record = Trace.end();
  if (record) KindBlock.give(record);
}
