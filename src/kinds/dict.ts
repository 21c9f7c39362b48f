// src/kinds/dict.ts: Python's dict, called as JavaScript's Map.

import { DICT_ENTRY_SIZE, TABLE_SIZE } from "../../assembly/object-layout.js";
import { InvalidArgumentError, KeyError } from "../errors.js";
import type { ObjectHeap, Value } from "../objects/object-heap.js";
import type { Address } from "../views.js";
import { iterable } from "./list.js";
import { TableHandle } from "./table.js";

export class DictHandle extends TableHandle implements Iterable<[Value, Value]> {
  /** The key's value; undefined if there is no such key. @throws {UnhashableError} */
  get(key: unknown): Value | undefined {
    const value = this.#find(key);
    return value === 0 ? undefined : this._objects.unbox(value);
  }

  /** As get. @throws {KeyError} if there is no such key. */
  require(key: unknown): Value {
    const value = this.#find(key);
    if (value === 0) throw new KeyError(key, this.typeName);
    return this._objects.unbox(value);
  }

  /** Sets the key's value; a new key goes last. @throws {MemoryError} {UnhashableError} */
  set(key: unknown, value: unknown): this {
    const { _objects: objects } = this;
    const dict = this._alive();
    const keyAddress = objects.lend(key, "key");
    let valueAddress = 0;
    try {
      valueAddress = objects.lend(value);
      const status = objects.core.dict_set(dict, keyAddress, valueAddress);
      if (status === 0) throw objects.outOfMemory((this.size + 1) * DICT_ENTRY_SIZE);
    } finally {
      objects.unlend(key, keyAddress);
      if (valueAddress !== 0) objects.unlend(value, valueAddress);
    }
    return this;
  }

  has(key: unknown): boolean {
    return this.#find(key) !== 0;
  }

  /** Whether there was such a key, which is removed. */
  delete(key: unknown): boolean {
    const dict = this._alive();
    return this.withKey(key, (address) => this._objects.core.dict_delete(dict, address) !== 0);
  }

  /** Removes the key and returns its value. @throws {KeyError} if there is no such key. */
  pop(key: unknown): Value {
    const value = this.require(key);
    this.delete(key);
    return value;
  }

  /** Sets all the keys; what was set stays, if one can't be. */
  update(entries: DictEntries): void {
    for (const entry of entriesOf(entries)) {
      const [key, value] = pairOf(entry);
      this.set(key, value);
    }
  }

  clear(): void {
    this._objects.core.dict_clear(this._alive());
  }

  *keys(): IterableIterator<Value> {
    for (const [key] of this.entriesInOrder()) yield this._objects.unbox(key);
  }

  *values(): IterableIterator<Value> {
    for (const [, value] of this.entriesInOrder()) yield this._objects.unbox(value);
  }

  *entries(): IterableIterator<[Value, Value]> {
    for (const [key, value] of this.entriesInOrder()) {
      yield [this._objects.unbox(key), this._objects.unbox(value)];
    }
  }

  [Symbol.iterator](): IterableIterator<[Value, Value]> {
    return this.entries();
  }

  /** The value's address, borrowed; 0 if there is no such key. */
  #find(key: unknown): Address {
    const dict = this._alive();
    return this.withKey(key, (address) => this._objects.core.dict_get(dict, address) >>> 0);
  }
}

/** Pairs of key and value, or an object's own properties. */
export type DictEntries = Iterable<readonly [unknown, unknown]> | Readonly<Record<string, unknown>>;

/** A new dict of the entries. @throws {MemoryError} {UnhashableError} */
export function newDict(objects: ObjectHeap, entries?: DictEntries): DictHandle {
  objects.collectIfDue();
  const dict = objects.adoptNew<DictHandle>(objects.core.dict_new(), TABLE_SIZE);
  if (entries === undefined) return dict;
  try {
    dict.update(entries);
  } catch (error) {
    dict.dispose();
    throw error;
  }
  return dict;
}

/** @throws {InvalidArgumentError} if it is no pair of key and value. */
export function pairOf<Key, Item>(entry: readonly [Key, Item]): readonly [Key, Item] {
  if (Array.isArray(entry) && entry.length === 2) return entry;
  throw new InvalidArgumentError("entry", entry, "an array of a key and a value");
}

function entriesOf(entries: DictEntries): Iterable<readonly [unknown, unknown]> {
  const isObject = typeof entries === "object" && entries !== null && !(Symbol.iterator in entries);
  return isObject ? Object.entries(entries) : iterable(entries as never, "entries");
}
