// assembly/kinds/table.ts: dict and set: entries in the order of insertion, found by an index with open addressing.
// Source: CPython Objects/dictobject.c, compact dicts: index widths, growth to three times the entries, two thirds at most in use.
// An index is searched in steps of 1, 2, 3 …, which reach every slot of a power of two. Hashes are not kept: a str knows its own, an int's costs nothing. That makes an entry 8 bytes, a set's 4.

import { KindBlock } from "../kind-block";
import { RULE_TABLE } from "../layout";
import { ObjectHeader, object_fault } from "../object";
import {
  FLAG_TRACKED,
  INDEX_DELETED,
  INDEX_ENTRY_FIRST,
  INDEX_FREE,
  STR_HASH,
  TABLE_BUFFER,
  TABLE_COUNT,
  TABLE_LOG2,
  TABLE_LOG2_MIN,
  TABLE_SIZE,
  TABLE_USED,
  TYPE_DICT,
  TYPE_SET,
  TYPE_STR,
} from "../object-layout";
import { Reference } from "../refcount";
import { broken } from "../rule";
import { equals, hashOf } from "./hash";

/** 2^32 divided by the golden ratio: spreads hashes that are near each other. */
const SPREAD: u32 = 0x9e3779b1;
const LOG2_MAX: u32 = 28;

/** Drawn in object-layout.ts. */
@unmanaged
export class Table extends ObjectHeader {
  /** Entries and index; 0 while there is no entry. */
  buffer: usize;
  count: u32;
  used: u32;
  log2: u32;

  @inline static at(address: usize): Table {
    return changetype<Table>(address);
  }

  /** log2 of the bytes of an entry. */
  @inline get entryLog2(): u32 {
    return this.type == <u16>TYPE_DICT ? 3 : 2;
  }

  @inline entry(index: u32): usize {
    return this.buffer + ((<usize>index) << this.entryLog2);
  }

  /** Entries that fit before the table must grow. */
  @inline static capacityOf(log2: u32): u32 {
    return (2 << log2) / 3;
  }

  /** log2 of the bytes of an index slot. */
  @inline static widthLog2Of(log2: u32): u32 {
    return log2 <= 8 ? 0 : log2 <= 16 ? 1 : 2;
  }

  /** Bytes of a buffer. */
  static bufferSize(log2: u32, entryLog2: u32): u32 {
    return (Table.capacityOf(log2) << entryLog2) + (1 << (log2 + Table.widthLog2Of(log2)));
  }

  @inline private get index(): usize {
    return this.buffer + ((<usize>Table.capacityOf(this.log2)) << this.entryLog2);
  }

  /** What the index says at a slot. */
  @inline private static readIndex(index: usize, widthLog2: u32, slot: u32): u32 {
    if (!widthLog2) return load<u8>(index + slot);
    return widthLog2 == 1 ? load<u16>(index + ((<usize>slot) << 1)) : load<u32>(index + ((<usize>slot) << 2));
  }

  @inline private static writeIndex(index: usize, widthLog2: u32, slot: u32, value: u32): void {
    if (!widthLog2) store<u8>(index + slot, <u8>value);
    else if (widthLog2 == 1) store<u16>(index + ((<usize>slot) << 1), <u16>value);
    else store<u32>(index + ((<usize>slot) << 2), value);
  }

  /** Index slot where the search for a key begins. */
  @inline private static home(spread: u32, log2: u32): u32 {
    return spread >>> (32 - log2);
  }

  /** What an index slot of 4 bytes holds above the entry's number: bits of the hash that the slot's place does not tell. */
  @inline private static tag(spread: u32, log2: u32, widthLog2: u32): u32 {
    return widthLog2 == 2 ? spread << log2 : 0;
  }

  /** Bits of an index slot that are not the entry's number. */
  @inline private static tagMask(log2: u32, widthLog2: u32): u32 {
    return widthLog2 == 2 ? -1 << log2 : 0;
  }

  /** Address of the entry that an index slot names. */
  @inline private entryAt(slot: u32): usize {
    const widthLog2 = Table.widthLog2Of(this.log2);
    const value = Table.readIndex(this.index, widthLog2, slot) & ~Table.tagMask(this.log2, widthLog2);
    return this.entry(value - INDEX_ENTRY_FIRST);
  }

  /** Index slot of a key, -1 if it is not there. */
  findSlot(key: usize, hash: u32): i32 {
    if (!this.buffer) return -1;
    const log2 = this.log2;
    const widthLog2 = Table.widthLog2Of(log2);
    const index = this.index;
    const mask: u32 = (1 << log2) - 1;
    const isStr = ObjectHeader.at(key).type == <u16>TYPE_STR;
    const spread = hash * SPREAD;
    const tag = Table.tag(spread, log2, widthLog2);
    const tagMask = Table.tagMask(log2, widthLog2);
    let slot = Table.home(spread, log2);
    let value = Table.readIndex(index, widthLog2, slot);
    for (let step: u32 = 1; value != INDEX_FREE; step++) {
      if (value != INDEX_DELETED && (value & tagMask) == tag) {
        const other = load<usize>(this.entry((value & ~tagMask) - INDEX_ENTRY_FIRST));
        // a str equals only strs, whose hashes stand where its own does
        if (other == key || ((!isStr || load<u32>(other, STR_HASH) == hash) && equals(other, key)))
          return slot;
      }
      slot = (slot + step) & mask;
      value = Table.readIndex(index, widthLog2, slot);
    }
    return -1;
  }

