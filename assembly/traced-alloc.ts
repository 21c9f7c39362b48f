// assembly/traced-alloc.ts: C's allocation functions, each block being logged while the host traces: alloc.ts does the work.
// Source: CPython Python/tracemalloc.c, tracemalloc_alloc to tracemalloc_free: a block that is given another size is traced anew.

import { aligned_alloc, calloc, free, malloc, realloc } from "./alloc";
import { KindBlock } from "./kind-block";
import { BLOCK_KIND_BUFFER, KIND_CLASS_COUNT, RAW_CLASS_COUNT } from "./layout";
import { TRACE_RECORD_SIZE, TRACED_RAW } from "./object-layout";
import { SizeClass } from "./size-class";
import { Trace } from "./trace";

/** Classes of containers and atomic objects come first of the kinds'. */
const OBJECT_CLASS_END = RAW_CLASS_COUNT + (BLOCK_KIND_BUFFER - 1) * KIND_CLASS_COUNT;

export function traced_malloc(size: usize): usize {
  const block = malloc(size);
  if (block) Trace.take(block, size, TRACED_RAW);
  return block;
}

export function traced_calloc(count: usize, size: usize): usize {
  const block = calloc(count, size);
  if (block) Trace.take(block, count * size, TRACED_RAW);
  return block;
}

export function traced_aligned_alloc(alignment: usize, size: usize): usize {
  const block = aligned_alloc(alignment, size);
  if (block) Trace.take(block, size, TRACED_RAW);
  return block;
}

export function traced_realloc(block: usize, size: usize): usize {
  const moved = realloc(block, size);
  if (moved) {
    if (block) Trace.give(block);
    Trace.take(moved, size, TRACED_RAW);
  }
  return moved;
}

/** The block is free before it is logged: one that free() refuses is none. */
export function traced_free(block: usize): void {
  free(block);
  if (block) Trace.give(block);
}

/**
 * Has blocks logged from now on: each (TRACE_EVERY), or a sample (TRACE_SAMPLE), the first after `distance` bytes.
 * Returns the address of the record (object-layout.ts); 0 when memory can't grow.
 */
export function trace_begin(mode: u32, distance: f64): usize {
  const record = KindBlock.takeBuffer(TRACE_RECORD_SIZE);
  if (!record) return 0;
  Trace.begin(mode, record, <i64>distance);
  // from now on no object's block is ready: the rare path is taken, which logs
  for (let index: u32 = RAW_CLASS_COUNT; index < <u32>OBJECT_CLASS_END; index++) SizeClass.at(index).retire();
  return record;
}

/** Logs no more. */
export function trace_end(): void {
  const record = Trace.end();
  if (record) KindBlock.give(record);
}
