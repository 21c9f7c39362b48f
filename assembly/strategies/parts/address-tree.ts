// assembly/strategies/parts/address-tree.ts: free chunks in address order, the largest on top: finds the first that is large enough.
// Source: C. J. Stephenson, "Fast Fits: New Methods for Dynamic Storage Allocation", 1983, leftmost fit.
//
// A subtree has nothing larger than its root, so a search enters none in vain: what would be a walk along a list is
// a walk down.

import { ChunkTree, ONE, OTHER, scramble, TreeOrder } from "./chunk-tree";
import { Chunk } from "./tagged-chunk";

@unmanaged
class ByAddress extends TreeOrder {
  @inline isBefore(a: Chunk, b: Chunk): bool {
    return a.address < b.address;
  }

  /** Larger ones; of equal ones any, lest they form a list. */
  @inline isAbove(a: Chunk, b: Chunk): bool {
    const size = a.size;
    const other = b.size;
    return size > other || (size == other && scramble(a.address) > scramble(b.address));
  }
}

@unmanaged
export abstract class AddressTree extends ChunkTree<ByAddress> {
  /** Takes out the first chunk from address `from` on that has at least `size` bytes; null if there is none. */
  takeFrom(from: usize, size: u32): Chunk {
    let link = changetype<usize>(this);
    let found: usize = 0;
    for (let node = load<usize>(link); node && Chunk.at(node).size >= size; node = load<usize>(link)) {
      if (node >= from) {
        found = link;
        link = node + ONE;
      } else {
        link = node + OTHER;
      }
    }
    return found ? this.unlink(found) : Chunk.at(0);
  }
}
