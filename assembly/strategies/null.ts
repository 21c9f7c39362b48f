// assembly/strategies/null.ts: the empty-call floor: what a call from JavaScript into Wasm costs by itself.
// Not an allocator: every block has the same address, which nobody may read or write.
// Contract: interface.ts.

import { ALIGNMENT, PAGE_SIZE } from "./interface";

const BLOCK: usize = ALIGNMENT;

export function malloc(_size: usize): usize {
  return BLOCK;
}

export function calloc(_count: usize, _size: usize): usize {
  return BLOCK;
}

export function realloc(_address: usize, _size: usize): usize {
  return BLOCK;
}

export function free(_address: usize): void {}

export function aligned_alloc(_alignment: usize, _size: usize): usize {
  return BLOCK;
}

export function usable_size(_address: usize): usize {
  return 0;
}

export function footprint(): f64 {
  return <f64>memory.size() * PAGE_SIZE;
}
