// assembly/cycles/release.ts: ends unreachable objects: gives up what they refer to outside, then frees them, all without running anybody's code.
// Not here: which objects those are, and whose finalizers run first (collect.ts).
//
// Their references to each other are not counted down: who goes with them needs no count. If one holds the last reference to a container
// outside (one that is not tracked, or older than what was examined), the container's death is put off: its holder keeps that reference
// alone, and dies in the ordinary way when all the others are gone (death.ts, dieLinked).

import { Arena } from "../arena";
import { dieLinked, endAtomic } from "../death";
import { KindBlock } from "../kind-block";
import {
  ARENA_COUNT_MAX,
  ARENA_SIZE,
  ARENA_SIZE_LOG2,
  BLOCK_FREE,
  POOL_SIZE,
  POOL_STATE_FREE,
} from "../layout";
import { ObjectHeader } from "../object";
import {
  COLLECTOR_IDLE,
  FLAG_EXAMINED,
  FLAG_LOGGED,
  LIST_ITEMS,
  OBJECT_FLAGS,
  OBJECT_TYPE,
  REFCOUNT_DYING,
  REFCOUNT_IMMORTAL,
  TABLE_BUFFER,
  TYPE_DICT,
  TYPE_LIST,
  TYPE_SET,
  TYPE_STRUCT_FIRST,
} from "../object-layout";
import { largeTable } from "../object-table";
import { Pool } from "../pool";
import { ReferenceVisitor, Visit } from "../references";
import { SizeClass } from "../size-class";
import { Trace } from "../trace";
import { Type } from "../type";
import { collector } from "./collector";
import { GREY, Sides, UNIT_LOG2 } from "./sides";
import { Suspects } from "./suspects";

/** The last of those put off, which are linked as those that wait in death.ts. */
let lastPutOff: usize = 0;
/** First slot of the object at hand whose reference is kept; 0 if there is none. */
let keptSlot: usize = 0;

@unmanaged
class ReleasingBySides extends ReferenceVisitor {
  @inline visit(target: usize, slot: usize): void {
    Release.release(Sides.isUnreachable(target), target, slot);
  }
}

@unmanaged
class ReleasingByFlags extends ReferenceVisitor {
  @inline visit(target: usize, slot: usize): void {
    Release.release((load<u16>(target, OBJECT_FLAGS) & FLAG_EXAMINED) != 0, target, slot);
  }
}

/** Empties the slots before the first that is kept: their references are given up already. */
@unmanaged
class EmptyingEarlier extends ReferenceVisitor {
  @inline visit(_: usize, slot: usize): void {
    if (slot < keptSlot) store<usize>(slot, 0);
  }
}

class Release {
  /** Gives up one reference to an object outside; false if it is the last to a container. */
  @inline static dropOutside(target: usize): bool {
    let count = load<u32>(target);
    if (Suspects.isCount(count)) {
      Suspects.clear(target);
      count = load<u32>(target);
    }
    if (count > 1) {
      if (count < <u32>REFCOUNT_IMMORTAL) store<u32>(target, count - 1);
      return true;
    }
    if (ObjectHeader.at(target).isContainer) return false;
    endAtomic(target);
    return true;
  }

  /** Of a slot's reference: whether it is among the unreachable decides what is done. */
  @inline static release(isWithin: bool, target: usize, slot: usize): void {
    if (!isWithin && !Release.dropOutside(target)) {
      if (!keptSlot) keptSlot = slot;
    } else if (keptSlot) {
      store<usize>(slot, 0);
    }
  }

  /** Gives up an object's references, and its buffer. False if it was put off instead: it keeps some. */
  @inline static releaseAll<Releasing extends ReferenceVisitor>(releasing: Releasing, o: usize): bool {
    const type = <u32>ObjectHeader.at(o).type;
    if (ObjectHeader.at(o).flags & FLAG_LOGGED) Trace.giveObject(o);
    keptSlot = 0;
    Visit.all<Releasing>(releasing, o, type);
    if (keptSlot) {
      putOff(o, type);
      return false;
    }
    let buffer: usize = 0;
    if (type == TYPE_LIST) buffer = load<usize>(o, LIST_ITEMS);
    else if (type == TYPE_DICT || type == TYPE_SET) buffer = load<usize>(o, TABLE_BUFFER);
    if (buffer) KindBlock.givePart(buffer);
    return true;
  }

  /** False of a struct that refers to nothing but unreachable objects, and is not to be logged: nothing is to be done for it. */
  @inline static leadsOut(o: usize, base: usize): bool {
    const typeAndFlags = load<u32>(o, OBJECT_TYPE);
    const type = typeAndFlags & <u32>u16.MAX_VALUE;
    if (type < <u32>TYPE_STRUCT_FIRST) return true;
    const record = Type.at(type);
    const limit = Sides.end;
    let outside = <u32>record.furtherRuns | (typeAndFlags & (FLAG_LOGGED << 16));
    const slots = o + record.runOffset;
    for (let slot = slots, end = slots + ((<usize>record.runCount) << 2); slot < end; slot += 4) {
      const target = load<usize>(slot);
      const state = <u32>load<u8>(base + (select<usize>(target, 0, target < limit) >> UNIT_LOG2));
      outside |= u32(state >= GREY) & u32(target != 0);
    }
    return outside != 0;
  }
}

