// assembly/strategies/next-fit.ts: as first fit, but the search goes on where the last one ended, and round at the end of memory.
// Not here: splitting and joining (parts/tagged-heap.ts), the search (parts/address-tree.ts).
// Contract: interface.ts. Source: Knuth, TAOCP 1, 2.5, exercise 6 (the roving pointer).
//
//   ┌────┬──────┬──────┬────────┬───────┬────────────┬─ ─
//   │    │ free │ last │ free   │       │ free       │
//   └────┴──────┴──────┴────────┴───────┴────────────┴─ ─
//                      ▲ rover: the first from here on that will do, else the first of all

import { AddressTree } from "./parts/address-tree";
import { Chunk } from "./parts/tagged-chunk";
import { TaggedHeap } from "./parts/tagged-heap";

@unmanaged
class NextFit extends AddressTree {
  /** End of the chunk that was taken last: an address alone, so that chunks may join around it. */
  rover: usize;

  @inline take(size: u32): Chunk {
    let chunk = this.takeFrom(this.rover, size);
    if (!chunk) chunk = this.takeFrom(0, size);
    if (chunk) this.rover = chunk.address + size;
    return chunk;
  }
}

const heap = changetype<TaggedHeap<NextFit>>(memory.data(<i32>offsetof<NextFit>()));
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