  /** Address of a key's entry, 0 if it is not there. */
  @inline find(key: usize, hash: u32): usize {
    const slot = this.findSlot(key, hash);
    if (slot < 0) return 0;
    return this.entryAt(slot);
  }

  /** Makes room for one more entry. False, and nothing changed, when memory can't grow. */
  @inline reserveOne(): bool {
    if (this.buffer && this.used < Table.capacityOf(this.log2)) return true;
    return this.rebuild(Table.log2For(<u64>this.count * 3 + 1));
  }

  /** Makes room for `count` entries in all. */
  reserve(count: u32): bool {
    if (this.buffer && count - this.count <= Table.capacityOf(this.log2) - this.used) return true;
    return count <= this.count || this.rebuild(Table.log2For((<u64>count * 3 + 1) >> 1));
  }

  /** log2 of the least index of `slots` slots. */
  private static log2For(slots: u64): u32 {
    let log2: u32 = TABLE_LOG2_MIN;
    while ((<u64>1) << log2 < slots) log2 += 1;
    return log2;
  }

  /** Gives the table an index of 1 << log2 slots, and closes the holes among the entries. */
  private rebuild(log2: u32): bool {
    if (log2 > LOG2_MAX) return false;
    const entryLog2 = this.entryLog2;
    const buffer = KindBlock.takePart(Table.bufferSize(log2, entryLog2));
    if (!buffer) return false;
    const old = this.buffer;
    const oldEnd = old + ((<usize>this.used) << entryLog2);
    this.buffer = buffer;
    this.log2 = log2;
    memory.fill(this.index, <u8>INDEX_FREE, (<usize>1) << (log2 + Table.widthLog2Of(log2)));
    let used: u32 = 0;
    for (let from = old; from != oldEnd; from += (<usize>1) << entryLog2) {
      const key = load<usize>(from);
      if (!key) continue;
      const to = this.entry(used);
      store<usize>(to, key);
      if (entryLog2 == 3) store<usize>(to, load<usize>(from, 4), 4);
      this.point(hashOf(key), used);
      used += 1;
    }
    this.used = used;
    if (old) KindBlock.givePart(old);
    return true;
  }

  /** Lets the index find entry number `entry` by `hash`. */
  @inline private point(hash: u32, entry: u32): void {
    const log2 = this.log2;
    const widthLog2 = Table.widthLog2Of(log2);
    const index = this.index;
    const mask: u32 = (1 << log2) - 1;
    const spread = hash * SPREAD;
    let slot = Table.home(spread, log2);
    for (let step: u32 = 1; Table.readIndex(index, widthLog2, slot) >= <u32>INDEX_ENTRY_FIRST; step++)
      slot = (slot + step) & mask;
    Table.writeIndex(
      index,
      widthLog2,
      slot,
      (entry + INDEX_ENTRY_FIRST) | Table.tag(spread, log2, widthLog2),
    );
  }

  /** Address of a new entry for a key that is not there; its key is stored, its value is the caller's to store. */
  @inline add(key: usize, hash: u32): usize {
    const entry = this.used;
    this.point(hash, entry);
    this.used = entry + 1;
    this.count += 1;
    const address = this.entry(entry);
    store<usize>(address, Reference.take(key));
    return address;
  }

  /** Takes a key out. False if it is not there. */
  delete(key: usize): bool {
    const slot = this.findSlot(key, hashOf(key));
    if (slot < 0) return false;
    const widthLog2 = Table.widthLog2Of(this.log2);
    const entry = this.entryAt(slot);
    Table.writeIndex(this.index, widthLog2, slot, INDEX_DELETED);
    this.count -= 1;
    const oldKey = load<usize>(entry);
    store<usize>(entry, 0);
    let oldValue: usize = 0;
    if (this.entryLog2 == 3) {
      oldValue = load<usize>(entry, 4);
      store<usize>(entry, 0, 4);
    }
    Reference.drop(oldKey);
    if (oldValue) Reference.drop(oldValue);
    return true;
  }

