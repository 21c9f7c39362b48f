// src/weakref/weak-key-dictionary.ts: Python's WeakKeyDictionary: an entry goes when its key dies.
// Source: CPython Lib/weakref.py, class WeakKeyDictionary.

import { DICT_ENTRY_SIZE } from "../../assembly/object-layout.js";
import type { Handle } from "../objects/handle.js";
import type { ObjectHeap, Value } from "../objects/object-heap.js";
import type { Address } from "../views.js";
import type { LiveEntry } from "./weak-collection.js";
import { WeakMapping } from "./weak-mapping.js";
import { newWeakTable, type WeakKind } from "./weak-table.js";
import type { WeakrefHandle } from "./weakref-handle.js";

/** Keys are objects that can be referred to weakly; two are the same where the objects are equal. Values are any. */
export class WeakKeyDictionaryHandle extends WeakMapping<Handle, Value> {
  /** @internal */
  constructor(objects: ObjectHeap, address: Address = newWeakTable(objects, KIND)) {
    super(objects, address);
  }

  override get typeName(): string {
    return "WeakKeyDictionary";
  }

  override copy(): this {
    const copy = new WeakKeyDictionaryHandle(this._objects);
    for (const { referent, value } of this.liveEntries()) copy.#store(referent, value);
    return copy as this;
  }

  override get(key: Handle): Value | undefined {
    const value = this.#find(key);
    return value === 0 ? undefined : this._objects.unbox(value);
  }

  override has(key: Handle): boolean {
    return this.#find(key) !== 0;
  }

  /** @throws {NotWeakrefableError} if the key can have no weak references. {InvalidArgumentError} if it is no handle. {MemoryError} */
  override set(key: Handle, value: Value): this {
    this._alive();
    const referent = this._objects.borrow(key, "key");
    const item = this._objects.lend(value);
    try {
      this.#store(referent, item);
    } finally {
      this._objects.unlend(value, item);
    }
    return this;
  }

  override delete(key: Handle): boolean {
    const dict = this._alive();
    const referent = this._objects.borrow(key, "key");
    return this.withWeakref(
      referent,
      false,
      (weakref) => this._objects.core.dict_delete(dict, weakref) !== 0,
    );
  }

  /** New handles of the weak references to the keys. */
  keyrefs(): WeakrefHandle[] {
    return Array.from(this.liveEntries(), ({ key }) => this._objects.handleOf(key) as WeakrefHandle);
  }

  protected override weakrefOf(key: Address): Address {
    return key;
  }

  protected override keyOf({ referent }: LiveEntry): Handle {
    return this._objects.handleOf(referent);
  }

  protected override itemOf({ value }: LiveEntry): Value {
    return this._objects.unbox(value);
  }

  /** The value's address, borrowed; 0 if there is no such key. */
  #find(key: Handle): Address {
    const dict = this._alive();
    const referent = this._objects.borrow(key, "key");
    return this.withWeakref(referent, 0, (weakref) => this._objects.core.dict_get(dict, weakref) >>> 0);
  }

  #store(referent: Address, value: Address): void {
    const { core } = this._objects;
    this.withNewWeakref(referent, (weakref) => {
      if (core.dict_set(this._alive(), weakref, value) === 0) {
        throw this._objects.outOfMemory((this.size + 1) * DICT_ENTRY_SIZE);
      }
    });
  }
}

const KIND: WeakKind = {
  make: "dict_new",
  handleClass: WeakKeyDictionaryHandle,
  forget: ({ core }, dict, weakref) => core.dict_delete(dict, weakref) !== 0,
};
