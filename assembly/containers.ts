// assembly/containers.ts: a walk over every live container object, in address order: pools of containers, and large ones.
// Not here: what is done with them (gc-module.ts, verify-objects.ts).

import { Arena } from "./arena";
import { Chunk } from "./chunk";
import { ChunkHeap } from "./chunk-heap";
import { ARENA_SIZE, BLOCK_FREE, HEAP_ADDRESS, POOL_SIZE, POOL_STATE_FREE, POOLS_PER_ARENA } from "./layout";
import { ObjectHeader } from "./object";
import { REFCOUNT_DYING } from "./object-layout";
import { Pool } from "./pool";

/** One walk at a time: it is static, as the core has no objects of its own. Nothing may be allocated or freed on the way. */
export class Containers {
  private static chunk: usize = 0;
  /** Pools of the arena at `chunk` from here to `poolEnd`. */
  private static pool: usize = 0;
  private static poolEnd: usize = 0;
  private static block: usize = 0;
  private static blocksLeft: u32 = 0;
  private static blockSize: usize = 0;

  /** A block met on the way whose first word is neither a count nor what a free or dying object has; 0 if there was none. */
  static strange: usize = 0;

  static open(): void {
    Containers.strange = 0;
    Containers.chunk = HEAP_ADDRESS;
    Containers.pool = 0;
    Containers.poolEnd = 0;
    Containers.blocksLeft = 0;
  }

  /** The next live container; 0 after the last. */
  static next(): usize {
    while (true) {
      while (Containers.blocksLeft) {
        const block = Containers.block;
        Containers.block = block + Containers.blockSize;
        Containers.blocksLeft -= 1;
        const header = ObjectHeader.at(block);
        if (header.isAlive) return block;
        if (header.refcount != <u32>BLOCK_FREE && header.refcount < <u32>REFCOUNT_DYING)
          Containers.strange = block;
      }
      if (Containers.pool != Containers.poolEnd) {
        Containers.enterPool();
        continue;
      }
      const chunk = Chunk.at(Containers.chunk);
      if (chunk.address == ChunkHeap.top) return 0;
      Containers.chunk = chunk.following.address;
      if (chunk.isArena) {
        const isWide = Arena.isWide(chunk.payload);
        Containers.pool = chunk.payload;
        Containers.poolEnd = chunk.payload + (isWide ? ARENA_SIZE : POOLS_PER_ARENA * POOL_SIZE);
      } else if (chunk.isContainer && ObjectHeader.at(chunk.payload).isAlive) {
        return chunk.payload;
      }
    }
  }

  private static enterPool(): void {
    const pool = Pool.at(Containers.pool);
    Containers.pool += Arena.isWide(pool.address) ? ARENA_SIZE : POOL_SIZE;
    if (pool.state == <u8>POOL_STATE_FREE || !pool.isOfContainers) return;
    Containers.block = pool.address + pool.first;
    Containers.blocksLeft = pool.capacity;
    Containers.blockSize = pool.blockSize;
  }
}
