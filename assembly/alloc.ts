// assembly/alloc.ts: from a size to a block and back: C's allocation functions. Blocks come from size classes or are large.
// Contract: C23 7.24.3, with the choices it leaves open: size 0 gives a block of its own, realloc(p, 0) keeps one,
// a failed call returns 0 and changes nothing. Sources: size 0 as CPython's PyMem_Malloc.

import { Arena } from "./arena";
import { CHECKS } from "./build-flags";
import { ChunkHeap } from "./chunk-heap";
import { fail } from "./host";
import { Large } from "./large";
import { ALIGNMENT, ALIGNMENT_MAX, REQUEST_LIMIT, SMALL_REQUEST_MAX } from "./layout";
import { TRACED_RAW } from "./object-layout";
import { mustHold } from "./rule";
import { SizeClass } from "./size-class";
import { Trace } from "./trace";
import { TracedBlock } from "./traced-block";

/** A block of at least `size` bytes, content undefined; 0 when memory can't grow. */
export function malloc(size: usize): usize {
  if (size <= <usize>SMALL_REQUEST_MAX) {
    const block = SizeClass.of(size).take();
    if (block) {
      if (CHECKS) mustHold(SizeClass.verifyPool(Arena.poolOf(block)));
      return block;
    }
  }
  return mallocRare(size);
}

/** What malloc leaves: empty lists, large blocks, a full memory. */
function mallocRare(size: usize): usize {
  if (size >= <usize>REQUEST_LIMIT) return 0;
  let block: usize;
  if (Trace.isSampling) block = takeSampled(size);
  else block = size <= <usize>SMALL_REQUEST_MAX ? SizeClass.of(size).refill() : Large.take(size);
  if (block) return block;
  // pools that serve no block any more are the last reserve
  return SizeClass.releaseIdle() ? malloc(size) : 0;
}

/** As mallocRare does, while a sample of blocks is traced. Small ones of the sample are large blocks, so that others need no look when freed. */
function takeSampled(size: usize): usize {
  if (size <= <usize>SMALL_REQUEST_MAX) {
    const sizeClass = SizeClass.of(size);
    const index = sizeClass.index;
    const left = Trace.leftOf(index);
    if (left) return TracedBlock.takeBefore(sizeClass, index, left);
    if (!Trace.draw(index, size, sizeClass.blockSize)) return TracedBlock.takeFirst(sizeClass, index);
  } else if (!Trace.isDue(size)) {
    return Large.take(size);
  }
  const block = Large.take(size);
  if (block) Trace.taken(block, size, TRACED_RAW);
  return block;
}

/** A block of `count` times `size` bytes, all zero; 0 when memory can't grow or the product passes 2^32. */
export function calloc(count: usize, size: usize): usize {
  const bytes = <u64>count * <u64>size;
  if (bytes > <u64>SMALL_REQUEST_MAX)
    return bytes < <u64>(<u32>REQUEST_LIMIT) ? callocLarge(<usize>bytes) : 0;
  let block = SizeClass.of(<usize>bytes).take();
  if (!block) block = mallocRare(<usize>bytes);
  if (block) {
    const end = block + <usize>bytes;
    for (let address = block; address < end; address += 8) store<u64>(address, 0); // blocks are multiples of 8
  }
  return block;
}

function callocLarge(size: usize): usize {
  const untouched = ChunkHeap.untouched;
  const block = mallocRare(size);
  if (block && block < untouched) memory.fill(block, 0, min(size, untouched - block));
  return block;
}

/**
 * The block at `block` with room for `size` bytes, where it was or moved, its content kept as far as both sizes
 * go. 0 when memory can't grow: the old block stays as it was. `block` 0: malloc.
 */
