// assembly/cycles/generation.ts: which objects are young: a list of addresses a generation, so that collecting them looks at no others.
// The generation in an object's flags is the truth. Whatever dies stays on the list; so an entry is looked at before it is believed.
// Not here: the oldest generation, which has no list: it is all the rest of the heap.

import { Arena } from "../arena";
import { KindBlock } from "../kind-block";
import { COLLECTOR_ADDRESS } from "../layout";
import {
  COLLECTOR_MIDDLE,
  COLLECTOR_YOUNG,
  FLAG_GENERATION_MASK,
  FLAG_GENERATION_SHIFT,
  FLAG_REACHED,
  FLAG_TRACKED,
  GENERATION_END,
  GENERATION_INCOMPLETE,
  GENERATION_START,
  GENERATION_TOP,
  OBJECT_FLAGS,
  OBJECT_REFCOUNT,
  REFCOUNT_IMMORTAL,
} from "../object-layout";
import { largeTable } from "../object-table";

const COUNT_FIRST: u32 = 126;
/** A list with so much room or more does not grow: with more objects, the whole heap is walked for them instead. */
const COUNT_MAX: u32 = 1 << 15;

/** Drawn in object-layout.ts. */
@unmanaged
export class Generation {
  start: usize;
  /** Behind the last entry. */
  top: usize;
  end: usize;
  incomplete: u32;

  @inline get count(): u32 {
    return <u32>(this.top - this.start) >> 2;
  }

  /** The number in the flags of this generation's objects. */
  @inline private get number(): u32 {
    return changetype<usize>(this) == <usize>(COLLECTOR_ADDRESS + COLLECTOR_YOUNG) ? 0 : 1;
  }

  /** Gives the list its first room. False when memory can't grow. */
  prepare(): bool {
    return this.start != 0 || this.resize(COUNT_FIRST);
  }

  /** Adds an object whose flags are of this generation already. */
  @inline push(o: usize): void {
    const top = this.top;
    if (top == this.end) {
      this.pushRare(o);
      return;
    }
    store<usize>(top, o);
    this.top = top + 4;
  }

  /** Takes an object off that was added last; others stay. */
  @inline drop(o: usize): void {
    const last = this.top - 4;
    if (load<usize>(last) == o) this.top = last;
  }

  private pushRare(o: usize): void {
    this.tidy();
    const count = this.count;
    const capacity = <u32>(this.end - this.start) >> 2;
    if (
      count > capacity >> 1 &&
      (capacity >= COUNT_MAX || !this.resize(capacity << 1)) &&
      count == capacity
    ) {
      this.top = this.start;
      this.incomplete = 1;
    }
    store<usize>(this.top, o);
    this.top += 4;
  }

  /** Empties the list: its objects are of another generation now. */
  reset(): void {
    this.top = this.start;
    this.incomplete = 0;
  }

  /** Takes off what is of this generation no longer, or stands there twice. O(count). */
  tidy(): void {
    let kept = this.start;
    for (let slot = kept, end = this.top; slot < end; slot += 4) {
      const o = load<usize>(slot);
      if (!Generation.isOf(o, this.number)) continue;
      const flags = load<u16>(o, OBJECT_FLAGS);
      if (flags & FLAG_REACHED) continue;
      store<u16>(o, <u16>(flags | FLAG_REACHED), OBJECT_FLAGS);
      store<usize>(kept, o);
      kept += 4;
    }
    this.top = kept;
    for (let slot = this.start; slot < kept; slot += 4) {
      const o = load<usize>(slot);
      store<u16>(o, <u16>(load<u16>(o, OBJECT_FLAGS) & ~FLAG_REACHED), OBJECT_FLAGS);
    }
  }

  /** Whether a live container of this generation, tracked, is at `o`, which may be any address. */
  static isOf(o: usize, number: u32): bool {
    if (Arena.holds(o)) {
      const pool = Arena.poolOf(o);
      if (!pool.state || !pool.isOfContainers || !pool.isObjectBlock(o)) return false;
    } else if (!largeTable.find(<u32>o)) {
      return false;
    }
    if (load<u32>(o, OBJECT_REFCOUNT) > <u32>REFCOUNT_IMMORTAL) return false;
    const wanted: u32 = (number << FLAG_GENERATION_SHIFT) | FLAG_TRACKED;
    return (load<u16>(o, OBJECT_FLAGS) & (FLAG_GENERATION_MASK | FLAG_TRACKED)) == wanted;
  }

  /** Gives the list room for `count` entries more. False when memory can't grow, or there are too many. */
  reserve(count: u32): bool {
    const needed = this.count + count;
    let capacity = <u32>(this.end - this.start) >> 2;
    if (needed <= capacity) return true;
    while (capacity < needed) capacity <<= 1;
    return needed <= COUNT_MAX << 1 && this.resize(capacity);
  }

  private resize(capacity: u32): bool {
    const old = this.start;
    const bytes = (<usize>capacity + 1) << 2;
    const buffer = KindBlock.resizeBuffer(old ? old - 4 : 0, bytes);
    if (!buffer) return false;
    store<usize>(buffer, 0);
    this.top = buffer + 4 + (this.top - old);
    this.start = buffer + 4;
    this.end = buffer + bytes;
    return true;
  }
}

if (offsetof<Generation>("start") != GENERATION_START) ERROR("object-layout.ts: GENERATION_START");
if (offsetof<Generation>("top") != GENERATION_TOP) ERROR("object-layout.ts: GENERATION_TOP");
if (offsetof<Generation>("end") != GENERATION_END) ERROR("object-layout.ts: GENERATION_END");
if (offsetof<Generation>("incomplete") != GENERATION_INCOMPLETE)
  ERROR("object-layout.ts: GENERATION_INCOMPLETE");

export const young = changetype<Generation>(COLLECTOR_ADDRESS + COLLECTOR_YOUNG);
export const middle = changetype<Generation>(COLLECTOR_ADDRESS + COLLECTOR_MIDDLE);
