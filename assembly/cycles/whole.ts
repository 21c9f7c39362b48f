// assembly/cycles/whole.ts: which objects of the whole heap are unreachable: references counted, then the reachable marked, both in address
// order, a few arenas at a time. Not here: what the notes mean (sides.ts), the order of the phases (collect.ts).
//
// An object with more references than the examined ones hold has a holder outside, so it is reachable. The marking walk goes from pool to
// pool, and looks at the reachable objects of each. A reference ahead only leaves a note; one to the same pool or back puts its object into
// the mark buffer, which is emptied before the walk goes on. So most of memory is read once, in order.
// Source: CPython Python/gc.c, update_refs to move_unreachable, for what is found; the order of the walk: docs/decisions/.

import { Arena } from "../arena";
import { ARENA_COUNT_MAX, ARENA_SIZE, ARENA_SIZE_LOG2, POOL_SIZE, POOL_STATE_FREE } from "../layout";
import {
  LIST_ITEMS,
  LIST_LENGTH,
  TABLE_BUFFER,
  TABLE_USED,
  TUPLE_ITEMS,
  TUPLE_LENGTH,
  TYPE_DICT,
  TYPE_LIST,
  TYPE_SET,
  TYPE_STRUCT_FIRST,
  TYPE_TUPLE,
  WEAKREF_CALLBACK,
} from "../object-layout";
import { largeTable } from "../object-table";
import { Pool } from "../pool";
import { visitReferences } from "../references";
import { Run, Type } from "../type";
import { Candidate, untrackDict, untrackTuple } from "./candidate";
import { MarkBuffer } from "./mark-buffer";
import { GREY, OUTSIDE, REACHED, SATURATED, Sides, UNREACHABLE } from "./sides";
import { Unreachable } from "./unreachable";

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
  static unreachable: u32 = 0;
  /** Of the unreachable: whose death is somebody's business. */
  static witnessed: u32 = 0;

  static reset(): void {
    Whole.candidates = 0;
    Whole.reached = 0;
    Whole.untracked = 0;
    Whole.hasDicts = false;
    Whole.hasGrey = false;
    Whole.unreachable = 0;
    Whole.witnessed = 0;
  }
}

// Walking. A visitor is null, of a class that says what is done with an object: each has its own copy of the loops, without calls.

/** Calls `visitor.visit(o)` for every block of the pools of containers of an arena, free or not. */
@inline
function walkArena<Visitor>(visitor: Visitor, index: u32): void {
  const start = (<usize>index) << ARENA_SIZE_LOG2;
  if (Arena.isWide(start)) {
    walkPool<Visitor>(visitor, Pool.at(start));
    return;
  }
  for (let pool = start; pool < start + ARENA_SIZE; pool += POOL_SIZE) {
    if (Pool.at(pool).state != <u8>POOL_STATE_FREE) walkPool<Visitor>(visitor, Pool.at(pool));
  }
}

/** Not for the pools that came later, which have no sides. */
function walkPool<Visitor>(visitor: Visitor, pool: Pool): void {
  if (!pool.isOfContainers) return;
  const size = <usize>pool.blockSize;
  const first = pool.address + pool.first;
  if (!Sides.has(first)) return;
  for (let o = first, end = first + size * pool.capacity; o < end; o += size) visitor.visit(o);
}

@inline
function walkLarge<Visitor>(visitor: Visitor): void {
  for (let index: u32 = 0; index < largeTable.slotCount; index++) {
    const o = load<usize>(largeTable.slotAt(index));
    if (o && Sides.has(o)) visitor.visit(o);
  }
}

// Counting

@unmanaged
class Counting {
  @inline visit(o: usize): void {
    const header = load<u64>(o);
    if (!Candidate.isOne(header) || <u32>load<u8>(Sides.of(o)) == OUTSIDE) return;
    Whole.candidates += 1;
    visitReferences<CountingReferences>(changetype<CountingReferences>(0), o, Candidate.typeOf(header));
  }
}

@unmanaged
class CountingReferences {
  @inline visit(target: usize, _: usize): void {
    if (Sides.has(target)) Sides.count(target);
  }
}

/** Counts the references of an arena's objects. */
export function countArena(index: u32): void {
  walkArena<Counting>(changetype<Counting>(0), index);
}

