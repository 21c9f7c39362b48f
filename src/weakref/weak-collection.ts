// src/weakref/weak-collection.ts: what weak dictionaries and sets have in common: a dict or set on the heap with weak references in it, each of
// which has a callback that takes its entry out.
// Source: CPython Lib/weakref.py and Lib/_weakrefset.py. There, an entry that dies during an iteration waits for its end,
// which JavaScript does not tell of iterators that are dropped; here it goes at once, and iterations allow for it.

import { TABLE_BUFFER, TABLE_SIZE, TABLE_USED } from "../../assembly/object-layout.js";
import { ConcurrentModificationError, NotWeakrefableError } from "../errors.js";
import { readCount, readEntries } from "../objects/contents.js";
import { Handle } from "../objects/handle.js";
import type { ObjectHeap } from "../objects/object-heap.js";
import type { Address } from "../views.js";
import { newWeakref, readReferent } from "./weakref-handle.js";

/** An entry whose object lives; the addresses are borrowed. A set's has no value. */
export interface LiveEntry {
  readonly referent: Address;
  readonly key: Address;
  readonly value: Address;
}

/** What the handles of one collection share. It must not keep them alive, as the callbacks in the heap know it. */
class Shared {
  readonly handles: WeakRef<WeakCollection>[] = [];
  /** Entries taken out because their object died. */
  deathCount = 0;

  /** Takes out an entry, if the collection is still there. @param entry - as WeakCollection.forget has it. */
  readonly died = (entry: Address): void => {
    for (const held of this.handles) {
      const handle = held.deref();
      if (handle === undefined || handle.isReleased) continue;
      if (handle.forget(entry)) this.deathCount += 1;
      return;
    }
  };

  /** The callback of the weak references, where that is all they need to tell. */
  readonly callback = (weakref: Handle): void => this.died(weakref.address);
}

/** A handle of the dict or set, with the Python class's methods. */
export abstract class WeakCollection extends Handle {
  /** @internal */
  protected readonly shared: Shared;

  /** @internal @param original - what this is to be another handle of; undefined: a new collection. */
  constructor(objects: ObjectHeap, make: "dict_new" | "set_new", original: WeakCollection | undefined) {
    super(objects, original === undefined ? newTable(objects, make) : newReference(original));
    this.shared = original?.shared ?? new Shared();
    this.shared.handles.push(new WeakRef(this));
  }

  /** The name of Python's class. */
  abstract override get typeName(): string;

  abstract override dup(): this;

  /** @internal Takes out the entry of an object that has died. False if there is none. @param entry - the weak reference, or a weak value's key. */
  abstract forget(entry: Address): boolean;

  /** @internal Which of an entry's is the weak reference. */
  protected abstract weakrefOf(key: Address, value: Address): Address;

  /** Number of entries. */
  get size(): number {
    return readCount(this._objects, this._alive() >>> 0);
  }

  /** @internal Runs `use` with a weak reference that takes the object's entry out; it dies unless it is stored. */
  protected withNewWeakref<T>(referent: Address, use: (weakref: Address) => T): T {
    const weakref = newWeakref(this._objects, referent, this.shared.callback);
    try {
      return use(weakref);
    } finally {
      this._objects.core.decref(weakref);
    }
  }

  /** @internal Runs `use` with a weak reference to look for; gives `missing` for what can have none, so isn't there. */
  protected withWeakref<T>(referent: Address, missing: T, use: (weakref: Address) => T): T {
    let weakref: Address;
    try {
      weakref = newWeakref(this._objects, referent);
    } catch (error) {
      if (error instanceof NotWeakrefableError) return missing;
      throw error;
    }
    try {
      return use(weakref);
    } finally {
      this._objects.core.decref(weakref);
    }
  }

  /** @internal The oldest first. @throws {ConcurrentModificationError} when entries came or went other than by a death. */
  protected *liveEntries(): Generator<LiveEntry> {
    const { shared } = this;
    const expected = this.size + shared.deathCount;
    let left = this.size;
    for (const [key, value] of readEntries(this._objects, this._alive() >>> 0)) {
      if (left === 0) throw new ConcurrentModificationError(this.typeName, "keys");
      left -= 1;
      const referent = readReferent(this._objects, this.weakrefOf(key, value));
      if (referent === 0) continue;
      yield { referent, key, value };
      if (this.size + shared.deathCount !== expected)
        throw new ConcurrentModificationError(this.typeName, "size");
    }
  }

  /** @internal As liveEntries' last. */
  protected newestEntry(hasValues: boolean): LiveEntry | undefined {
    const { u32 } = this._objects.fresh();
    const table = this._alive() >>> 0;
    const words = hasValues ? 2 : 1;
    const first = u32[(table + TABLE_BUFFER) >>> 2]! >>> 2;
    for (let index = u32[(table + TABLE_USED) >>> 2]! - 1; index >= 0; index -= 1) {
      const key = u32[first + index * words]!;
      if (key === 0) continue;
      const value = hasValues ? u32[first + index * words + 1]! : 0;
      const referent = readReferent(this._objects, this.weakrefOf(key, value));
      if (referent !== 0) return { referent, key, value };
    }
    return undefined;
  }
}

function newTable(objects: ObjectHeap, make: "dict_new" | "set_new"): Address {
  const address = objects.core[make]() >>> 0;
  if (address === 0) throw objects.outOfMemory(TABLE_SIZE);
  return address;
}

function newReference(handle: Handle): Address {
  const { address } = handle;
  handle._objects.core.incref(address);
  return address;
}
