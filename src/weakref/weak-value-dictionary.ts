// src/weakref/weak-value-dictionary.ts: Python's WeakValueDictionary: an entry goes when its value dies.
// Source: CPython Lib/weakref.py, class WeakValueDictionary, and KeyedRef: the weak reference knows its key.

import { DICT_ENTRY_SIZE } from "../../assembly/object-layout.js";
import type { Handle } from "../objects/handle.js";
import type { ObjectHeap, Value } from "../objects/object-heap.js";
import { defineStruct } from "../structs/struct.js";
import type { StructClass } from "../structs/struct-class.js";
import type { Address } from "../views.js";
import type { LiveEntry } from "./weak-collection.js";
import { WeakMapping } from "./weak-mapping.js";
import { newWeakTable, type WeakKind } from "./weak-table.js";
import { newWeakref, readReferent, type WeakrefHandle } from "./weakref-handle.js";

/** What a value's weak reference calls: has the key's entry taken out of the dictionary that `died` belongs to. */
const KEY_FIELDS = { key: "ref", died: "ref" } as const;
type KeyedCallback = StructClass<typeof KEY_FIELDS>;

const keyedCallbacks = new WeakMap<ObjectHeap, KeyedCallback>();

/** Keys are any that a dict takes. Values are objects that can be referred to weakly. */
export class WeakValueDictionaryHandle extends WeakMapping<unknown, Handle> {
  /** @internal */
  constructor(objects: ObjectHeap, address: Address = newWeakTable(objects, KIND)) {
    super(objects, address);
  }

  override get typeName(): string {
    return "WeakValueDictionary";
  }

  override copy(): this {
    const copy = new WeakValueDictionaryHandle(this._objects);
    for (const { referent, key } of this.liveEntries()) copy.#store(key, referent);
    return copy as this;
  }

  override get(key: unknown): Handle | undefined {
    const referent = this.#find(key);
    return referent === 0 ? undefined : this._objects.handleOf(referent);
  }

  override has(key: unknown): boolean {
    return this.#find(key) !== 0;
  }

  /**
   * @throws {NotWeakrefableError} if the value can have no weak references. {InvalidArgumentError} if it is no handle, or
   *   the key none. {UnhashableError} {MemoryError}
   */
  override set(key: unknown, value: Handle): this {
    this._alive();
    const referent = this._objects.borrow(value, "value");
    this.#withKey(key, (keyAddress) => this.#store(keyAddress, referent));
    return this;
  }

  override delete(key: unknown): boolean {
    const dict = this._alive();
    return this.#withKey(key, (address) => this._objects.core.dict_delete(dict, address) !== 0);
  }

  /** New handles of the weak references to the values. */
  valuerefs(): WeakrefHandle[] {
    return Array.from(this.liveEntries(), ({ value }) => this._objects.handleOf(value) as WeakrefHandle);
  }

  protected override weakrefOf(_key: Address, value: Address): Address {
    return value;
  }

  protected override keyOf({ key }: LiveEntry): Value {
    return this._objects.unbox(key);
  }

  protected override itemOf({ referent }: LiveEntry): Handle {
    return this._objects.handleOf(referent);
  }

  /** The address of the key's value, borrowed; 0 if there is no such key, or its value has just died. */
  #find(key: unknown): Address {
    const dict = this._alive();
    const weakref = this.#withKey(key, (address) => this._objects.core.dict_get(dict, address) >>> 0);
    return weakref === 0 ? 0 : readReferent(this._objects, weakref);
  }

  #withKey<T>(key: unknown, use: (key: Address) => T): T {
    const address = this._objects.lend(key, "key");
    try {
      return use(address);
    } finally {
      this._objects.unlend(key, address);
    }
  }

  #store(key: Address, referent: Address): void {
    const { core } = this._objects;
    // the callback's making may begin a collection, and anybody's code give up what is borrowed here
    core.incref(key);
    core.incref(referent);
    try {
      this.#storeHeld(key, referent);
    } finally {
      core.decref(referent);
      core.decref(key);
    }
  }

  #storeHeld(key: Address, referent: Address): void {
    const { _objects: objects } = this;
    const callback = this.#newCallback(key);
    try {
      const weakref = newWeakref(objects, referent, callback);
      try {
        if (objects.core.dict_set(this._alive(), key, weakref) === 0) {
          throw objects.outOfMemory((this.size + 1) * DICT_ENTRY_SIZE);
        }
      } finally {
        objects.core.decref(weakref);
      }
    } finally {
      callback.dispose();
    }
  }

  #newCallback(key: Address): Handle {
    const { _objects: objects } = this;
    const KeyedCallback = keyedCallbackOf(objects);
    const callback = new KeyedCallback();
    try {
      const died = objects.hostValues.box(this.table.died);
      objects.core.struct_set(callback.address, KeyedCallback.offsets.key, key);
      objects.core.struct_set(callback.address, KeyedCallback.offsets.died, died);
      objects.core.decref(died);
    } catch (error) {
      callback.dispose();
      throw error;
    }
    return callback;
  }
}

const KIND: WeakKind = {
  make: "dict_new",
  handleClass: WeakValueDictionaryHandle,
  forget: (objects, dict, key) => {
    const weakref = objects.core.dict_get(dict, key) >>> 0;
    // the key may have got a new value meanwhile
    if (weakref === 0 || readReferent(objects, weakref) !== 0) return false;
    return objects.core.dict_delete(dict, key) !== 0;
  },
};

/** The struct of a heap's callbacks. */
function keyedCallbackOf(objects: ObjectHeap): KeyedCallback {
  let known = keyedCallbacks.get(objects);
  if (known === undefined) {
    const KeyedCallback = defineStruct(objects, "KeyedRef", KEY_FIELDS, {
      weakref: false,
      call: ({ address, died }) => {
        const key = objects.fresh().u32[(address + KeyedCallback.offsets.key) >>> 2]!;
        (died as unknown as (key: Address) => void)(key);
      },
    });
    known = KeyedCallback as unknown as KeyedCallback;
    keyedCallbacks.set(objects, known);
  }
  return known;
}
