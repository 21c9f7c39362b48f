// assembly/cycles/count.ts: how many references the objects examined hold to each other. An object with more than that is held from outside.
// Source: CPython Python/gc.c, subtract_refs.

import { Arena } from "../arena";
import { ARENA_SIZE, ARENA_SIZE_LOG2, POOL_SIZE, POOL_STATE_FREE, TYPE_TABLE_ADDRESS } from "../layout";
import { TYPE_PROXY, TYPE_STRUCT_FIRST, TYPE_WEAKREF } from "../object-layout";
import { Pool } from "../pool";
import { Slots } from "../references";
import { Run, Type } from "../type";
import { Buckets } from "./buckets";
import { Candidate } from "./candidate";
import { OUTSIDE, SATURATED, Sides, UNIT_LOG2 } from "./sides";
import { BlockVisitor, Walk } from "./walk";
import { Whole } from "./whole";

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
  if (!Sides.has(first)) return;
  if (Buckets.isOpen)
    Count.blocks<Sorting>(changetype<Sorting>(Buckets.ends), first, pool.blockSize, pool.capacity);
  else Count.blocks<Direct>(changetype<Direct>(0), first, pool.blockSize, pool.capacity);
}

/** How a reference is counted. As ReferenceVisitor: each class has its own copy of the loops. */
@unmanaged
abstract class Counter {
  /** @param base - of the sides; @param limit - where they end. */
  abstract count(target: usize, base: usize, limit: usize): void;
}

@unmanaged
class Direct extends Counter {
  @inline count(target: usize, base: usize, limit: usize): void {
    const side = base + (select<usize>(target, 0, target < limit) >> UNIT_LOG2);
    const state = <u32>load<u8>(side);
    if (state == SATURATED) Sides.countHub(target);
    else store<u8>(side, <u8>(state + u32(state < SATURATED))); // no branch: which targets are atoms is hard to foresee
  }
}

/** By buckets; "this" are their ends. */
@unmanaged
class Sorting extends Counter {
  @inline count(target: usize, _: usize, limit: usize): void {
    Buckets.add(select<usize>(target, 0, target < limit), changetype<usize>(this));
  }
}

class Count {
  /** Counts the references of those of `count` blocks, `size` bytes apart, that are objects examined. */
  static blocks<How extends Counter>(how: How, first: usize, size: usize, count: usize): void {
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
      if (!Candidate.isOf(generations, header)) {
        store<u8>(base + (o >> UNIT_LOG2), <u8>OUTSIDE); // or marking would come by
        continue;
      }
      const type = Candidate.typeOf(header);
      candidates += 1;
      seenFlags |= Candidate.flagsOf(header);
      if (type >= <u32>TYPE_STRUCT_FIRST) {
        const record = Type.inTable(types, type);
        seenTypes |= record.flags;
        Count.run<How>(how, o + record.runOffset, record.scanCount, base, limit);
        if (record.furtherRuns) countFurtherRuns(o, Run.at(record.furtherRuns));
      } else {
        countBuiltin(o, type);
      }
    }
    Whole.candidates += candidates;
    Whole.flags |= seenFlags;
    Whole.typeFlags |= seenTypes;
  }

  @inline static run<How extends Counter>(
    how: How,
    start: usize,
    count: usize,
    base: usize,
    limit: usize,
  ): void {
    const end = start + (count << 2);
    let slot = start;
    for (; slot + 4 < end; slot += 8) {
      how.count(load<usize>(slot), base, limit);
      how.count(load<usize>(slot, 4), base, limit);
    }
    if (slot < end) how.count(load<usize>(slot), base, limit);
  }
}

function countFurtherRuns(o: usize, first: Run): void {
  for (let run = first; run.isThere; run = run.next)
    Count.run<Direct>(changetype<Direct>(0), o + run.offset, run.count, Sides.base, Sides.end);
}

function countBuiltin(o: usize, type: u32): void {
  const slots = Slots.of(o, type);
  Count.run<Direct>(changetype<Direct>(0), slots, Slots.count, Sides.base, Sides.end);
  if (type == TYPE_WEAKREF || type == TYPE_PROXY) Whole.hasWeakrefs = true;
}

@unmanaged
class CountingLarge extends BlockVisitor {
  @inline visit(o: usize): void {
    Count.blocks<Direct>(changetype<Direct>(0), o, 1, 1);
  }
}

/** Counts those of large containers too, after those of all arenas. */
export function endCounting(): void {
  Buckets.close();
  Walk.large<CountingLarge>(changetype<CountingLarge>(0));
}
