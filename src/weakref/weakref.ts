// src/weakref/weakref.ts: Python's weakref module of one heap.
// Not here: what it makes (weakref-handle.ts, proxy.ts, finalize.ts, weak-*.ts).
// Source: CPython Lib/weakref.py.

import { TYPE_PROXY, TYPE_WEAKREF, WEAKREF_NEXT } from "../../assembly/object-layout.js";
import { InvalidArgumentError } from "../errors.js";
import type { Handle } from "../objects/handle.js";
import type { ObjectHeap, Value } from "../objects/object-heap.js";
import { type Finalizer, FinalizerRegistry } from "./finalize.js";
import { handleOfProxy, ProxyHandle } from "./proxy.js";
import { WeakKeyDictionaryHandle } from "./weak-key-dictionary.js";
import type { Pairs } from "./weak-mapping.js";
import { WeakSetHandle } from "./weak-set.js";
import { recognizeWeakTables } from "./weak-table.js";
import { WeakValueDictionaryHandle } from "./weak-value-dictionary.js";
import { newWeakref, type WeakrefCallback, WeakrefHandle } from "./weakref-handle.js";

/** Tells the facade of weak references and proxies. */
export function registerWeakrefTypes(objects: ObjectHeap): void {
  objects.registerType(TYPE_WEAKREF, { name: "weakref", handleClass: WeakrefHandle });
  objects.registerType(TYPE_PROXY, { name: "weakproxy", handleClass: ProxyHandle });
  recognizeWeakTables(objects);
}

/** Structs, unless declared with weakref: false, and sets can be referred to weakly. */
export class Weakref {
  /** `new heap.weakref.WeakValueDictionary(pairs?)`: its values don't live because of it. */
  readonly WeakValueDictionary: new (
    pairs?: Pairs<unknown, Handle>,
  ) => WeakValueDictionaryHandle;
  /** `new heap.weakref.WeakKeyDictionary(pairs?)`: its keys don't live because of it. */
  readonly WeakKeyDictionary: new (
    pairs?: Pairs<Handle, Value>,
  ) => WeakKeyDictionaryHandle;
  /** `new heap.weakref.WeakSet(members?)`: its members don't live because of it. */
  readonly WeakSet: new (
    members?: Iterable<Handle>,
  ) => WeakSetHandle;

  readonly #objects: () => ObjectHeap;
  #finalizers: FinalizerRegistry | undefined;

  /** @internal @param objects - asked for when they are first needed. */
  constructor(objects: () => ObjectHeap) {
    this.#objects = objects;
    const weakref = this;
    this.WeakValueDictionary = class extends WeakValueDictionaryHandle {
      static override [Symbol.hasInstance](value: unknown): boolean {
        return value instanceof WeakValueDictionaryHandle && value.heap.weakref === weakref;
      }

      constructor(pairs?: Pairs<unknown, Handle>) {
        super(objects());
        fill(this, pairs);
      }
    };
    this.WeakKeyDictionary = class extends WeakKeyDictionaryHandle {
      static override [Symbol.hasInstance](value: unknown): boolean {
        return value instanceof WeakKeyDictionaryHandle && value.heap.weakref === weakref;
      }

      constructor(pairs?: Pairs<Handle, Value>) {
        super(objects());
        fill(this, pairs);
      }
    };
    this.WeakSet = class extends WeakSetHandle {
      static override [Symbol.hasInstance](value: unknown): boolean {
        return value instanceof WeakSetHandle && value.heap.weakref === weakref;
      }

      constructor(members?: Iterable<Handle>) {
        super(objects());
        fill(this, members);
      }
    };
  }

  /**
   * A weak reference: refers to the object without keeping it alive. Without a callback, there is one an object.
   *
   * @param callback - called with the weak reference when the object has died, if that is still there; the newest first.
   * @throws {NotWeakrefableError} if the object's type has none.
   */
  ref<Referent extends Handle>(
    referent: Referent,
    callback?: WeakrefCallback | null,
  ): WeakrefHandle<Referent> {
    const objects = this.#objects();
    objects.collectIfDue();
    const address = newWeakref(objects, objects.borrow(referent, "referent"), callback);
    return objects.adopt(address) as WeakrefHandle<Referent>;
  }

  /**
   * Stands for the object without keeping it alive: its fields and methods are the object's, while it lives; then, using
   * them throws DeadReferenceError. handleOf() gives the proxy's own handle.
   *
   * @param callback - as for ref, called with that handle.
   */
  proxy<Referent extends Handle>(referent: Referent, callback?: WeakrefCallback | null): Referent {
    const objects = this.#objects();
    objects.collectIfDue();
    const address = newWeakref(objects, objects.borrow(referent, "referent"), callback, true);
    return (objects.adopt(address) as ProxyHandle<Referent>).proxy;
  }

  /** The handle of what proxy() returned. @throws {InvalidArgumentError} if it is something else. */
  handleOf<Referent extends Handle>(proxy: Referent): ProxyHandle<Referent> {
    return handleOfProxy(this.#objects(), proxy);
  }

  /**
   * Has `fn` called with these arguments when the object dies, or, if it lives so long, by heap.close(), the newest
   * first. The arguments must not refer to the object: it would not die.
   */
  finalize<Args extends unknown[], Result>(
    referent: Handle,
    fn: (...args: Args) => Result,
    ...args: Args
  ): Finalizer<Args, Result> {
    if (typeof fn !== "function") throw new InvalidArgumentError("fn", fn, "a function");
    this.#finalizers ??= new FinalizerRegistry(this.#objects());
    return this.#finalizers.add(referent, fn, args) as Finalizer<never, never> as Finalizer<Args, Result>;
  }

  /** Weak references and proxies of the object. */
  getweakrefcount(referent: Handle): number {
    const objects = this.#objects();
    return objects.core.weakref_count(objects.borrow(referent, "referent"));
  }

  /** New handles of them: the shared weak reference first, then the shared proxy, then those with callbacks, the newest first. */
  getweakrefs(referent: Handle): (WeakrefHandle | ProxyHandle)[] {
    const objects = this.#objects();
    const refs: (WeakrefHandle | ProxyHandle)[] = [];
    let address = objects.core.weakref_first(objects.borrow(referent, "referent")) >>> 0;
    while (address !== 0) {
      refs.push(objects.handleOf(address) as WeakrefHandle | ProxyHandle);
      address = objects.fresh().u32[(address + WEAKREF_NEXT) >>> 2]!;
    }
    return refs;
  }
}

/** Fills a new collection, or gives it up. */
function fill<Item>(
  collection: Handle & { update(items: Iterable<Item>): void },
  items: Iterable<Item> | undefined,
): void {
  if (items === undefined) return;
  try {
    collection.update(items);
  } catch (error) {
    collection.dispose();
    throw error;
  }
}
