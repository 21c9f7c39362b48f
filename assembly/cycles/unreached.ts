// assembly/cycles/unreached.ts: what becomes of the objects that nothing has reached, whose sides are still counts: they are listed as
// unreachable, or, where the program went on meanwhile, suspected. Not here: the lists (unreachable.ts, suspects.ts).

import { Arena } from "../arena";
import { ARENA_COUNT_MAX } from "../layout";
import { ObjectHeader } from "../object";
import { REFCOUNT_SUSPECT_END } from "../object-layout";
import { ReferenceVisitor, Visit } from "../references";
import { Candidate } from "./candidate";
import { GREY, OUTSIDE, Sides } from "./sides";
import { Suspects } from "./suspects";
import { Unreachable } from "./unreachable";
import { BlockVisitor, Walk } from "./walk";
import { Whole } from "./whole";

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
