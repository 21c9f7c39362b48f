// assembly/cycles/release.ts: ends unreachable objects: gives up what they refer to outside, then frees them, all without running anybody's code.
// Not here: which objects those are, and whose finalizers run first (collect.ts).
//
// Their references to each other are not counted down: who goes with them needs no count. If one holds the last reference to a container
// outside (one that is not tracked, or older than what was examined), the container's death is put off: its holder keeps that reference
// alone, and dies in the ordinary way when all the others are gone (death.ts, dieLinked).

import { Arena } from "../arena";
import { dieLinked, endAtomic } from "../death";
import { KindBlock } from "../kind-block";
import { BLOCK_FREE, ARENA_SIZE, ARENA_SIZE_LOG2, POOL_SIZE, POOL_STATE_FREE } from "../layout";
import { ObjectHeader } from "../object";
import {
  FLAG_EXAMINED,
  LIST_ITEMS,
  OBJECT_FLAGS,
  REFCOUNT_DYING,
  REFCOUNT_IMMORTAL,
  TABLE_BUFFER,
  TYPE_DICT,
  TYPE_LIST,
  TYPE_SET,
} from "../object-layout";
import { largeTable } from "../object-table";
import { Pool } from "../pool";
import { visitReferences } from "../references";
import { SizeClass } from "../size-class";
import { collector } from "./collector";
import { Sides, UNREACHABLE } from "./sides";

/** The last of those put off, which are linked as those that wait in death.ts. */
let lastPutOff: usize = 0;
/** First slot of the object at hand whose reference is kept; 0 if there is none. */
let keptSlot: usize = 0;

/** Gives up one reference to an object outside; false if it is the last to a container. */
@inline
function dropOutside(target: usize): bool {
  const count = load<u32>(target);
  if (count > 1) {
    if (count < <u32>REFCOUNT_IMMORTAL) store<u32>(target, count - 1);
    return true;
  }
  if (ObjectHeader.at(target).isContainer) return false;
  endAtomic(target);
  return true;
}

/** Of a slot's reference: whether it is among the unreachable decides what is done. */
@inline
function release(isWithin: bool, target: usize, slot: usize): void {
  if (!isWithin && !dropOutside(target)) {
    if (!keptSlot) keptSlot = slot;
  } else if (keptSlot) {
    store<usize>(slot, 0);
  }
}

@unmanaged
class ReleasingBySides {
  @inline visit(target: usize, slot: usize): void {
    release(Sides.has(target) && <u32>load<u8>(Sides.of(target)) == UNREACHABLE, target, slot);
  }
}

@unmanaged
class ReleasingByFlags {
  @inline visit(target: usize, slot: usize): void {
    release((load<u16>(target, OBJECT_FLAGS) & FLAG_EXAMINED) != 0, target, slot);
  }
}

/** Empties the slots before the first that is kept: their references are given up already. */
@unmanaged
class EmptyingEarlier {
  @inline visit(_: usize, slot: usize): void {
    if (slot < keptSlot) store<usize>(slot, 0);
  }
}

/** Gives up an object's references, and its buffer. False if it was put off instead: it keeps some. */
@inline
function releaseAll<Releasing>(releasing: Releasing, o: usize): bool {
  const type = <u32>ObjectHeader.at(o).type;
  keptSlot = 0;
  visitReferences<Releasing>(releasing, o, type);
  if (keptSlot) {
    putOff(o, type);
    return false;
  }
  let buffer: usize = 0;
  if (type == TYPE_LIST) buffer = load<usize>(o, LIST_ITEMS);
  else if (type == TYPE_DICT || type == TYPE_SET) buffer = load<usize>(o, TABLE_BUFFER);
  if (buffer) KindBlock.give(buffer);
  return true;
}

function putOff(o: usize, type: u32): void {
  visitReferences<EmptyingEarlier>(changetype<EmptyingEarlier>(0), o, type);
  store<usize>(o, <usize>REFCOUNT_DYING | (lastPutOff >>> 3));
  lastPutOff = o;
}

/** Frees `count` objects of a list, those with FLAG_EXAMINED. */
export function releaseListed(start: usize, count: u32): void {
  const end = start + ((<usize>count) << 2);
  // all have given up their references before the first block is free: flags must stay readable
  for (let slot = start; slot < end; slot += 4)
    releaseAll<ReleasingByFlags>(changetype<ReleasingByFlags>(0), load<usize>(slot));
  for (let slot = start; slot < end; slot += 4) {
    const o = load<usize>(slot);
    if (load<u32>(o) < <u32>REFCOUNT_DYING) ObjectHeader.freeContainer(o);
  }
}

/** Frees the objects in an arena whose sides say UNREACHABLE. */
export function releaseArena(index: u32): void {
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
  const end = first + size * pool.capacity;
  let released: u32 = 0;
  let isAll = true;
  for (let o = first; o < end; o += size) {
    if (<u32>load<u8>(Sides.of(o)) != UNREACHABLE) continue;
    if (releaseAll<ReleasingBySides>(changetype<ReleasingBySides>(0), o)) {
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
    if (<u32>load<u8>(Sides.of(o)) != UNREACHABLE || load<u32>(o) >= <u32>REFCOUNT_DYING) continue;
    SizeClass.give(pool, o);
    released -= 1;
  }
}

/** As releaseArena, of large containers, after all arenas. */
export function releaseLarge(): void {
  let index: u32 = 0;
  while (index < largeTable.slotCount) {
    const o = load<usize>(largeTable.slotAt(index));
    const isUnreachable =
      o != 0 &&
      Sides.has(o) &&
      <u32>load<u8>(Sides.of(o)) == UNREACHABLE &&
      load<u32>(o) < <u32>REFCOUNT_DYING;
    if (isUnreachable && releaseAll<ReleasingBySides>(changetype<ReleasingBySides>(0), o)) {
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
