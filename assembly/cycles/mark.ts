// assembly/cycles/mark.ts: marks what is reachable: the objects held from outside, and all that they lead to.
//
// The walk goes from pool to pool, and looks at the reachable objects of each. A reference ahead only leaves a note; one to the same pool or
// back puts its object into the mark buffer, which is emptied before the walk goes on. So most of memory is read once, in order.

import { Arena } from "../arena";
import {
  ARENA_COUNT_MAX,
  ARENA_SIZE,
  ARENA_SIZE_LOG2,
  KIND_POOL_HEADER_SIZE,
  POOL_SIZE,
  POOL_STATE_FREE,
  TYPE_TABLE_ADDRESS,
} from "../layout";
import {
  FLAG_GENERATION_MASK,
  FLAG_TRACKED,
  REFCOUNT_IMMORTAL,
  TYPE_DICT,
  TYPE_HAS_FURTHER_RUNS,
  TYPE_STRUCT_FIRST,
  TYPE_TUPLE,
} from "../object-layout";
import { Pool } from "../pool";
import { Slots } from "../references";
import { Run, Type } from "../type";
import { Candidate, untrackDict, untrackTuple } from "./candidate";
import { MarkBuffer } from "./mark-buffer";
import { GREY, REACHED, SATURATED, Sides, UNIT_LOG2 } from "./sides";
import { BlockVisitor, Walk } from "./walk";
import { BLOCKS_PER_ARENA, Whole } from "./whole";

/** So many slots count as one object, where work is measured. */
const SLOTS_PER_UNIT_LOG2: u32 = 3;

