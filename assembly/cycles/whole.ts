// assembly/cycles/whole.ts: which objects of the whole heap are unreachable: references counted, then the reachable marked, both in address
// order, a few arenas at a time. Not here: what the notes mean (sides.ts), the order of the phases (collect.ts).
//
// An object with more references than the examined ones hold has a holder outside, so it is reachable. The marking walk goes from pool to
// pool, and looks at the reachable objects of each. A reference ahead only leaves a note; one to the same pool or back puts its object into
// the mark buffer, which is emptied before the walk goes on. So most of memory is read once, in order.
// Source: CPython Python/gc.c, update_refs to move_unreachable, for what is found; the order of the walk: docs/decisions/.

import { Arena } from "../arena";
import { ChunkHeap } from "../chunk-heap";
import {
  ARENA_COUNT_MAX,
  ARENA_SIZE,
  ARENA_SIZE_LOG2,
  KIND_POOL_HEADER_SIZE,
  POOL_SIZE,
  POOL_STATE_FREE,
  TYPE_TABLE_ADDRESS,
} from "../layout";
import { ObjectHeader } from "../object";
import {
  CONTAINER_SIZE_MIN,
  FLAG_WEAKLY_REFERENCED,
  REFCOUNT_SUSPECT_END,
  TYPE_DICT,
  TYPE_HAS_FINALIZER,
  TYPE_PROXY,
  TYPE_STRUCT_FIRST,
  TYPE_TUPLE,
  TYPE_WEAKREF,
} from "../object-layout";
import { largeTable } from "../object-table";
import { Pool } from "../pool";
import { ReferenceVisitor, Slots, Visit } from "../references";
import { Run, Type } from "../type";
import { Candidate, untrackDict, untrackTuple } from "./candidate";
import { MarkBuffer } from "./mark-buffer";
import { GREY, OUTSIDE, REACHED, SATURATED, Sides, UNIT_LOG2 } from "./sides";
import { Suspects } from "./suspects";
import { Unreachable } from "./unreachable";

/** Entries of the mark buffer: one for so many bytes of the heap, within bounds; at least the blocks of one small pool. */
const BYTES_PER_ENTRY_LOG2 = 8;
const BUFFER_MIN: u32 = 1 << 9;
const BUFFER_MAX: u32 = 1 << 16;
/** Of the smallest objects: the measure of work. */
export const BLOCKS_PER_ARENA: u32 = ARENA_SIZE / CONTAINER_SIZE_MIN;

/** Makes room for the notes of an examination of the whole heap. False when memory can't grow. */
export function openWhole(): bool {
  const entries = min(max(<u32>(ChunkHeap.top >> BYTES_PER_ENTRY_LOG2), BUFFER_MIN), BUFFER_MAX);
  return Sides.open() && MarkBuffer.open(entries);
}

/** What the walks have found so far. */
export class Whole {
  /** Objects examined, and those found reachable, so far. */
  static candidates: u32 = 0;
  static reached: u32 = 0;
  /** Objects that survive tracked no longer. */
  static untracked: u32 = 0;
  static hasDicts: bool = false;
  /** Objects were left grey behind the walk: it must be taken once more. */
  static hasGrey: bool = false;
  /** Flags of any of the objects examined, and of any of their types, or'ed; whether there are weakrefs among them. */
  static flags: u32 = 0;
  static typeFlags: u32 = 0;
  static hasWeakrefs: bool = false;
  /** Unreachable objects whose death is somebody's business. */
  static witnessed: u32 = 0;

  static get unreachable(): u32 {
    return Whole.candidates - Whole.reached;
  }

  /** Whether the death of any object examined could be somebody's business. */
  static get mayBeWitnessed(): bool {
    const isWeaklyReferenced = (Whole.flags & FLAG_WEAKLY_REFERENCED) != 0;
    return isWeaklyReferenced || Whole.hasWeakrefs || (Whole.typeFlags & TYPE_HAS_FINALIZER) != 0;
  }

  static reset(): void {
    Whole.candidates = 0;
    Whole.reached = 0;
    Whole.untracked = 0;
    Whole.hasDicts = false;
    Whole.hasGrey = false;
    Whole.flags = 0;
    Whole.typeFlags = 0;
    Whole.hasWeakrefs = false;
    Whole.witnessed = 0;
  }
}

// Walking

/** What is done with a block of containers, free or not. As ReferenceVisitor: a class, no value. */
@unmanaged
abstract class BlockVisitor {
  abstract visit(o: usize): void;
}