function putOff(o: usize, type: u32): void {
  Visit.all<EmptyingEarlier>(changetype<EmptyingEarlier>(0), o, type);
  store<usize>(o, <usize>REFCOUNT_DYING | (lastPutOff >>> 3));
  lastPutOff = o;
}

/** Frees `count` objects of a list, those with FLAG_EXAMINED. */
export function releaseListed(start: usize, count: u32): void {
  const end = start + ((<usize>count) << 2);
  // all have given up their references before the first block is free: flags must stay readable
  for (let slot = start; slot < end; slot += 4)
    Release.releaseAll<ReleasingByFlags>(changetype<ReleasingByFlags>(0), load<usize>(slot));
  for (let slot = start; slot < end; slot += 4) {
    const o = load<usize>(slot);
    if (load<u32>(o) < <u32>REFCOUNT_DYING) ObjectHeader.freeContainer(o);
  }
}

/** Frees the unreachable objects of so many arenas, from index `from` on, and in the end large ones. Returns where to go on; ARENA_COUNT_MAX: all are freed. */
export function releaseArenas(from: u32, arenas: u32): u32 {
  let index = Arena.indexFrom(from);
  for (let left = arenas; left && index < <u32>ARENA_COUNT_MAX; left--, index = Arena.indexFrom(index + 1))
    releaseArena(index);
  if (index >= <u32>ARENA_COUNT_MAX) releaseLarge();
  return index;
}

function releaseArena(index: u32): void {
  const start = (<usize>index) << ARENA_SIZE_LOG2;
  if (Arena.isWide(start)) {
    releasePool(Pool.at(start));
    return;
  }
  for (let pool = start; pool < start + ARENA_SIZE; pool += POOL_SIZE) {
    // the arena may be given back on the way, with all its pools free
    if (Pool.at(pool).state != <u8>POOL_STATE_FREE && Arena.holds(pool)) releasePool(Pool.at(pool));
  }
}

function releasePool(pool: Pool): void {
  if (!pool.isOfContainers) return;
  const size = <usize>pool.blockSize;
  const first = pool.address + pool.first;
  if (!Sides.has(first)) return;
  const base = Sides.base;
  const end = first + size * pool.capacity;
  let released: u32 = 0;
  let isAll = true;
  for (let o = first; o < end; o += size) {
    if (<u32>load<u8>(base + (o >> UNIT_LOG2)) >= GREY) continue;
    if (
      !Release.leadsOut(o, base) ||
      Release.releaseAll<ReleasingBySides>(changetype<ReleasingBySides>(0), o)
    ) {
      store<u32>(o, BLOCK_FREE); // the pool may go as it is, and nobody must take this for an object
      released += 1;
    } else {
      isAll = false;
    }
  }
  if (!released) return;
  collector.countManyFreed(released);
  if (isAll && <i32>released == SizeClass.usedCount(pool)) {
    SizeClass.discard(pool);
    return;
  }
  for (let o = first; o < end && released; o += size) {
    if (<u32>load<u8>(base + (o >> UNIT_LOG2)) >= GREY || load<u32>(o) >= <u32>REFCOUNT_DYING) continue;
    SizeClass.give(pool, o);
    released -= 1;
  }
}

/** Where the program went on, one may have been made since, in a place whose side tells of another: so its own count is asked, too. */
function isLargeUnreachable(o: usize): bool {
  const count = load<u32>(o);
  const isSuspect = collector.increment == COLLECTOR_IDLE || Suspects.isCount(count);
  return isSuspect && Sides.isUnreachable(o) && count < <u32>REFCOUNT_DYING;
}

/** As releaseArena, of large containers, after all arenas. */
function releaseLarge(): void {
  let index: u32 = 0;
  while (index < largeTable.slotCount) {
    const o = load<usize>(largeTable.slotAt(index));
    const isUnreachable = o != 0 && isLargeUnreachable(o);
    if (isUnreachable && Release.releaseAll<ReleasingBySides>(changetype<ReleasingBySides>(0), o)) {
      const slots = largeTable.slots;
      ObjectHeader.freeContainer(o);
      if (largeTable.slots != slots) index = 0; // made anew; else the next entry has moved up to here
    } else {
      index += 1;
    }
  }
}

/** Ends those that were put off: anybody's code may run. */
export function endPutOff(): void {
  const last = lastPutOff;
  lastPutOff = 0;
  if (last) dieLinked(last);
}