/** Finding what is reachable from outside. */
class Held {
  /**
   * Puts those of `count` blocks, `size` bytes apart, into the mark buffer that are held outside, or grey, and notes them as reached. Returns
   * the end of what is in the buffer.
   */
  @inline static gather(first: usize, size: usize, count: usize): usize {
    const base = Sides.base;
    const end = first + size * count;
    let tail = MarkBuffer.start;
    for (let o = first; o < end; o += size) {
      // nothing is called in this loop, or engines would keep less of it in registers
      for (; o < end; o += size) {
        const side = base + (o >> UNIT_LOG2);
        const state = <u32>load<u8>(side);
        if (state == SATURATED) break;
        const isFound = u32(state == GREY) | (u32(state < SATURATED) & u32(load<u32>(o) > state));
        store<u8>(side, <u8>select<u32>(REACHED, state, isFound != 0));
        store<usize>(tail, o);
        tail += (<usize>isFound) << 2;
      }
      if (o >= end) break;
      if (load<u32>(o) <= SATURATED + Sides.countOfHub(o)) continue;
      store<u8>(Sides.of(o), <u8>REACHED);
      store<usize>(tail, o);
      tail += 4;
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

/** Goes on with the marking, by the work of so many arenas. False when all that is reachable is marked; the walk stands at its beginning then. */
export function markArenas(arenas: u32): bool {
  if (MarkWalk.advance(arenas * BLOCKS_PER_ARENA)) return true;
  markLarge();
  MarkWalk.open();
  const hasGrey = Whole.hasGrey;
  Whole.hasGrey = false;
  return hasGrey;
}

/** Looks at the reachable large containers, after all pools: everything is behind them. */
function markLarge(): void {
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
  const bufferEnd = MarkBuffer.end;
  const types = load<usize>(TYPE_TABLE_ADDRESS);
  const oldFlags = Candidate.flagsOfSurvivor;
  let head = MarkBuffer.head;
  let tail = MarkBuffer.tail;
  let left = budget;
  while (head != tail && left > 0) {
    // structs that are of the survivors' generation already; nothing is called in this loop, see Held.gather
    const before = head;
    while (head != tail && left > 0) {
      const o = load<usize>(head);
      const header = load<u64>(o);
      const type = Candidate.typeOf(header);
      const isAsExpected = (Candidate.flagsOf(header) & (FLAG_GENERATION_MASK | FLAG_TRACKED)) == oldFlags;
      if (!isAsExpected || type < <u32>TYPE_STRUCT_FIRST || <u32>header > <u32>REFCOUNT_IMMORTAL) break;
      const record = Type.inTable(types, type);
      const count = <usize>record.scanCount;
      if (record.flags & TYPE_HAS_FURTHER_RUNS || tail + (count << 2) > bufferEnd) break;
      head += 4;
      left -= 1;
      const slots = o + record.runOffset;
      const end = slots + (count << 2);
      let slot = slots;
      for (; slot + 4 < end; slot += 8) {
        tail = Mark.one(load<usize>(slot), base, sidesEnd, limit, tail);
        tail = Mark.one(load<usize>(slot, 4), base, sidesEnd, limit, tail);
      }
      if (slot < end) tail = Mark.one(load<usize>(slot), base, sidesEnd, limit, tail);
    }
    Whole.reached += <u32>(head - before) >> 2;
    MarkBuffer.head = head;
    MarkBuffer.tail = tail;
    if (head == tail || left <= 0) break;
    left -= scanRare(limit);
    head = MarkBuffer.head;
    tail = MarkBuffer.tail;
  }
  if (MarkBuffer.isEmpty) MarkBuffer.empty(); // from its beginning
  return <u32>(budget - left);
}

/** Looks at the first object in the mark buffer, whatever it is. Returns the work done. */
function scanRare(limit: usize): i32 {
  const o = MarkBuffer.take();
  const header = load<u64>(o);
  if (!Candidate.isOne(header)) return 1;
  Whole.reached += 1;
  Candidate.survive(o, Candidate.flagsOf(header));
  const type = Candidate.typeOf(header);
  if (type < <u32>TYPE_STRUCT_FIRST) {
    if (type == TYPE_TUPLE) Whole.untracked += u32(untrackTuple(o));
    else if (type == TYPE_DICT) Whole.hasDicts = true;
    const slots = Slots.of(o, type);
    markRun(slots, Slots.count, limit);
    return 1 + <i32>(Slots.count >> SLOTS_PER_UNIT_LOG2);
  }
  const record = Type.at(type);
  markRun(o + record.runOffset, record.scanCount, limit);
  for (let run = Run.at(record.furtherRuns); run.isThere; run = run.next)
    markRun(o + run.offset, run.count, limit);
  return 1 + <i32>(<u32>record.scanCount >> SLOTS_PER_UNIT_LOG2);
}

/** Marks what `count` slots refer to; where the mark buffer has no room, what is behind `limit` is left grey. */
function markRun(slots: usize, count: usize, limit: usize): void {
  if (!MarkBuffer.reserve(count)) {
    leaveGrey(slots, count, limit);
    return;
  }
  const base = Sides.base;
  const sidesEnd = Sides.end;
  let tail = MarkBuffer.tail;
  for (let slot = slots, end = slots + (count << 2); slot < end; slot += 4)
    tail = Mark.one(load<usize>(slot), base, sidesEnd, limit, tail);
  MarkBuffer.tail = tail;
}

class Mark {
  /** Marks what a slot refers to; what is new, and below `limit`, goes into the mark buffer at `tail`. Returns where that ends. */
  @inline static one(target: usize, base: usize, sidesEnd: usize, limit: usize, tail: usize): usize {
    const side = base + (select<usize>(target, 0, target < sidesEnd) >> UNIT_LOG2);
    const state = <u32>load<u8>(side);
    const isNew = u32(state < GREY);
    const isBehind = u32(target < limit);
    store<u8>(side, <u8>select<u32>(GREY | isBehind, state, isNew != 0));
    store<usize>(tail, target);
    return tail + ((isNew & isBehind) << 2);
  }
}

/** As markRun, without the mark buffer. */
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
