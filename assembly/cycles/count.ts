// assembly/cycles/count.ts: how many references the objects examined hold to each other. An object with more than that is held from outside.
// Source: CPython Python/gc.c, subtract_refs.

import { Arena } from "../arena";
import {
  ARENA_COUNT_MAX,
  ARENA_SIZE,
  ARENA_SIZE_LOG2,
  POOL_SIZE,
  POOL_STATE_FREE,
  TYPE_TABLE_ADDRESS,
} from "../layout";
import { ObjectHeader } from "../object";
import { TYPE_HAS_FURTHER_RUNS, TYPE_PROXY, TYPE_STRUCT_FIRST, TYPE_WEAKREF } from "../object-layout";
import { Pool } from "../pool";
import { ReferenceVisitor, Visit } from "../references";
import { Type } from "../type";
import { Buckets } from "./buckets";
import { Candidate } from "./candidate";
import { MarkBuffer } from "./mark-buffer";
import { OUTSIDE, SATURATED, Sides, UNIT_LOG2 } from "./sides";
import { BlockVisitor, Walk } from "./walk";
import { Whole } from "./whole";

/** Counts the references that the objects of so many arenas hold, from index `from` on. Returns where to go on; ARENA_COUNT_MAX: all are counted. */
export function countArenas(from: u32, arenas: u32): u32 {
  let index = Arena.indexFrom(from);
  for (let left = arenas; left && index < <u32>ARENA_COUNT_MAX; left--, index = Arena.indexFrom(index + 1))
    countArena(index);
  if (index >= <u32>ARENA_COUNT_MAX) endCounting();
  return index;
}

function countArena(index: u32): void {
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
  if (!Sides.has(first)) return;
  if (Buckets.isOpen) Count.blocksByBucket(first, pool.blockSize, pool.capacity);
  else Count.blocks(first, pool.blockSize, pool.capacity);
}

class Count {
  /** Counts the references of those of `count` blocks, `size` bytes apart, that are objects examined. */
  static blocks(first: usize, size: usize, count: usize): void {
    const base = Sides.base;
    const limit = Sides.end;
    const generations = Candidate.generations;
    const types = load<usize>(TYPE_TABLE_ADDRESS);
    const hubsStart = MarkBuffer.start;
    const hubsEnd = MarkBuffer.end;
    const end = first + size * count;
    let hubs = hubsStart;
    let candidates: u32 = 0;
    let seenFlags: u32 = 0;
    let seenTypes: u32 = 0;
    for (let o = first; o < end; o += size) {
      // structs; nothing is called in this loop, or engines would keep less of it in registers
      for (; o < end; o += size) {
        const header = load<u64>(o);
        if (!Candidate.isOf(generations, header)) {
          store<u8>(base + (o >> UNIT_LOG2), <u8>OUTSIDE); // or marking would come by
          continue;
        }
        const type = Candidate.typeOf(header);
        if (type < <u32>TYPE_STRUCT_FIRST) break;
        const record = Type.inTable(types, type);
        const slotCount = <usize>record.scanCount;
        if (record.flags & TYPE_HAS_FURTHER_RUNS || hubs + (slotCount << 2) > hubsEnd) break;
        candidates += 1;
        seenFlags |= Candidate.flagsOf(header);
        seenTypes |= record.flags;
        const slots = o + record.runOffset;
        const slotsEnd = slots + (slotCount << 2);
        let slot = slots;
        for (; slot + 4 < slotsEnd; slot += 8) {
          hubs = Count.one(load<usize>(slot), base, limit, hubs);
          hubs = Count.one(load<usize>(slot, 4), base, limit, hubs);
        }
        if (slot < slotsEnd) hubs = Count.one(load<usize>(slot), base, limit, hubs);
      }
      countHubs(hubsStart, hubs);
      hubs = hubsStart;
      if (o >= end) break;
      candidates += 1;
      countRare(o);
    }
    Whole.candidates += candidates;
    Whole.flags |= seenFlags;
    Whole.typeFlags |= seenTypes;
  }

  /**
   * Counts a reference, without a branch on whether the target is an atom, which is hard to foresee. One to a hub is put at `hubs` instead.
   * Returns where those end.
   */
  @inline private static one(target: usize, base: usize, limit: usize, hubs: usize): usize {
    const side = base + (select<usize>(target, 0, target < limit) >> UNIT_LOG2);
    const state = <u32>load<u8>(side);
    if (state == SATURATED) {
      store<usize>(hubs, target);
      return hubs + 4;
    }
    store<u8>(side, <u8>(state + u32(state < SATURATED)));
    return hubs;
  }

  /** As blocks, by buckets: none of the references is counted yet. */
  static blocksByBucket(first: usize, size: usize, count: usize): void {
    const base = Sides.base;
    const limit = Sides.end;
    const generations = Candidate.generations;
    const types = load<usize>(TYPE_TABLE_ADDRESS);
    const ends = Buckets.ends;
    let candidates: u32 = 0;
    let seenFlags: u32 = 0;
    let seenTypes: u32 = 0;
    for (let o = first, end = first + size * count; o < end; o += size) {
      const header = load<u64>(o);
      if (!Candidate.isOf(generations, header)) {
        store<u8>(base + (o >> UNIT_LOG2), <u8>OUTSIDE);
        continue;
      }
      candidates += 1;
      const type = Candidate.typeOf(header);
      const record = Type.inTable(types, type);
      if (type < <u32>TYPE_STRUCT_FIRST || (record.flags & TYPE_HAS_FURTHER_RUNS) != 0) {
        countRare(o);
        continue;
      }
      seenFlags |= Candidate.flagsOf(header);
      seenTypes |= record.flags;
      const slots = o + record.runOffset;
      for (
        let slot = slots, slotsEnd = slots + ((<usize>record.scanCount) << 2);
        slot < slotsEnd;
        slot += 4
      ) {
        const target = load<usize>(slot);
        Buckets.add(select<usize>(target, 0, target < limit), ends);
      }
    }
    Whole.candidates += candidates;
    Whole.flags |= seenFlags;
    Whole.typeFlags |= seenTypes;
  }
}

function countHubs(start: usize, end: usize): void {
  for (let at = start; at < end; at += 4) Sides.countHub(load<usize>(at));
}

@unmanaged
class Counting extends ReferenceVisitor {
  @inline visit(target: usize, _: usize): void {
    Sides.count(target);
  }
}

/** Counts the references of an object, whatever it is. */
function countRare(o: usize): void {
  const type = <u32>ObjectHeader.at(o).type;
  Whole.flags |= ObjectHeader.at(o).flags;
  if (type >= <u32>TYPE_STRUCT_FIRST) Whole.typeFlags |= Type.at(type).flags;
  else if (type == TYPE_WEAKREF || type == TYPE_PROXY) Whole.hasWeakrefs = true;
  Visit.all<Counting>(changetype<Counting>(0), o, type);
}

@unmanaged
class CountingLarge extends BlockVisitor {
  @inline visit(o: usize): void {
    Count.blocks(o, 1, 1);
  }
}

/** Counts those of large containers too, after those of all arenas. */
function endCounting(): void {
  Buckets.close();
  Walk.large<CountingLarge>(changetype<CountingLarge>(0));
}
