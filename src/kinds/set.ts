// src/kinds/set.ts: Python's set, called as JavaScript's.

import { SET_ENTRY_SIZE, TABLE_SIZE } from "../../assembly/object-layout.js";
import { KeyError } from "../errors.js";
import type { ObjectHeap, Value } from "../objects/object-heap.js";
import { iterable } from "./list.js";
import { TableHandle } from "./table.js";

export class SetHandle extends TableHandle implements Iterable<Value> {
  /** @throws {MemoryError} {UnhashableError} */
  add(key: unknown): this {
    const { _objects: objects } = this;
    const set = this._alive();
    this.withKey(key, (address) => {
      if (objects.core.set_add(set, address) === 0) {
        throw objects.outOfMemory((this.size + 1) * SET_ENTRY_SIZE);
      }
    });
    return this;
  }

  has(key: unknown): boolean {
    const set = this._alive();
    return this.withKey(key, (address) => this._objects.core.set_has(set, address) !== 0);
  }

  /** Whether there was such a key, which is removed: Python's discard. */
  delete(key: unknown): boolean {
    const set = this._alive();
    return this.withKey(key, (address) => this._objects.core.set_discard(set, address) !== 0);
  }

  /** As delete. @throws {KeyError} if there is no such key. */
  remove(key: unknown): void {
    if (!this.delete(key)) throw new KeyError(key, this.typeName);
  }

  /** Adds all the keys; what was added stays, if one can't be. */
  update(keys: Iterable<unknown>): void {
    for (const key of iterable(keys, "keys")) this.add(key);
  }

  clear(): void {
    this._objects.core.set_clear(this._alive());
  }

  *[Symbol.iterator](): IterableIterator<Value> {
    for (const [key] of this.entriesInOrder()) yield this._objects.unbox(key);
  }
}

/** A new set of the keys. @throws {MemoryError} {UnhashableError} */
export function newSet(objects: ObjectHeap, keys?: Iterable<unknown>): SetHandle {
  objects.collectIfDue();
  const set = objects.adoptNew<SetHandle>(objects.core.set_new(), TABLE_SIZE);
  if (keys === undefined) return set;
  try {
    set.update(keys);
  } catch (error) {
    set.dispose();
    throw error;
  }
  return set;
}