class Walk {
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

// Counting

/** Counts the references of an arena's objects. */
export function countArena(index: u32): void {
  const start = (<usize>index) << ARENA_SIZE_LOG2;
  if (Arena.isWide(start)) {
    countPool(Pool.at(start));
    return;
  }
  for (let pool = start; pool < start + ARENA_SIZE; pool += POOL_SIZE) {
    if (Pool.at(pool).state != <u8>POOL_STATE_FREE) countPool(Pool.at(pool));
  }
}

function countPool(pool: Pool): void {
  if (!pool.isOfContainers) return;
  const first = pool.address + pool.first;
  if (Sides.has(first)) countBlocks(first, pool.blockSize, pool.capacity);
}

/** Counts the references of those of `count` blocks, `size` bytes apart, that are objects examined. */
function countBlocks(first: usize, size: usize, count: usize): void {
  // in locals, which are faster than what is shared
  const base = Sides.base;
  const limit = Sides.end;
  const generations = Candidate.generations;
  const types = load<usize>(TYPE_TABLE_ADDRESS);
  let candidates: u32 = 0;
  let seenFlags: u32 = 0;
  let seenTypes: u32 = 0;
  for (let o = first, end = first + size * count; o < end; o += size) {
    const header = load<u64>(o);
    if (!Candidate.isOf(generations, header)) continue;
    const type = Candidate.typeOf(header);
    candidates += 1;
    seenFlags |= Candidate.flagsOf(header);
    if (type >= <u32>TYPE_STRUCT_FIRST) {
      const record = Type.inTable(types, type);
      seenTypes |= record.flags;
      Count.run(o + record.runOffset, record.runCount, base, limit);
      if (record.furtherRuns) countFurtherRuns(o, Run.at(record.furtherRuns));
    } else {
      countBuiltin(o, type);
    }
  }
  Whole.candidates += candidates;
  Whole.flags |= seenFlags;
  Whole.typeFlags |= seenTypes;
}

/** Counting what a run of slots refers to. */
class Count {
  @inline static run(start: usize, count: usize, base: usize, limit: usize): void {
    for (let slot = start, end = start + (count << 2); slot < end; slot += 4) {
      const target = load<usize>(slot);
      const side = base + (select<usize>(target, 0, target < limit) >> UNIT_LOG2);
      const state = <u32>load<u8>(side);
      if (state < SATURATED) store<u8>(side, <u8>(state + 1));
      else if (state == SATURATED) Sides.countHub(target);
    }
  }
}

function countFurtherRuns(o: usize, first: Run): void {
  for (let run = first; run.isThere; run = run.next)
    Count.run(o + run.offset, run.count, Sides.base, Sides.end);
}

function countBuiltin(o: usize, type: u32): void {
  const slots = Slots.of(o, type);
  Count.run(slots, Slots.count, Sides.base, Sides.end);
  if (type == TYPE_WEAKREF || type == TYPE_PROXY) Whole.hasWeakrefs = true;
}

@unmanaged
class CountingLarge extends BlockVisitor {
  @inline visit(o: usize): void {
    countBlocks(o, 1, 1);
  }
}

export function countLarge(): void {
  Walk.large<CountingLarge>(changetype<CountingLarge>(0));
}

// Marking

/** So many slots count as one object, where work is measured. */
const SLOTS_PER_UNIT_LOG2: usize = 3;

/** Finding what is reachable from outside. */
class Held {
  /**
   * Puts those of `count` blocks, `size` bytes apart, into the mark buffer that are held outside, or grey, and notes them as reached. Those that
   * are not examined are from now on outside. Returns the end of what is in the buffer.
   */
  @inline static gather(first: usize, size: usize, count: usize): usize {
    const base = Sides.base;
    const generations = Candidate.generations;
    let tail = MarkBuffer.start;
    for (let o = first, end = first + size * count; o < end; o += size) {
      const header = load<u64>(o);
      const side = base + (o >> UNIT_LOG2);
      const state = <u32>load<u8>(side);
      const isOne = Candidate.isOf(generations, header);
      const held = state == SATURATED ? SATURATED + Sides.countOfHub(o) : state;
      const isFound = u32(state == GREY) | (u32(state <= SATURATED) & u32(<u32>header > held));
      store<u8>(side, <u8>select<u32>(select<u32>(REACHED, state, isFound != 0), OUTSIDE, isOne));
      store<usize>(tail, o);
      tail += (isFound & u32(isOne)) << 2;
    }
    return tail;
  }
}

/** The walk that marks: from pool to pool, and as far as it is let. */
export class MarkWalk {
  /** Address from which on pools have not been walked. */
  private static next: usize = 0;
  /** What the objects in the mark buffer lead to below this address is looked at, too. */
  private static limit: usize = 0;

