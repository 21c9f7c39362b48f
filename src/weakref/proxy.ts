// src/weakref/proxy.ts: Python's weakref.proxy: stands for an object without keeping it alive.
// Source: CPython Objects/weakrefobject.c: what is asked of a proxy is asked of the object.

import { DeadReferenceError, InvalidArgumentError } from "../errors.js";
import { Handle } from "../objects/handle.js";
import type { ObjectHeap, Value } from "../objects/object-heap.js";
import { readCallback, readReferent } from "./weakref-handle.js";

/** The handle of a proxy, as an object of its own: it may be put into containers, as any other. */
export class ProxyHandle<Referent extends Handle = Handle> extends Handle {
  #proxy: Referent | undefined;

  /**
   * What stands for the object: its properties and methods are the object's, through a handle that lives as long as the
   * access. Only dispose() and isReleased are this handle's. Put into a container, it is the proxy that is put there.
   */
  get proxy(): Referent {
    this.#proxy ??= makeProxy(this);
    return this.#proxy;
  }

  override get _standIn(): Referent {
    return this.proxy;
  }

  /** As a weak reference's. */
  get callback(): Value | ((weakref: Handle) => void) {
    return readCallback(this._objects, this._alive() >>> 0);
  }
}

/** The handle that a proxy of the heap belongs to. @throws {InvalidArgumentError} if it is none. */
export function handleOfProxy<Referent extends Handle>(
  objects: ObjectHeap,
  proxy: Referent,
): ProxyHandle<Referent> {
  const handle = objects.standIns.get(proxy);
  if (!(handle instanceof ProxyHandle))
    throw new InvalidArgumentError("proxy", proxy, "one that weakref.proxy() returned");
  return handle;
}

/** What a proxy's own handle answers, not the object. */
const OWN_MEMBERS: ReadonlySet<PropertyKey> = new Set(["dispose", "isReleased", Symbol.dispose]);

/** What is behind a proxy. */
class Target {
  constructor(readonly handle: ProxyHandle) {}
}

function makeProxy<Referent extends Handle>(handle: ProxyHandle<Referent>): Referent {
  const proxy = new Proxy(new Target(handle), forwarding) as unknown as Referent;
  handle._objects.standIns.set(proxy, handle);
  return proxy;
}

const forwarding: ProxyHandler<Target> = {
  get({ handle }, key) {
    if (OWN_MEMBERS.has(key)) {
      const own: unknown = Reflect.get(handle, key);
      return typeof own === "function" ? own.bind(handle) : own;
    }
    return withReferent(handle, (referent) => {
      if (!isMethod(referent, key)) return Reflect.get(referent, key) as unknown;
      return (...args: unknown[]) => callMethod(handle, key, args);
    });
  },
  set({ handle }, key, value) {
    return withReferent(handle, (referent) => key in referent && Reflect.set(referent, key, value));
  },
  has({ handle }, key) {
    return withReferent(handle, (referent) => key in referent);
  },
  deleteProperty: () => false,
  defineProperty: () => false,
};

/** Runs `use` with a handle of the object, for as long as that takes. @throws {DeadReferenceError} */
function withReferent<T>(handle: ProxyHandle, use: (referent: Handle) => T): T {
  const referent = referentOf(handle);
  try {
    return use(referent);
  } finally {
    referent.dispose();
  }
}

function referentOf(handle: ProxyHandle): Handle {
  const address = readReferent(handle._objects, handle._alive() >>> 0);
  if (address === 0) throw new DeadReferenceError();
  return handle._objects.handleOf(address);
}

/** Calls a method of the object, which lives at least until it returns; an iterator keeps it until it is done. */
function callMethod(handle: ProxyHandle, key: PropertyKey, args: unknown[]): unknown {
  const referent = referentOf(handle);
  let isKept = false;
  try {
    const result: unknown = Reflect.apply(Reflect.get(referent, key), referent, args);
    if (result === referent) return handle.proxy; // as a strong handle would keep the object alive
    isKept = isIterator(result);
    return isKept ? keeping(referent, result as IterableIterator<unknown>) : result;
  } finally {
    if (!isKept) referent.dispose();
  }
}

function* keeping(referent: Handle, iterator: IterableIterator<unknown>): IterableIterator<unknown> {
  try {
    yield* iterator;
  } finally {
    referent.dispose();
  }
}

function isIterator(value: unknown): value is IterableIterator<unknown> {
  return typeof (value as Partial<Iterator<unknown>> | null | undefined)?.next === "function";
}

/** Whether it is a method of the object's class, not a field that holds a function. */
function isMethod(referent: Handle, key: PropertyKey): boolean {
  for (let owner: object | null = referent; owner !== null; owner = Object.getPrototypeOf(owner)) {
    const property = Object.getOwnPropertyDescriptor(owner, key);
    if (property !== undefined) return typeof property.value === "function" && key !== "constructor";
  }
  return false;
}
