// assembly/strategies/bump.ts: the allocator floor: moves one address forward and never takes a block back.
// Not here: reuse of any kind. Fast until its memory no longer fits a cache, or the address space.
// Contract: interface.ts.
//
//   top (old)      block - CAPACITY_SIZE   block           top (new)
//   ┌──────────────┬───────────────────────┬───────────────┐
//   │ gap < ALIGN  │ capacity, usize bytes │ contents      │
//   └──────────────┴───────────────────────┴───────────────┘

import { ALIGNMENT, PAGE_SIZE } from "./interface";

const CAPACITY_SIZE: usize = sizeof<usize>();
/** Pages asked for at a time, if the engine has them: growth by single pages costs more than the allocation. */
const GROWTH_PAGES: i32 = 16;

/** First byte not handed out. */
let top: usize = __heap_base;
/** Bytes of memory; u64 because 4 GiB does not fit a usize. */
let end: u64 = <u64>memory.size() * PAGE_SIZE;

/** Grows memory until it holds `needed` bytes; false when the engine refuses. */
function reach(needed: u64): bool {
  const missing = needed - end;
  if (missing > <u64>u32.MAX_VALUE) return false;
  const pages = <i32>((missing + (PAGE_SIZE - 1)) / PAGE_SIZE);
  if (memory.grow(max(pages, GROWTH_PAGES)) < 0 && memory.grow(pages) < 0) return false;
  end = <u64>memory.size() * PAGE_SIZE;
  return true;
}

export function aligned_alloc(alignment: usize, size: usize): usize {
  const mask = <u64>max<usize>(alignment, ALIGNMENT) - 1;
  const block = (<u64>top + CAPACITY_SIZE + mask) & ~mask;
  const next = block + size;
  // A top of exactly 4 GiB would wrap to 0, so the last byte of the address space is never handed out.
  if (next > <u64>u32.MAX_VALUE) return 0;
  if (next > end && !reach(next)) return 0;
  top = <usize>next;
  store<usize>(<usize>block - CAPACITY_SIZE, size);
  return <usize>block;
}

export function malloc(size: usize): usize {
  return aligned_alloc(ALIGNMENT, size);
}

/** No fill: what was never handed out before is still zero. */
export function calloc(count: usize, size: usize): usize {
  const bytes = <u64>count * size;
  return bytes > <u64>u32.MAX_VALUE ? 0 : malloc(<usize>bytes);
}

export function realloc(address: usize, size: usize): usize {
  if (!address) return malloc(size);
  const capacity = load<usize>(address - CAPACITY_SIZE);
  if (size <= capacity) return address;
  if (address + capacity == top) {
    const next = <u64>address + size;
    if (next > <u64>u32.MAX_VALUE || (next > end && !reach(next))) return 0;
    top = <usize>next;
    store<usize>(address - CAPACITY_SIZE, size);
    return address;
  }
  const moved = malloc(size);
  if (moved) memory.copy(moved, address, capacity);
  return moved;
}

export function free(_address: usize): void {}

export function usable_size(address: usize): usize {
  return address ? load<usize>(address - CAPACITY_SIZE) : 0;
}

export function footprint(): f64 {
  return <f64>memory.size() * PAGE_SIZE;
}
