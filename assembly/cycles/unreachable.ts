// assembly/cycles/unreachable.ts: the objects that a collection has found unreachable, for as long as callbacks and finalizers may end some
// of them: a list of addresses, from which whatever dies is taken off. Not here: what is done with them (witnesses.ts, release.ts).

import { KindBlock } from "../kind-block";
import { FLAG_EXAMINED, OBJECT_FLAGS } from "../object-layout";

/** In an entry, whose addresses are even: the object is gone, or somebody else's again. */
const FORGOTTEN: usize = 1;

export class Unreachable {
  /** Addresses: `sorted` ones in ascending order, then some in none. Each object has FLAG_EXAMINED. */
  static start: usize = 0;
  static count: u32 = 0;
  private static sorted: u32 = 0;

  /** Makes room for `count` entries. False when memory can't grow. */
  static open(count: u32): bool {
    Unreachable.start = KindBlock.takeBuffer(max<usize>((<usize>count) << 2, 4));
    Unreachable.count = 0;
    Unreachable.sorted = 0;
    return Unreachable.start != 0;
  }

  static close(): void {
    KindBlock.give(Unreachable.start);
    Unreachable.start = 0;
    Unreachable.count = 0;
  }

  /** Lets all objects live on that are on the list, and closes it. */
  static giveUp(): void {
    for (let slot = Unreachable.start; slot < Unreachable.end; slot += 4) {
      const o = load<usize>(slot);
      store<u16>(o, <u16>(load<u16>(o, OBJECT_FLAGS) & ~FLAG_EXAMINED), OBJECT_FLAGS);
    }
    Unreachable.close();
  }

  static add(o: usize): void {
    store<usize>(Unreachable.start + ((<usize>Unreachable.count) << 2), o);
    Unreachable.count += 1;
  }

  /** The entries so far are in ascending order. */
  static markSorted(): void {
    Unreachable.sorted = Unreachable.count;
  }

  @inline static get end(): usize {
    return Unreachable.start + ((<usize>Unreachable.count) << 2);
  }

  /** The object of an entry; 0 if it was forgotten. */
  @inline static at(slot: usize): usize {
    const o = load<usize>(slot);
    return o & FORGOTTEN ? 0 : o;
  }

  /** Takes an object off: it dies, or lives on. */
  static forget(o: usize): void {
    store<u16>(o, <u16>(load<u16>(o, OBJECT_FLAGS) & ~FLAG_EXAMINED), OBJECT_FLAGS);
    let low = Unreachable.start;
    let high = low + ((<usize>Unreachable.sorted) << 2);
    while (low < high) {
      const slot = low + (((high - low) >> 3) << 2);
      if ((load<usize>(slot) & ~FORGOTTEN) < o) low = slot + 4;
      else high = slot;
    }
    const sortedEnd = Unreachable.start + ((<usize>Unreachable.sorted) << 2);
    const end = Unreachable.end;
    if (low < sortedEnd && load<usize>(low) != o) low = sortedEnd;
    while (low < end && load<usize>(low) != o) low += 4;
    if (low < end) store<usize>(low, o | FORGOTTEN);
  }

  /** Closes the gaps that forgotten objects have left. */
  static compact(): void {
    let kept = Unreachable.start;
    let sorted = Unreachable.sorted;
    for (let slot = kept, end = Unreachable.end; slot < end; slot += 4) {
      if (Unreachable.at(slot)) {
        store<usize>(kept, load<usize>(slot));
        kept += 4;
      } else if (<u32>(slot - Unreachable.start) >> 2 < Unreachable.sorted) {
        sorted -= 1;
      }
    }
    Unreachable.count = <u32>(kept - Unreachable.start) >> 2;
    Unreachable.sorted = sorted;
  }
}

/** Sorts `count` addresses into ascending order. Source: Knuth, TAOCP 3, 5.2.1, algorithm D, with gaps after Ciura. */
export function sortAddresses(start: usize, count: u32): void {
  let gap: u32 = 1;
  while (gap < count) gap = <u32>((<u64>gap * 9) >> 2) + 1;
  for (; gap; gap = gap == 1 ? 0 : max<u32>(1, <u32>(((<u64>gap) << 2) / 9))) {
    for (let i = gap; i < count; i++) {
      const o = load<usize>(start + ((<usize>i) << 2));
      let to = i;
      for (; to >= gap; to -= gap) {
        const other = load<usize>(start + ((<usize>(to - gap)) << 2));
        if (other <= o) break;
        store<usize>(start + ((<usize>to) << 2), other);
      }
      store<usize>(start + ((<usize>to) << 2), o);
    }
  }
}
