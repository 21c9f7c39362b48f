// src/weakref/weak-table.ts: which dicts and sets of a heap are those of weak collections, whoever refers to them: by a flag in the object, and
// what is known of it here, by its address. Not here: what can be done with them (weak-collection.ts and on).

import {
  FLAG_EXAMINED,
  FLAG_WEAK_COLLECTION,
  OBJECT_FLAGS,
  TABLE_SIZE,
  TYPE_DICT,
  TYPE_SET,
} from "../../assembly/object-layout.js";
import type { Handle } from "../objects/handle.js";
import type { HandleClass, ObjectHeap } from "../objects/object-heap.js";
import type { Address } from "../views.js";

/** A kind of weak collection. */
export interface WeakKind {
  /** The core's call for an empty one. */
  readonly make: "dict_new" | "set_new";
  readonly handleClass: HandleClass;
  /** Takes the entry of an object that has died out of a table; false if there is none. @param entry - the weak reference, or a weak value's key. */
  readonly forget: (objects: ObjectHeap, table: Address, entry: Address) => boolean;
}

/** One collection's table. It keeps nothing alive: callbacks in the heap know it. */
export class WeakTable {
  readonly #objects: ObjectHeap;
  readonly address: Address;
  readonly kind: WeakKind;
  /** Entries taken out because their object died. */
  deathCount = 0;

  constructor(objects: ObjectHeap, address: Address, kind: WeakKind) {
    this.#objects = objects;
    this.address = address;
    this.kind = kind;
  }

  /** Whether the object at the address is still this table, and not being collected: CPython's callbacks don't find it then either. */
  get isThere(): boolean {
    const { address } = this;
    const objects = this.#objects;
    if (tablesOf(objects).get(address) !== this || objects.core.object_fault(address) !== 0) return false;
    const flags = objects.fresh().u16[(address + OBJECT_FLAGS) >>> 1]!;
    return (flags & (FLAG_WEAK_COLLECTION | FLAG_EXAMINED)) === FLAG_WEAK_COLLECTION;
  }

  /** Takes out an entry, if the table is still there. */
  readonly died = (entry: Address): void => {
    if (!this.isThere) return;
    const objects = this.#objects;
    objects.core.incref(this.address); // for the time of the change, as any holder
    try {
      if (this.kind.forget(objects, this.address, entry)) this.deathCount += 1;
    } finally {
      objects.core.decref(this.address);
    }
  };

  /** The callback of the weak references, where that is all they need to tell. */
  readonly callback = (weakref: Handle): void => this.died(weakref.address);
}

/** The weak tables of a heap, by address; some may have died. */
class WeakTables extends Map<Address, WeakTable> {
  #limit = 64;

  add(table: WeakTable): void {
    this.set(table.address, table);
    if (this.size < this.#limit) return;
    for (const [address, known] of this) if (!known.isThere) this.delete(address);
    this.#limit = 64 + 2 * this.size;
  }
}

const tables = new WeakMap<ObjectHeap, WeakTables>();

function tablesOf(objects: ObjectHeap): WeakTables {
  let known = tables.get(objects);
  if (known === undefined) {
    known = new WeakTables();
    tables.set(objects, known);
  }
  return known;
}

/** A new reference to a new, empty table. @throws {MemoryError} */
export function newWeakTable(objects: ObjectHeap, kind: WeakKind): Address {
  const address = objects.core[kind.make]() >>> 0;
  if (address === 0) throw objects.outOfMemory(TABLE_SIZE);
  objects.fresh().u16[(address + OBJECT_FLAGS) >>> 1]! |= FLAG_WEAK_COLLECTION;
  tablesOf(objects).add(new WeakTable(objects, address, kind));
  return address;
}

/** What is known of the table at `address`, which is one. */
export function weakTableAt(objects: ObjectHeap, address: Address): WeakTable {
  return tablesOf(objects).get(address)!;
}

/** Has the handles of weak collections' dicts and sets be theirs, wherever they are read from. */
export function recognizeWeakTables(objects: ObjectHeap): void {
  for (const typeId of [TYPE_DICT, TYPE_SET]) {
    const hooks = objects.hooksOf(typeId)!;
    const classAt = (address: Address): HandleClass => {
      const isWeak = (objects.fresh().u16[(address + OBJECT_FLAGS) >>> 1]! & FLAG_WEAK_COLLECTION) !== 0;
      return isWeak ? weakTableAt(objects, address).kind.handleClass : hooks.handleClass;
    };
    objects.registerType(typeId, { ...hooks, classAt });
  }
}
