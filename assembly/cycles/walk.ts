// assembly/cycles/walk.ts: walks over the blocks of containers that an examination of the whole heap has sides for.
// Not here: what is done with them (count.ts, mark.ts, unreached.ts).

import { Arena } from "../arena";
import { ARENA_SIZE, ARENA_SIZE_LOG2, POOL_SIZE, POOL_STATE_FREE } from "../layout";
import { largeTable } from "../object-table";
import { Pool } from "../pool";
import { Sides } from "./sides";

/** What is done with a block of containers, free or not. As ReferenceVisitor: a class, no value. */
@unmanaged
export abstract class BlockVisitor {
  abstract visit(o: usize): void;
}

export class Walk {
  /** Visits every block of the pools of containers of an arena that have sides. */
  @inline static arena<Visitor extends BlockVisitor>(visitor: Visitor, index: u32): void {
    const start = (<usize>index) << ARENA_SIZE_LOG2;
    if (Arena.isWide(start)) {
      Walk.pool<Visitor>(visitor, Pool.at(start));
      return;
    }
    for (let pool = start; pool < start + ARENA_SIZE; pool += POOL_SIZE) {
      if (Pool.at(pool).state != <u8>POOL_STATE_FREE) Walk.pool<Visitor>(visitor, Pool.at(pool));
    }
  }

  private static pool<Visitor extends BlockVisitor>(visitor: Visitor, pool: Pool): void {
    if (!pool.isOfContainers) return;
    const size = <usize>pool.blockSize;
    const first = pool.address + pool.first;
    if (!Sides.has(first)) return;
    for (let o = first, end = first + size * pool.capacity; o < end; o += size) visitor.visit(o);
  }

  /** Visits every large container that has a side. */
  @inline static large<Visitor extends BlockVisitor>(visitor: Visitor): void {
    for (let index: u32 = 0; index < largeTable.slotCount; index++) {
      const o = load<usize>(largeTable.slotAt(index));
      if (o && Sides.has(o)) visitor.visit(o);
    }
  }
}
