// assembly/large.ts: large blocks: requests above SMALL_REQUEST_MAX, or aligned beyond what a pool offers; one chunk each.
// Not here: where the chunk comes from (chunk-heap.ts).

import { CHECKS } from "./build-flags";
import { Chunk } from "./chunk";
import { ChunkHeap } from "./chunk-heap";
import { counters } from "./counters";
import {
  CHUNK_ALIGNMENT,
  CHUNK_HEADER_SIZE,
  CHUNK_USE_MASK,
  FAULT_DOUBLE_FREE,
  FAULT_FOREIGN_POINTER,
  FAULT_INTERIOR_POINTER,
  FAULT_OBJECT_POINTER,
  HEAP_ADDRESS,
} from "./layout";

export class Large {
  /** A block of `size` bytes, below REQUEST_LIMIT; 0 when memory can't grow. */
  static take(size: usize): usize {
    return Large.count(ChunkHeap.take(ChunkHeap.chunkSize(size)));
  }

  /** As take, at a multiple of `alignment`, a power of two. */
  static takeAligned(alignment: u32, size: usize): usize {
    if (alignment <= <u32>CHUNK_ALIGNMENT) return Large.take(size);
    return Large.count(ChunkHeap.takeAligned(alignment, ChunkHeap.chunkSize(size)));
  }

  /** As take, for one object; `use` is CHUNK_CONTAINER or CHUNK_ATOMIC. */
  static takeObject(size: usize, use: u32): usize {
    const block = Large.take(size);
    if (block) Chunk.ofPayload(block).sizeAndFlags |= use;
    return block;
  }

  /** Gives back a large object or a large block. */
  static give(block: usize): void {
    const chunk = Chunk.ofPayload(block);
    chunk.sizeAndFlags &= ~CHUNK_USE_MASK;
    counters.largeBlocks -= 1;
    counters.largeBytes -= chunk.size;
    ChunkHeap.give(chunk);
  }

  /** Gives a block another size where it stands; false, and nothing changed, if it can't. */
  static resize(block: usize, size: usize): bool {
    const chunk = Chunk.ofPayload(block);
    const old = chunk.size;
    if (!ChunkHeap.resize(chunk, ChunkHeap.chunkSize(size))) return false;
    counters.largeBytes += chunk.size - old;
    return true;
  }

  /** Bytes that may be used from `block` on. */
  @inline static usableSize(block: usize): usize {
    return Chunk.ofPayload(block).payloadSize;
  }

  /**
   * 0 if `block`, not in an arena of pools, is a large block; else the fault, or the rule that its header breaks. The chunk behind must confirm the
   * size, so only bytes forged in two places pass; the checked build asks the row of chunks instead.
   */
  static fault(block: usize): i32 {
    if (block < <usize>(HEAP_ADDRESS + CHUNK_HEADER_SIZE) || block > ChunkHeap.sentinel)
      return FAULT_FOREIGN_POINTER;
    if (!CHECKS && !(block & (CHUNK_ALIGNMENT - 1))) {
      const chunk = Chunk.ofPayload(block);
      const end = chunk.address + chunk.size;
      if (
        chunk.isLargeBlock &&
        end > block &&
        end <= ChunkHeap.sentinel &&
        chunk.following.previousSize == chunk.size
      )
        return 0;
    }
    return Large.diagnose(block);
  }

  /** What is wrong with `block`, by walking the chunks up to the one that holds it: a fault or a rule. O(chunks). */
  private static diagnose(block: usize): i32 {
    let chunk = Chunk.at(HEAP_ADDRESS);
    while (chunk.following.address < block && chunk.following.address > chunk.address)
      chunk = chunk.following;
    if (chunk.payload == block && chunk.isLargeBlock) return ChunkHeap.verifyChunk(chunk);
    if (chunk.address == ChunkHeap.top)
      return block < ChunkHeap.untouched ? FAULT_DOUBLE_FREE : FAULT_FOREIGN_POINTER;
    if (chunk.isObject && chunk.payload == block) return FAULT_OBJECT_POINTER;
    return chunk.isInUse ? FAULT_INTERIOR_POINTER : FAULT_DOUBLE_FREE;
  }

  @inline private static count(chunk: Chunk): usize {
    if (!chunk) return 0;
    counters.largeBlocks += 1;
    counters.largeBytes += chunk.size;
    return chunk.payload;
  }
}