export function countLarge(): void {
  walkLarge<Counting>(changetype<Counting>(0));
}

// Marking

/** Looks at an object that is held outside, or that somebody has reached, and at all behind `limit` that it leads to. */
@unmanaged
class MarkingLarge {
  @inline visit(o: usize): void {
    store<usize>(MarkBuffer.start, o);
    drain(MarkBuffer.start + (toBeScanned(o) << 2), usize.MAX_VALUE);
  }
}

/** 1, and noted as reached, if an object is held outside, or grey; else 0. */
@inline
function toBeScanned(o: usize): usize {
  const header = load<u64>(o);
  const side = Sides.of(o);
  const state = <u32>load<u8>(side);
  if (state == SATURATED) return toBeScannedHub(o, header);
  const isHeld = u32(state < SATURATED) & u32(<u32>header > state);
  const isFound = (u32(state == GREY) | isHeld) & u32(Candidate.isOne(header));
  store<u8>(side, <u8>select<u32>(REACHED, state, isFound != 0));
  return isFound;
}

function toBeScannedHub(o: usize, header: u64): usize {
  if (!Candidate.isOne(header) || <u32>header <= Sides.countOf(SATURATED, o)) return 0;
  store<u8>(Sides.of(o), <u8>REACHED);
  return 1;
}

/** Looks at the reachable objects of an arena, and at what they refer to in it or behind it; ahead of it, that is left grey. */
export function markArena(index: u32): void {
  const start = (<usize>index) << ARENA_SIZE_LOG2;
  if (Arena.isWide(start)) {
    markPool(Pool.at(start));
    return;
  }
  for (let pool = start; pool < start + ARENA_SIZE; pool += POOL_SIZE) {
    if (Pool.at(pool).state != <u8>POOL_STATE_FREE) markPool(Pool.at(pool));
  }
}

function markPool(pool: Pool): void {
  if (!pool.isOfContainers) return;
  const size = <usize>pool.blockSize;
  const first = pool.address + pool.first;
  if (!Sides.has(first)) return;
  const end = first + size * pool.capacity;
  let tail = MarkBuffer.start;
  for (let o = first; o < end; o += size) {
    store<usize>(tail, o);
    tail += toBeScanned(o) << 2;
  }
  drain(tail, end);
}

/** As markArena, of large containers, after all arenas: everything is behind them. */
export function markLarge(): void {
  walkLarge<MarkingLarge>(changetype<MarkingLarge>(0));
}

/**
 * Looks at the objects in the mark buffer up to `tail`, and at what they lead to at addresses below `limit`.
 *
 * First in, first out, and without branches on what is found: so the processor loads the next objects while it works on this one.
 * Source: Cher, Hosking, Vitek, "Software prefetching for mark-sweep garbage collection", 2004.
 */
function drain(tail: usize, limit: usize): void {
  const start = MarkBuffer.start;
  let head = start;
  let reached: u32 = 0;
  while (head != tail) {
    const o = load<usize>(head);
    head += 4;
    if (head == tail) head = tail = start;
    const header = load<u64>(o);
    if (!Candidate.isOne(header)) continue;
    reached += 1;
    Candidate.survive(o, Candidate.flagsOf(header));
    const type = Candidate.typeOf(header);
    if (type >= <u32>TYPE_STRUCT_FIRST) {
      const record = Type.at(type);
      const count = <usize>record.runCount;
      if (tail + (count << 2) > MarkBuffer.end) {
        tail = moveUp(head, tail);
        head = start;
      }
      tail = markRun(o + record.runOffset, count, limit, tail);
      for (let run = Run.at(record.furtherRuns); run.isThere; run = run.next) {
        if (tail + ((<usize>run.count) << 2) > MarkBuffer.end) {
          tail = moveUp(head, tail);
          head = start;
        }
        tail = markRun(o + run.offset, run.count, limit, tail);
      }
      continue;
    }
    if (type == TYPE_TUPLE) Whole.untracked += u32(untrackTuple(o));
    else if (type == TYPE_DICT) Whole.hasDicts = true;
    const slots = slotsOf(o, type);
    if (tail + (slotCount << 2) > MarkBuffer.end) {
      tail = moveUp(head, tail);
      head = start;
    }
    tail = markRun(slots, slotCount, limit, tail);
  }
  Whole.reached += reached;
}

