// assembly/object-table.ts: tables that find objects: weakref lists by their referent, interned strings by their content, large containers
// by their address. Not here: the rules of a table (verify-objects.ts).
// Open addressing; a slot holds the address of the object itself, so the key is read from it.
// Source: Knuth, TAOCP 3, 6.4, algorithms L and R: linear probing, deletion without marks.

import { KindBlock } from "./kind-block";
import {
  COLLECTOR_ADDRESS,
  INTERNED_TABLE_ADDRESS,
  OBJECT_TABLE_COUNT,
  OBJECT_TABLE_LOG2,
  OBJECT_TABLE_SLOTS,
  WEAKREF_TABLE_ADDRESS,
} from "./layout";
import { COLLECTOR_LARGE, STR_HASH, WEAKREF_REFERENT } from "./object-layout";

const LOG2_MIN: u32 = 3;
/** 2^32 divided by the golden ratio: spreads keys that are near each other. */
const SPREAD: u32 = 0x9e3779b1;

/** Record of a table, at WEAKREF_TABLE_ADDRESS, INTERNED_TABLE_ADDRESS or COLLECTOR_LARGE. */
@unmanaged
export class ObjectTable {
  slots: usize;
  count: u32;
  log2: u32;

  @inline static at(address: usize): ObjectTable {
    return changetype<ObjectTable>(address);
  }

  /** Slot where a key's search starts. */
  @inline private home(key: u32): u32 {
    return (key * SPREAD) >>> (32 - this.log2);
  }

  /** Slots, most of which may be empty. */
  @inline get slotCount(): u32 {
    return this.slots ? 1 << this.log2 : 0;
  }

  @inline slotAt(index: u32): usize {
    return this.slots + ((<usize>index) << 2);
  }

  @inline private get mask(): u32 {
    return (1 << this.log2) - 1;
  }

  /** What an object in this table is found by: a referent's address, a string's hash, or its own address. */
  @inline keyOf(o: usize): u32 {
    if (changetype<usize>(this) == <usize>WEAKREF_TABLE_ADDRESS) return load<u32>(o, WEAKREF_REFERENT);
    return changetype<usize>(this) == <usize>INTERNED_TABLE_ADDRESS ? load<u32>(o, STR_HASH) : <u32>o;
  }

  /**
   * Address of the first slot that holds an object of this key, behind the slot `after`, or from the key's home on if that is 0; 0 if
   * there is none. Keys need not be unique.
   */
  find(key: u32, after: usize = 0): usize {
    if (!this.slots) return 0;
    const mask = this.mask;
    let index = after ? (<u32>(after - this.slots) / 4 + 1) & mask : this.home(key);
    while (true) {
      const slot = this.slotAt(index);
      const o = load<usize>(slot);
      if (!o) return 0;
      if (this.keyOf(o) == key) return slot;
      index = (index + 1) & mask;
    }
  }

  /** Makes room for one more object. False when memory can't grow. */
  reserve(): bool {
    if (!this.slots) return this.resize(LOG2_MIN);
    return (this.count + 1) * 3 <= 2 << this.log2 || this.resize(this.log2 + 1);
  }

  /** Adds an object, for which there is room. */
  add(o: usize): void {
    this.place(o);
    this.count += 1;
  }

  private place(o: usize): void {
    const mask = this.mask;
    let index = this.home(this.keyOf(o));
    while (load<usize>(this.slotAt(index))) index = (index + 1) & mask;
    store<usize>(this.slotAt(index), o);
  }

  /** Empties a slot; those behind it that were pushed away from home move up. */
  remove(slot: usize): void {
    const mask = this.mask;
    let hole = <u32>(slot - this.slots) >> 2;
    let index = hole;
    while (true) {
      index = (index + 1) & mask;
      const o = load<usize>(this.slotAt(index));
      if (!o) break;
      const home = this.home(this.keyOf(o));
      if (((index - home) & mask) < ((index - hole) & mask)) continue; // its home lies behind the hole
      store<usize>(this.slotAt(hole), o);
      hole = index;
    }
    store<usize>(this.slotAt(hole), 0);
    this.count -= 1;
    if (!this.count) {
      KindBlock.give(this.slots);
      this.slots = 0;
    } else if (this.log2 > LOG2_MIN && this.count << 3 < (<u32>1) << this.log2) {
      this.resize(this.log2 - 1); // where memory can't grow, it stays as large as it is
    }
  }

  private resize(log2: u32): bool {
    const bytes = (<usize>4) << log2;
    const slots = KindBlock.takeBuffer(bytes);
    if (!slots) return false;
    memory.fill(slots, 0, bytes);
    const old = this.slots;
    const oldCount: u32 = old ? 1 << this.log2 : 0;
    this.slots = slots;
    this.log2 = log2;
    for (let index: u32 = 0; index < oldCount; index++) {
      const o = load<usize>(old + ((<usize>index) << 2));
      if (o) this.place(o);
    }
    if (old) KindBlock.give(old);
    return true;
  }
}

if (offsetof<ObjectTable>("slots") != OBJECT_TABLE_SLOTS) ERROR("layout.ts: OBJECT_TABLE_SLOTS");
if (offsetof<ObjectTable>("count") != OBJECT_TABLE_COUNT) ERROR("layout.ts: OBJECT_TABLE_COUNT");
if (offsetof<ObjectTable>("log2") != OBJECT_TABLE_LOG2) ERROR("layout.ts: OBJECT_TABLE_LOG2");

/** First weakref of each object that has any, by the object. */
export const weakrefTable = ObjectTable.at(WEAKREF_TABLE_ADDRESS);
/** Interned strings, by hash; it holds no reference to them. */
export const internedTable = ObjectTable.at(INTERNED_TABLE_ADDRESS);
/** Containers too large for a pool, by address. */
export const largeTable = ObjectTable.at(COLLECTOR_ADDRESS + COLLECTOR_LARGE);
