// src/weakref/weak-collection.ts: what weak dictionaries and sets have in common: a dict or set on the heap with weak references in it, each of
// which has a callback that takes its entry out.
// Source: CPython Lib/weakref.py and Lib/_weakrefset.py. There, an entry that dies during an iteration waits for its end,
// which JavaScript does not tell of iterators that are dropped; here it goes at once, and iterations allow for it.

import { TABLE_BUFFER, TABLE_USED } from "../../assembly/object-layout.js";
import { ConcurrentModificationError, NotWeakrefableError } from "../errors.js";
import { readCount, readEntries } from "../objects/contents.js";
import { Handle } from "../objects/handle.js";
import type { ObjectHeap } from "../objects/object-heap.js";
import type { Address } from "../views.js";
import { type WeakTable, weakTableAt } from "./weak-table.js";
import { newWeakref, readReferent } from "./weakref-handle.js";

/** An entry whose object lives; the addresses are borrowed. A set's has no value. */
export interface LiveEntry {
  readonly referent: Address;
  readonly key: Address;
  readonly value: Address;
}

/** A handle of the dict or set, with the Python class's methods. */
export abstract class WeakCollection extends Handle {
  /** @internal Its table, which all its handles share. */
  protected readonly table: WeakTable;

  /** @internal @param address - of its table, the reference to which is taken over. */
  constructor(objects: ObjectHeap, address: Address) {
    super(objects, address);
    this.table = weakTableAt(objects, address);
  }

  /** The name of Python's class. */
  abstract override get typeName(): string;

  /** @internal Which of an entry's is the weak reference. */
  protected abstract weakrefOf(key: Address, value: Address): Address;

  /** Number of entries. */
  get size(): number {
    return readCount(this._objects, this._alive() >>> 0);
  }

  /** @internal Runs `use` with a weak reference that takes the object's entry out; it dies unless it is stored. */
  protected withNewWeakref<T>(referent: Address, use: (weakref: Address) => T): T {
    const weakref = newWeakref(this._objects, referent, this.table.callback);
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
    const { table } = this;
    const expected = this.size + table.deathCount;
    let left = this.size;
    for (const [key, value] of readEntries(this._objects, this._alive() >>> 0)) {
      if (left === 0) throw new ConcurrentModificationError(this.typeName, "keys");
      left -= 1;
      const referent = readReferent(this._objects, this.weakrefOf(key, value));
      if (referent === 0) continue;
      yield { referent, key, value };
      if (this.size + table.deathCount !== expected)
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