export function realloc(block: usize, size: usize): usize {
  if (!block) return malloc(size);
  const isSmall = Arena.holds(block);
  let old: usize;
  if (isSmall) {
    const pool = Arena.poolOf(block);
    const fault = SizeClass.fault(pool, block);
    if (fault) {
      fail(fault, block);
      return 0;
    }
    old = <usize>pool.blockSize;
    // CPython's rule: a block shrinks only where that saves a quarter of what it takes
    if (size <= old && SizeClass.of(size).blockSize * 4 > <u32>old * 3) return block;
  } else {
    const fault = Large.fault(block);
    if (fault) {
      fail(fault, block);
      return 0;
    }
    if (size >= <usize>REQUEST_LIMIT) return 0;
    if (size > <usize>SMALL_REQUEST_MAX && Large.resize(block, size)) {
      if (Trace.isSampling) sampleAnew(block, size);
      return block;
    }
    old = Large.usableSize(block);
  }
  let moved: usize = 0;
  if (size <= <usize>SMALL_REQUEST_MAX) moved = SizeClass.of(size).take();
  if (!moved) moved = mallocRare(size);
  if (!moved) return size <= old ? block : 0;
  copy(moved, block, min(size, old));
  if (isSmall) SizeClass.give(Arena.poolOf(block), block);
  else giveLarge(block);
  return moved;
}

/** A block that was given another size where it is, is traced as one that was freed and taken. */
function sampleAnew(block: usize, size: usize): void {
  Trace.give(block);
  if (Trace.isDue(size)) Trace.taken(block, size, TRACED_RAW);
}

function giveLarge(block: usize): void {
  if (Trace.isSampling) Trace.give(block);
  Large.give(block);
}

/** Gives a block back. `block` 0: nothing. */
export function free(block: usize): void {
  if (Arena.holds(block)) {
    const pool = Arena.poolOf(block);
    const fault = SizeClass.fault(pool, block);
    if (fault) fail(fault, block);
    else {
      SizeClass.give(pool, block);
      if (CHECKS && pool.state) mustHold(SizeClass.verifyPool(pool));
    }
  } else if (block) {
    const fault = Large.fault(block);
    if (fault) fail(fault, block);
    else giveLarge(block);
  }
}

/** As malloc, at a multiple of `alignment`, a power of two up to ALIGNMENT_MAX; 0 for any other alignment. */
export function aligned_alloc(alignment: usize, size: usize): usize {
  if (popcnt(alignment) != 1 || alignment > <usize>ALIGNMENT_MAX) return 0;
  if (alignment <= <usize>ALIGNMENT) return malloc(size);
  if (size >= <usize>REQUEST_LIMIT) return 0;
  // a block is as aligned as its size is
  const rounded = (max<usize>(size, 1) + alignment - 1) & ~(alignment - 1);
  if (rounded <= <usize>SMALL_REQUEST_MAX && !Trace.isSampling) return malloc(rounded);
  let block = Large.takeAligned(<u32>alignment, size);
  if (!block && SizeClass.releaseIdle()) block = Large.takeAligned(<u32>alignment, size);
  if (block && Trace.isSampling && Trace.isDue(size)) Trace.taken(block, size, TRACED_RAW);
  return block;
}

/** Bytes that may be used at `block`, at least as many as were asked for. 0 for 0. */
export function usable_size(block: usize): usize {
  if (!block) return 0;
  const isSmall = Arena.holds(block);
  const fault = isSmall ? SizeClass.fault(Arena.poolOf(block), block) : Large.fault(block);
  if (fault) {
    fail(fault, block);
    return 0;
  }
  return isSmall ? <usize>Arena.poolOf(block).blockSize : Large.usableSize(block);
}

/** Copies `size` bytes, rounded up to 8, between blocks that don't overlap. */
function copy(to: usize, from: usize, size: usize): void {
  if (size > <usize>SMALL_REQUEST_MAX) {
    memory.copy(to, from, size);
    return;
  }
  for (let i: usize = 0; i < size; i += 8) store<u64>(to + i, load<u64>(from + i));
}