/** What slotsOf leaves behind: how many there are. */
let slotCount: usize = 0;

/** The slots of an object of a builtin type. */
@inline
function slotsOf(o: usize, type: u32): usize {
  if (type == TYPE_TUPLE) {
    slotCount = load<u32>(o, TUPLE_LENGTH);
    return o + TUPLE_ITEMS;
  }
  if (type == TYPE_LIST) {
    slotCount = load<u32>(o, LIST_LENGTH);
    return load<usize>(o, LIST_ITEMS);
  }
  if (type == TYPE_DICT || type == TYPE_SET) {
    slotCount = (<usize>load<u32>(o, TABLE_USED)) << (type == TYPE_DICT ? 1 : 0);
    return load<usize>(o, TABLE_BUFFER);
  }
  slotCount = 1;
  return o + WEAKREF_CALLBACK;
}

/** Moves what is in the mark buffer to its beginning. Returns its new end. */
function moveUp(head: usize, tail: usize): usize {
  memory.copy(MarkBuffer.start, head, tail - head);
  return MarkBuffer.start + (tail - head);
}

/** Marks what `count` slots refer to, and puts what is behind `limit` at `tail`, which is moved on; without room there, it is left grey. */
@inline
function markRun(start: usize, count: usize, limit: usize, tail: usize): usize {
  const end = start + (count << 2);
  if (tail + (count << 2) > MarkBuffer.end) {
    leaveGrey(start, end, limit);
    return tail;
  }
  for (let slot = start; slot < end; slot += 4) {
    const target = load<usize>(slot);
    const side = Sides.ofAny(target);
    const state = <u32>load<u8>(side);
    const isNew = u32(state < GREY);
    const isBehind = u32(target < limit);
    store<u8>(side, <u8>select<u32>(GREY | isBehind, state, isNew != 0));
    store<usize>(tail, target);
    tail += (isNew & isBehind) << 2;
  }
  return tail;
}

function leaveGrey(start: usize, end: usize, limit: usize): void {
  for (let slot = start; slot < end; slot += 4) {
    const target = load<usize>(slot);
    const side = Sides.ofAny(target);
    if (<u32>load<u8>(side) >= GREY) continue;
    store<u8>(side, <u8>GREY);
    if (target < limit) Whole.hasGrey = true;
  }
}

/** Untracks the dicts among the survivors that hold nothing tracked: after the tuples, which they may hold. */
@unmanaged
class UntrackingDicts {
  @inline visit(o: usize): void {
    const header = load<u64>(o);
    if (Candidate.typeOf(header) != TYPE_DICT || !Candidate.isOne(header)) return;
    if (<u32>load<u8>(Sides.of(o)) == REACHED) Whole.untracked += u32(untrackDict(o));
  }
}

export function untrackDicts(index: u32): void {
  walkArena<UntrackingDicts>(changetype<UntrackingDicts>(0), index);
}

// Telling apart

/** Notes what nothing has reached. */
@unmanaged
class Telling {
  @inline visit(o: usize): void {
    const header = load<u64>(o);
    if (!Candidate.isOne(header)) return;
    const side = Sides.of(o);
    if (<u32>load<u8>(side) >= GREY) return;
    store<u8>(side, <u8>UNREACHABLE);
    Whole.unreachable += 1;
    Whole.witnessed += u32(Candidate.hasWitness(header));
  }
}

/** Notes an arena's unreachable objects. */
export function tellArena(index: u32): void {
  walkArena<Telling>(changetype<Telling>(0), index);
}

export function tellLarge(): void {
  walkLarge<Telling>(changetype<Telling>(0));
}

/** Puts what was noted, and is still there, on the list of the unreachable. */
@unmanaged
class Listing {
  @inline visit(o: usize): void {
    if (<u32>load<u8>(Sides.of(o)) == UNREACHABLE && Candidate.isOne(load<u64>(o))) Unreachable.add(o);
  }
}

/** Lists all that was noted. The list has room for it. */
export function listUnreachable(): void {
  for (let index = Arena.indexFrom(0); index < <u32>ARENA_COUNT_MAX; index = Arena.indexFrom(index + 1))
    walkArena<Listing>(changetype<Listing>(0), index);
  Unreachable.markSorted();
  walkLarge<Listing>(changetype<Listing>(0));
}
