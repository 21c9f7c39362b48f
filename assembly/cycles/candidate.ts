// assembly/cycles/candidate.ts: which objects a collection examines, as their headers tell; and what becomes of those that survive it.

import { ObjectHeader } from "../object";
import {
  FLAG_FINALIZED,
  FLAG_GENERATION_MASK,
  FLAG_GENERATION_SHIFT,
  FLAG_TRACKED,
  FLAG_WEAKLY_REFERENCED,
  GENERATION_COUNT,
  REFCOUNT_IMMORTAL,
  TABLE_BUFFER,
  TABLE_USED,
  TUPLE_ITEMS,
  TUPLE_LENGTH,
  TYPE_PROXY,
  TYPE_STRUCT_FIRST,
  TYPE_WEAKREF,
} from "../object-layout";
import { Type } from "../type";
import { collector } from "./collector";
import { middle } from "./generation";
import { Sides } from "./sides";

export class Candidate {
  /** Bit g: objects of generation g are examined. */
  static generations: u32 = 0;
  /** Generation of those that survive, as it stands in flags. */
  private static survivorFlags: u32 = 0;

  /** Of a survivor that has joined them: FLAG_TRACKED and its generation. */
  @inline static get flagsOfSurvivor(): u32 {
    return Candidate.survivorFlags | FLAG_TRACKED;
  }

  /** The next collection examines `generation` and those younger than it. */
  static select(generation: u32): void {
    Candidate.generations = (2 << generation) - 1;
    Candidate.survivorFlags = min<u32>(generation + 1, GENERATION_COUNT - 1) << FLAG_GENERATION_SHIFT;
  }

  /** The next increment examines the oldest generation alone. */
  static selectOldest(): void {
    Candidate.generations = 1 << (GENERATION_COUNT - 1);
    Candidate.survivorFlags = (GENERATION_COUNT - 1) << FLAG_GENERATION_SHIFT;
  }

  @inline static flagsOf(header: u64): u32 {
    return <u32>(header >> 48);
  }

  @inline static typeOf(header: u64): u32 {
    return <u32>(header >> 32) & 0xffff;
  }

  /** Whether an object with this header, in a container's block, is alive, tracked and of a generation that is examined. */
  @inline static isOne(header: u64): bool {
    return Candidate.isOf(Candidate.generations, header);
  }

  /** As isOne, for those who have the generations at hand. */
  @inline static isOf(generations: u32, header: u64): bool {
    const flags = Candidate.flagsOf(header);
    // one branch for both: which blocks are free is hard to foresee
    const isTracked = (generations >>> ((flags >>> FLAG_GENERATION_SHIFT) & 3)) & flags & FLAG_TRACKED;
    return (isTracked & u32(<u32>header <= <u32>REFCOUNT_IMMORTAL)) != 0;
  }

  /** Has the object join the generation of the survivors. */
  @inline static survive(o: usize, flags: u32): void {
    if ((flags & FLAG_GENERATION_MASK) != Candidate.survivorFlags) Candidate.promote(o);
  }

  static promote(o: usize): void {
    const header = ObjectHeader.at(o);
    header.flags = <u16>((header.flags & ~FLAG_GENERATION_MASK) | Candidate.survivorFlags);
    if (Candidate.survivorFlags == 1 << FLAG_GENERATION_SHIFT) middle.push(o);
    else if (collector.increment) Sides.exclude(o);
  }

  /** Whether the death of an unreachable object with this header is anybody's business: its finalizer's, or its weakrefs'. */
  @inline static hasWitness(header: u64): bool {
    const flags = Candidate.flagsOf(header);
    if (flags & FLAG_WEAKLY_REFERENCED) return true;
    const type = Candidate.typeOf(header);
    if (type >= <u32>TYPE_STRUCT_FIRST) return !(flags & FLAG_FINALIZED) && Type.at(type).hasFinalizer;
    return type == TYPE_WEAKREF || type == TYPE_PROXY;
  }
}

/** Untracks a tuple of none but untracked objects, which can't be part of a cycle any more. False if it is not one. Source: CPython Objects/tupleobject.c, _PyTuple_MaybeUntrack. */
export function untrackTuple(o: usize): bool {
  return untrackIf(o, o + TUPLE_ITEMS, load<u32>(o, TUPLE_LENGTH));
}

/** As untrackTuple, of a dict. Source: CPython Objects/dictobject.c, _PyDict_MaybeUntrack. */
export function untrackDict(o: usize): bool {
  return untrackIf(o, load<usize>(o, TABLE_BUFFER), load<u32>(o, TABLE_USED) << 1);
}

function untrackIf(o: usize, start: usize, count: u32): bool {
  for (let slot = start, end = start + ((<usize>count) << 2); slot < end; slot += 4) {
    const target = load<usize>(slot);
    if (target && ObjectHeader.at(target).mayBeTracked) return false;
  }
  ObjectHeader.at(o).flags &= <u16>~FLAG_TRACKED;
  return true;
}
