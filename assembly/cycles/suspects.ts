// assembly/cycles/suspects.ts: objects that an incremental collection suspects to be garbage, while the program goes on: a list, and what
// happens when somebody takes or drops a reference to one of them.
//
// A suspect has REFCOUNT_SUSPECT added to its count, where the quick paths of counting don't expect it. So whoever touches one ends up
// here, and clears it: it is alive, or its count has changed, and what it refers to may be alive too. Who wants to hold an object must
// count its reference, so no program can reach a suspect unnoticed; and the counts of those that are left have not changed since they
// became suspects. After the idea of a read barrier; and Bacon and Rajan, "Concurrent cycle collection in reference counted systems",
// 2001, for validating candidates that were found while the program ran.
//
// | a suspect's state | refcount  | flags           |                                                              |
// |-------------------|-----------|-----------------|--------------------------------------------------------------|
// | suspect           | SUSPECT + | SUSPECTED       | untouched so far                                             |
// | cleared, grey     | ordinary  | SUSPECTED, GREY | what it refers to is to be cleared too                       |
// | cleared           | ordinary  | SUSPECTED       | on the list, and no more                                     |
// | forgotten         |           |                 | it has died                                                  |

import { KindBlock } from "../kind-block";
import {
  FLAG_GREY,
  FLAG_SUSPECTED,
  OBJECT_FLAGS,
  REFCOUNT_IMMORTAL,
  REFCOUNT_SUSPECT,
  REFCOUNT_SUSPECT_END,
} from "../object-layout";
import { OUTSIDE, Sides } from "./sides";

/** In an entry, whose addresses are even: the object has died. */
const FORGOTTEN: usize = 1;

export class Suspects {
  private static start: usize = 0;
  private static capacity: u32 = 0;
  static count: u32 = 0;
  /** Entries in ascending order, at the beginning of the list. */
  private static sorted: u32 = 0;
  /** Grey ones. */
  static greyCount: u32 = 0;

  /** Makes room for `capacity` entries. False when memory can't grow. */
  static open(capacity: u32): bool {
    Suspects.start = KindBlock.takeBuffer(((<usize>capacity) << 2) + 4);
    Suspects.capacity = capacity;
    Suspects.count = 0;
    Suspects.sorted = 0;
    Suspects.greyCount = 0;
    return Suspects.start != 0;
  }

  static close(): void {
    if (Suspects.start) KindBlock.give(Suspects.start);
    Suspects.start = 0;
    Suspects.count = 0;
  }

  @inline static get isFull(): bool {
    return Suspects.count == Suspects.capacity;
  }

  /** Suspects an object, on a list that is not full. */
  static add(o: usize): void {
    store<usize>(Suspects.start + ((<usize>Suspects.count) << 2), o);
    Suspects.count += 1;
    store<u32>(o, load<u32>(o) + REFCOUNT_SUSPECT);
    store<u16>(o, <u16>(load<u16>(o, OBJECT_FLAGS) | FLAG_SUSPECTED), OBJECT_FLAGS);
  }

  /** The entries so far are in ascending order. */
  static markSorted(): void {
    Suspects.sorted = Suspects.count;
  }

  /** The object of an entry, suspected or cleared; 0 if it has died. */
  @inline static at(index: u32): usize {
    const o = load<usize>(Suspects.start + ((<usize>index) << 2));
    return o & FORGOTTEN ? 0 : o;
  }

  @inline static isOne(o: usize): bool {
    return Suspects.isCount(load<u32>(o));
  }

  /** Clears a suspect: somebody has touched it, or holds it. */
  static clear(o: usize): void {
    store<u32>(o, load<u32>(o) - REFCOUNT_SUSPECT);
    store<u16>(o, <u16>(load<u16>(o, OBJECT_FLAGS) | FLAG_GREY), OBJECT_FLAGS);
    store<u8>(Sides.of(o), <u8>OUTSIDE);
    Suspects.greyCount += 1;
  }

  /** A cleared one is grey no more. */
  static blacken(o: usize): void {
    store<u16>(o, <u16>(load<u16>(o, OBJECT_FLAGS) & ~FLAG_GREY), OBJECT_FLAGS);
    Suspects.greyCount -= 1;
  }

  /** Takes a dying object, cleared already, off the list. */
  static forget(o: usize): void {
    const flags = load<u16>(o, OBJECT_FLAGS);
    if (flags & FLAG_GREY) Suspects.greyCount -= 1;
    store<u16>(o, <u16>(flags & ~(FLAG_SUSPECTED | FLAG_GREY)), OBJECT_FLAGS);
    let low: u32 = 0;
    let high = Suspects.sorted;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((Suspects.entry(middle) & ~FORGOTTEN) < o) low = middle + 1;
      else high = middle;
    }
    if (low < Suspects.sorted && Suspects.entry(low) != o) low = Suspects.sorted;
    while (low < Suspects.count && Suspects.entry(low) != o) low += 1;
    if (low < Suspects.count) store<usize>(Suspects.start + ((<usize>low) << 2), o | FORGOTTEN);
  }

  /** Entries in ascending order. */
  static get sortedCount(): u32 {
    return Suspects.sorted;
  }

  @inline private static entry(index: u32): usize {
    return load<usize>(Suspects.start + ((<usize>index) << 2));
  }

  /** Takes an object off the list, which nobody will look at here any more: it is no suspect, or is freed as one. */
  static release(o: usize): void {
    if (Suspects.isOne(o)) store<u32>(o, load<u32>(o) - REFCOUNT_SUSPECT);
    Suspects.leave(o);
  }

  /** As release, of one that stays suspect if it is one. */
  static leave(o: usize): void {
    store<u16>(o, <u16>(load<u16>(o, OBJECT_FLAGS) & ~(FLAG_SUSPECTED | FLAG_GREY)), OBJECT_FLAGS);
  }

  /** Whether a first word is a suspect's: a count and REFCOUNT_SUSPECT. */
  @inline static isCount(word: u32): bool {
    return word - REFCOUNT_SUSPECT < <u32>REFCOUNT_SUSPECT_END;
  }

  /** Adds a reference to any object. */
  @inline static take(o: usize): void {
    const count = load<u32>(o);
    if (count < <u32>REFCOUNT_IMMORTAL) store<u32>(o, count + 1);
    else if (Suspects.isCount(count)) Suspects.clearAndTake(o);
  }

  private static clearAndTake(o: usize): void {
    Suspects.clear(o);
    store<u32>(o, load<u32>(o) + 1);
  }
}
