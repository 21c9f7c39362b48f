// assembly/strategies/first-fit.ts: the free chunk with the lowest address that is large enough: low memory fills up, high memory stays free.
// Not here: splitting and joining (parts/tagged-heap.ts), the search (parts/address-tree.ts).
// Contract: interface.ts. Source: Knuth, TAOCP 1, 2.5, algorithm A; in address order as Wilson et al., 1995, advise.
//
//   ┌────┬──────┬──────┬────────┬───────┬────────────┬─ ─
//   │    │ free │      │ free   │       │ free       │
//   └────┴──────┴──────┴────────┴───────┴────────────┴─ ─
//          too small     ▲ the first that will do

import { AddressTree } from "./parts/address-tree";
import { Chunk } from "./parts/tagged-chunk";
import { TaggedHeap } from "./parts/tagged-heap";

@unmanaged
class FirstFit extends AddressTree {
  @inline take(size: u32): Chunk {
    return this.takeFrom(0, size);
  }
}

const heap = changetype<TaggedHeap<FirstFit>>(memory.data(<i32>offsetof<FirstFit>()));
heap.prepare();

export function malloc(size: usize): usize {
  return heap.malloc(size);
}

export function calloc(count: usize, size: usize): usize {
  return heap.calloc(count, size);
}

export function realloc(address: usize, size: usize): usize {
  return heap.realloc(address, size);
}

export function free(address: usize): void {
  heap.free(address);
}

export function aligned_alloc(alignment: usize, size: usize): usize {
  return heap.aligned_alloc(alignment, size);
}

export function usable_size(address: usize): usize {
  return heap.usable_size(address);
}

export function footprint(): f64 {
  return heap.footprint();
}
