// assembly/strategies/best-fit.ts: the smallest free chunk that is large enough, of equal ones in the tree that with the lowest address.
// Not here: splitting and joining (parts/tagged-heap.ts).
// Contract: interface.ts. Source: Wilson et al., "Dynamic Storage Allocation: A Survey and Critical Review", 1995; a list a
// size for small chunks and a tree for large ones as in Lea, "A Memory Allocator", 1996.
//
//   filled:  0 0 1 1 0 1 0 …   a bit a size
//                │ │   └► 80 ► 80
//                │ └► 48                        LISTED_MAX and larger:      96_000
//                └► 32 ► 32 ► 32                                           ╱      ╲
//                                                                     2_000        200_000

import { ALIGNMENT } from "./interface";
import { ChunkList } from "./parts/chunk-list";
import { ChunkTree, ONE, OTHER, scramble, TreeOrder } from "./parts/chunk-tree";
import { FreeChunks } from "./parts/free-chunks";
import { Chunk } from "./parts/tagged-chunk";
import { TaggedHeap } from "./parts/tagged-heap";

/** One for each bit of `filled`, the first of them for no size. */
const LIST_COUNT: u32 = 64;
/** Bytes. Chunks below this are in lists. */
const LISTED_MAX: u32 = LIST_COUNT * ALIGNMENT;

@unmanaged
class BySize extends TreeOrder {
  @inline isBefore(a: Chunk, b: Chunk): bool {
    const size = a.size;
    const other = b.size;
    return size < other || (size == other && a.address < b.address);
  }

  @inline isAbove(a: Chunk, b: Chunk): bool {
    return scramble(a.address) > scramble(b.address);
  }
}

@unmanaged
class SizeTree extends ChunkTree<BySize> {
  take(size: u32): Chunk {
    let link = changetype<usize>(this);
    let found: usize = 0;
    for (let node = load<usize>(link); node; node = load<usize>(link)) {
      if (Chunk.at(node).size >= size) {
        found = link;
        link = node + ONE;
      } else {
        link = node + OTHER;
      }
    }
    return found ? this.unlink(found) : Chunk.at(0);
  }
}

@unmanaged
class BestFit extends FreeChunks {
  root: usize;
  reserved: usize;
  /** Bit i: there are chunks of i times ALIGNMENT. */
  filled: u64;
  // the lists follow

  @inline private get tree(): SizeTree {
    return changetype<SizeTree>(changetype<usize>(this));
  }

  @inline private list(index: u32): ChunkList {
    return ChunkList.at(changetype<usize>(this) + offsetof<BestFit>() + index * sizeof<usize>());
  }

  add(chunk: Chunk): void {
    const size = chunk.size;
    if (size >= LISTED_MAX) {
      this.tree.add(chunk);
      return;
    }
    const index = size / ALIGNMENT;
    this.list(index).add(chunk);
    this.filled |= (<u64>1) << index;
  }

  remove(chunk: Chunk): void {
    const size = chunk.size;
    if (size >= LISTED_MAX) {
      this.tree.remove(chunk);
      return;
    }
    this.removeListed(size / ALIGNMENT, chunk);
  }

  take(size: u32): Chunk {
    const filled = size < LISTED_MAX ? this.filled & ((<u64>-1) << (size / ALIGNMENT)) : 0;
    if (!filled) return this.tree.take(size);
    const index = <u32>ctz(filled);
    const chunk = Chunk.at(this.list(index).first);
    this.removeListed(index, chunk);
    return chunk;
  }

  @inline private removeListed(index: u32, chunk: Chunk): void {
    const list = this.list(index);
    list.remove(chunk);
    if (!list.first) this.filled &= ~((<u64>1) << index);
  }
}

const heap = changetype<TaggedHeap<BestFit>>(
  memory.data(<i32>(offsetof<BestFit>() + LIST_COUNT * sizeof<usize>())),
);
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