  /** Each entry that is there is found by its key, and the index names no other. Returns 0 or a rule. O(entries + index slots). */
  verify(): i32 {
    const address = changetype<usize>(this);
    if (!this.buffer) return this.count | this.used ? broken(RULE_TABLE, address) : 0;
    const log2 = this.log2;
    if (log2 < <u32>TABLE_LOG2_MIN || log2 > LOG2_MAX) return broken(RULE_TABLE, address);
    const isRoomy = Table.bufferSize(log2, this.entryLog2) <= KindBlock.usableSize(this.buffer);
    if (!isRoomy || this.used > Table.capacityOf(log2)) return broken(RULE_TABLE, address);
    let count: u32 = 0;
    for (let i: u32 = 0; i < this.used; i++) {
      const key = load<usize>(this.entry(i));
      if (!key) continue;
      count += 1;
      if (object_fault(key) || this.find(key, hashOf(key)) != this.entry(i))
        return broken(RULE_TABLE, address);
    }
    let indexed: u32 = 0;
    for (let slot: u32 = 0; slot >> log2 == 0; slot++) {
      const value = Table.readIndex(this.index, Table.widthLog2Of(log2), slot);
      indexed += u32(value >= <u32>INDEX_ENTRY_FIRST);
    }
    return count == this.count && indexed == count ? 0 : broken(RULE_TABLE, address);
  }

  /** Takes all entries out: detached first, then released in order. */
  clear(): void {
    const buffer = this.buffer;
    if (!buffer) return;
    const words = this.used << (this.entryLog2 - 2);
    this.buffer = 0;
    this.count = 0;
    this.used = 0;
    for (let slot = buffer, end = buffer + ((<usize>words) << 2); slot < end; slot += 4) {
      const o = load<usize>(slot);
      if (o) Reference.drop(o);
    }
    KindBlock.givePart(buffer);
  }
}

if (offsetof<Table>("buffer") != TABLE_BUFFER) ERROR("object-layout.ts: TABLE_BUFFER");
if (offsetof<Table>("count") != TABLE_COUNT) ERROR("object-layout.ts: TABLE_COUNT");
if (offsetof<Table>("used") != TABLE_USED) ERROR("object-layout.ts: TABLE_USED");
if (offsetof<Table>("log2") != TABLE_LOG2) ERROR("object-layout.ts: TABLE_LOG2");
if (offsetof<Table>() != TABLE_SIZE) ERROR("object-layout.ts: TABLE_SIZE");

function newTable(type: u32, flags: u32): usize {
  const table = Table.at(ObjectHeader.newContainer(type, TABLE_SIZE, flags));
  if (!table) return 0;
  table.buffer = 0;
  table.count = 0;
  table.used = 0;
  table.log2 = 0;
  return changetype<usize>(table);
}

/** A new, empty dict. Untracked: it can be part of no cycle before a container is put in. */
export function dict_new(): usize {
  return newTable(TYPE_DICT, 0);
}

/** Makes room for `count` entries. 0 when memory can't grow, 1 otherwise. */
export function dict_reserve(o: usize, count: u32): i32 {
  return i32(Table.at(o).reserve(count));
}

/** Sets a key's value. 0 when memory can't grow, 1 otherwise. */
export function dict_set(o: usize, key: usize, value: usize): i32 {
  const table = Table.at(o);
  const hash = hashOf(key);
  const found = table.find(key, hash);
  if (!found && !table.reserveOne()) return 0;
  const isTracked = (table.flags & FLAG_TRACKED) != 0;
  if (!isTracked && (ObjectHeader.at(key).mayBeTracked || ObjectHeader.at(value).mayBeTracked))
    ObjectHeader.track(o);
  if (found) Reference.replace(found + 4, value);
  else store<usize>(table.add(key, hash), Reference.take(value), 4);
  return 1;
}

/** A key's value, borrowed; 0 if the key is not there. */
export function dict_get(o: usize, key: usize): usize {
  const entry = Table.at(o).find(key, hashOf(key));
  return entry ? load<usize>(entry, 4) : 0;
}

/** Takes a key out. 0 if it is not there. */
export function dict_delete(o: usize, key: usize): i32 {
  return i32(Table.at(o).delete(key));
}

export function dict_clear(o: usize): void {
  Table.at(o).clear();
}

/** A new, empty set. */
export function set_new(): usize {
  return newTable(TYPE_SET, FLAG_TRACKED);
}

/** As dict_reserve. */
export function set_reserve(o: usize, count: u32): i32 {
  return i32(Table.at(o).reserve(count));
}

/** Puts a key in, if it is not there. 0 when memory can't grow, 1 otherwise. */
export function set_add(o: usize, key: usize): i32 {
  const table = Table.at(o);
  const hash = hashOf(key);
  if (table.find(key, hash)) return 1;
  if (!table.reserveOne()) return 0;
  table.add(key, hash);
  return 1;
}

/** Whether a key is there. */
export function set_has(o: usize, key: usize): bool {
  return Table.at(o).find(key, hashOf(key)) != 0;
}

/** Takes a key out. 0 if it is not there. */
export function set_discard(o: usize, key: usize): i32 {
  return i32(Table.at(o).delete(key));
}

export function set_clear(o: usize): void {
  Table.at(o).clear();
}
