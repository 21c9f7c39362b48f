// assembly/strategies/tlsf.ts: AssemblyScript's own allocator, as every AssemblyScript program gets it.
// Not here: the allocator; it comes from the installed compiler (std/assembly/rt/tlsf.ts, --runtime minimal).
// Not exported: aligned_alloc, which TLSF does not have. It traps when memory is exhausted instead of returning 0.
// Contract: interface.ts.

import { PAGE_SIZE } from "./interface";

/** Bytes before a block: the word that holds its size, with two flags in the lowest bits. */
const BLOCK_OVERHEAD: usize = sizeof<usize>();
const FLAGS: usize = 3;

export function malloc(size: usize): usize {
  return heap.alloc(size);
}

export function calloc(count: usize, size: usize): usize {
  const bytes = <u64>count * size;
  if (bytes > <u64>u32.MAX_VALUE) return 0;
  const address = heap.alloc(<usize>bytes);
  memory.fill(address, 0, <usize>bytes);
  return address;
}

export function realloc(address: usize, size: usize): usize {
  return address ? heap.realloc(address, size) : heap.alloc(size);
}

export function free(address: usize): void {
  if (address) heap.free(address);
}

export function usable_size(address: usize): usize {
  return address ? load<usize>(address - BLOCK_OVERHEAD) & ~FLAGS : 0;
}

export function footprint(): f64 {
  return <f64>memory.size() * PAGE_SIZE;
}
