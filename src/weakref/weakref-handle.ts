// src/weakref/weakref-handle.ts: a weak reference: refers to an object without keeping it alive.
// Not here: proxies (proxy.ts), making either (weakref.ts).

import { TYPE_HOST, WEAKREF_CALLBACK, WEAKREF_REFERENT, WEAKREF_SIZE } from "../../assembly/object-layout.js";
import { InvalidArgumentError } from "../errors.js";
import { Handle } from "../objects/handle.js";
import type { ObjectHeap, Value } from "../objects/object-heap.js";
import type { Address } from "../views.js";

/** Called with the weak reference when its object has died. Or a handle of a struct declared with `call`, which is. */
export type WeakrefCallback = ((weakref: Handle) => void) | Handle;

export class WeakrefHandle<Referent extends Handle = Handle> extends Handle {
  /** A new handle of the object; null if it has died. */
  deref(): Referent | null {
    const referent = readReferent(this._objects, this._alive() >>> 0);
    return referent === 0 ? null : (this._objects.handleOf(referent) as Referent);
  }

  /** The function, or a new handle of the struct, that will be called; null if there is none, or the object has died. */
  get callback(): Value | ((weakref: Handle) => void) {
    return readCallback(this._objects, this._alive() >>> 0);
  }

  /** Its object's hash; remembered, so that a weak reference hashed in time keeps it. @throws {DeadReferentError} */
  hash(): number {
    return this._objects.core.weakref_hash(this._alive()) >>> 0;
  }

  /** Whether both are of one object; if one of the objects has died, whether they are the same weak reference. */
  equals(other: WeakrefHandle): boolean {
    return this._objects.core.weakref_equals(this._alive(), this._objects.borrow(other, "other")) !== 0;
  }
}

/** The address of the object that a weak reference or proxy is of, borrowed; 0 if it has died. */
export function readReferent(objects: ObjectHeap, weakref: Address): Address {
  return objects.fresh().u32[(weakref + WEAKREF_REFERENT) >>> 2]!;
}

export function readCallback(objects: ObjectHeap, weakref: Address): Value {
  const callback = objects.fresh().u32[(weakref + WEAKREF_CALLBACK) >>> 2]!;
  return callback === 0 ? null : objects.unbox(callback);
}

/**
 * A new reference to a weak reference or proxy of the object at `referent`.
 *
 * @param callback - function, or handle of a struct with `call`; undefined: none, and the object's shared weak reference.
 * @throws {NotWeakrefableError} if the object's type has none.
 * @throws {InvalidArgumentError} if the callback can't be called.
 * @throws {MemoryError} if there is no room.
 */
export function newWeakref(
  objects: ObjectHeap,
  referent: Address,
  callback?: unknown,
  isProxy = false,
): Address {
  const callable = callback === undefined || callback === null ? 0 : boxCallback(objects, callback);
  try {
    const weakref = objects.core.weakref_new(referent, callable, Number(isProxy)) >>> 0;
    if (weakref === 0) throw objects.outOfMemory(WEAKREF_SIZE);
    return weakref;
  } finally {
    if (callable !== 0) objects.core.decref(callable);
  }
}

/** A new reference to the object that is called. */
function boxCallback(objects: ObjectHeap, callback: unknown): Address {
  if (typeof callback === "function") return objects.hostValues.box(callback);
  if (callback instanceof Handle) {
    const address = objects.borrow(callback, "callback");
    const type = objects.core.type_of(address);
    const isFunction = type === TYPE_HOST && typeof objects.hostValues.at(address) === "function";
    if (isFunction || objects.hooksOf(type)?.call !== undefined) {
      objects.core.incref(address);
      return address;
    }
  }
  throw new InvalidArgumentError(
    "callback",
    callback,
    "a function, or a handle of a struct declared with call",
  );
}