  static open(): void {
    MarkWalk.next = 0;
    MarkBuffer.empty();
  }

  /** Walks until about so many objects have been looked at, or blocks passed. False when all pools have been walked. */
  static advance(budget: u32): bool {
    let left = <i32>budget;
    while (true) {
      if (!MarkBuffer.isEmpty) {
        left -= <i32>drain(MarkWalk.limit, left);
        if (!MarkBuffer.isEmpty) return true;
      }
      if (left <= 0) return true;
      const pool = MarkWalk.nextPool();
      if (!pool) return false;
      left -= pool.capacity;
      const size = <usize>pool.blockSize;
      const first = pool.address + pool.first;
      MarkWalk.limit = first + size * pool.capacity;
      MarkBuffer.tail = Held.gather(first, size, pool.capacity);
    }
  }

  /** The next pool of containers that has sides; null after the last. */
  private static nextPool(): Pool {
    while (true) {
      const index = Arena.indexFrom(<u32>(MarkWalk.next >> ARENA_SIZE_LOG2));
      const start = (<usize>index) << ARENA_SIZE_LOG2;
      if (index >= <u32>ARENA_COUNT_MAX || !Sides.has(start + KIND_POOL_HEADER_SIZE)) return Pool.at(0);
      const pool = Pool.at(max<usize>(MarkWalk.next, start));
      const isWide = Arena.isWide(start);
      MarkWalk.next = isWide ? start + ARENA_SIZE : pool.address + POOL_SIZE;
      if (pool.isOfContainers && (isWide || pool.state != <u8>POOL_STATE_FREE)) return pool;
    }
  }
}

@unmanaged
class MarkingLarge extends BlockVisitor {
  @inline visit(o: usize): void {
    MarkBuffer.tail = Held.gather(o, 1, 1);
    drain(usize.MAX_VALUE, i32.MAX_VALUE);
  }
}

/** Looks at the reachable large containers, after all pools: everything is behind them. */
export function markLarge(): void {
  Walk.large<MarkingLarge>(changetype<MarkingLarge>(0));
}

/**
 * Looks at the objects in the mark buffer, and at what they lead to at addresses below `limit`, until it is empty, or so many have been
 * looked at. Returns how many.
 *
 * First in, first out, and without branches on what is found: so the processor loads the next objects while it works on this one.
 * Source: Cher, Hosking, Vitek, "Software prefetching for mark-sweep garbage collection", 2004.
 */
function drain(limit: usize, budget: i32): u32 {
  const base = Sides.base;
  const sidesEnd = Sides.end;
  const start = MarkBuffer.start;
  const bufferEnd = MarkBuffer.end;
  const generations = Candidate.generations;
  const types = load<usize>(TYPE_TABLE_ADDRESS);
  let head = MarkBuffer.head;
  let tail = MarkBuffer.tail;
  let left = budget;
  let reached: u32 = 0;
  while (head != tail && left > 0) {
    const o = load<usize>(head);
    left -= 1;
    head += 4;
    if (head == tail) {
      head = start;
      tail = start;
    }
    const header = load<u64>(o);
    if (!Candidate.isOf(generations, header)) continue;
    reached += 1;
    Candidate.survive(o, Candidate.flagsOf(header));
    const type = Candidate.typeOf(header);
    let slots: usize;
    let count: usize;
    let further = Run.at(0);
    if (type >= <u32>TYPE_STRUCT_FIRST) {
      const record = Type.inTable(types, type);
      slots = o + record.runOffset;
      count = record.runCount;
      further = Run.at(record.furtherRuns);
    } else {
      if (type == TYPE_TUPLE) Whole.untracked += u32(untrackTuple(o));
      else if (type == TYPE_DICT) Whole.hasDicts = true;
      slots = Slots.of(o, type);
      count = Slots.count;
    }
    left -= <i32>(count >> SLOTS_PER_UNIT_LOG2);
    while (true) {
      if (tail + (count << 2) > bufferEnd) {
        memory.copy(start, head, tail - head);
        tail -= head - start;
        head = start;
        if (tail + (count << 2) > bufferEnd) {
          leaveGrey(slots, count, limit);
          count = 0;
        }
      }
      for (let slot = slots, end = slots + (count << 2); slot < end; slot += 4) {
        const target = load<usize>(slot);
        const side = base + (select<usize>(target, 0, target < sidesEnd) >> UNIT_LOG2);
        const state = <u32>load<u8>(side);
        const isNew = u32(state < GREY);
        const isBehind = u32(target < limit);
        store<u8>(side, <u8>select<u32>(GREY | isBehind, state, isNew != 0));
        store<usize>(tail, target);
        tail += (isNew & isBehind) << 2;
      }
      if (!further.isThere) break;
      slots = o + further.offset;
      count = further.count;
      further = further.next;
    }
  }
  MarkBuffer.head = head;
  MarkBuffer.tail = tail;
  Whole.reached += reached;
  return <u32>(budget - left);
}

/** Marks what `count` slots refer to where the mark buffer has no room: what is behind `limit` is left grey too. */
function leaveGrey(slots: usize, count: usize, limit: usize): void {
  for (let slot = slots, end = slots + (count << 2); slot < end; slot += 4) {
    const target = load<usize>(slot);
    const side = Sides.ofAny(target);
    if (<u32>load<u8>(side) >= GREY) continue;
    store<u8>(side, <u8>GREY);
    if (target < limit) Whole.hasGrey = true;
  }
}

/** Untracks the dicts among the survivors that hold nothing tracked: after the tuples, which they may hold. */
@unmanaged
class UntrackingDicts extends BlockVisitor {
  @inline visit(o: usize): void {
    const header = load<u64>(o);
    if (Candidate.typeOf(header) != TYPE_DICT || !Candidate.isOne(header)) return;
    if (<u32>load<u8>(Sides.of(o)) == REACHED) Whole.untracked += u32(untrackDict(o));
  }
}

export function untrackDicts(index: u32): void {
  Walk.arena<UntrackingDicts>(changetype<UntrackingDicts>(0), index);
}

// The unreachable: those whose sides are still counts

/** Counts those whose death is somebody's business. */
@unmanaged
class FindingWitnesses extends BlockVisitor {
  @inline visit(o: usize): void {
    if (<u32>load<u8>(Sides.of(o)) >= GREY) return;
    Whole.witnessed += u32(Candidate.hasWitness(load<u64>(o)));
  }
}

/** Looks whether the death of an arena's unreachable objects is anybody's business. */
export function findWitnesses(index: u32): void {
  Walk.arena<FindingWitnesses>(changetype<FindingWitnesses>(0), index);
}

export function findLargeWitnesses(): void {
  Walk.large<FindingWitnesses>(changetype<FindingWitnesses>(0));
}

/** Puts those that are there on the list of the unreachable. */
@unmanaged
class Listing extends BlockVisitor {
  @inline visit(o: usize): void {
    if (Sides.isUnreachable(o) && Candidate.isOne(load<u64>(o))) Unreachable.add(o);
  }
}

/** Lists the unreachable objects. The list has room for them. */
export function listUnreachable(): void {
  for (let index = Arena.indexFrom(0); index < <u32>ARENA_COUNT_MAX; index = Arena.indexFrom(index + 1))
    Walk.arena<Listing>(changetype<Listing>(0), index);
  Unreachable.markSorted();
  Walk.large<Listing>(changetype<Listing>(0));
}

/** Makes those suspects that are there; their sides count from 0 again, all others are outside. */
@unmanaged
class Suspecting extends BlockVisitor {
  @inline visit(o: usize): void {
    const header = load<u64>(o);
    const side = Sides.of(o);
    const isOne = <u32>load<u8>(side) < GREY && Candidate.isOne(header) && !Suspects.isFull;
    const isSuspect = isOne && <u32>header < <u32>REFCOUNT_SUSPECT_END;
    store<u8>(side, isSuspect ? 0 : <u8>OUTSIDE);
    if (!isSuspect) return;
    Suspects.add(o);
    Whole.witnessed += u32(Candidate.hasWitness(header));
  }
}

/** Suspects the objects of an arena that nothing has reached. */
export function suspectArena(index: u32): void {
  Walk.arena<Suspecting>(changetype<Suspecting>(0), index);
}

export function suspectLarge(): void {
  Walk.large<Suspecting>(changetype<Suspecting>(0));
}

@unmanaged
class Recounting extends ReferenceVisitor {
  @inline visit(target: usize, _: usize): void {
    Sides.count(target);
  }
}

/** Counts the references of a suspect once more, to other suspects alone. */
export function recount(o: usize): void {
  Visit.all<Recounting>(changetype<Recounting>(0), o, ObjectHeader.at(o).type);
}
