// src/weakref/finalize.ts: Python's weakref.finalize: a call to be made when an object dies, or else when the heap is closed.
// Source: CPython Lib/weakref.py, class finalize.

import type { Handle } from "../objects/handle.js";
import type { ObjectHeap } from "../objects/object-heap.js";
import type { Address } from "../views.js";
import { newWeakref, readReferent } from "./weakref-handle.js";

/** What a finalizer that is alive has left to do. */
interface Pending {
  /** Owned. */
  readonly weakref: Address;
  readonly fn: (...args: never[]) => unknown;
  readonly args: readonly unknown[];
  atexit: boolean;
}

/** What peek() and detach() tell: a new handle of the object, the function, its arguments. */
export type Detached<Args extends unknown[], Result> = [
  referent: Handle,
  fn: (...args: Args) => Result,
  args: Args,
];

/** Alive until it is called, by the object's death, by the heap's close() or by hand, or detached. */
export class Finalizer<Args extends unknown[] = unknown[], Result = unknown> {
  readonly #registry: FinalizerRegistry;

  /** @internal */
  constructor(registry: FinalizerRegistry) {
    this.#registry = registry;
  }

  get alive(): boolean {
    return this.#registry.pending.has(this as Finalizer);
  }

  /** Whether heap.close() calls it; false once it is dead. */
  get atexit(): boolean {
    return this.#registry.pending.get(this as Finalizer)?.atexit ?? false;
  }

  set atexit(value: boolean) {
    const pending = this.#registry.pending.get(this as Finalizer);
    if (pending !== undefined) pending.atexit = value;
  }

  /** If alive, ends it and returns what its function does; undefined otherwise. */
  call(): Result | undefined {
    return this.#registry.call(this as Finalizer) as Result | undefined;
  }

  /** If alive, tells what it would do; null otherwise. */
  peek(): Detached<Args, Result> | null {
    return this.#registry.peek(this as Finalizer) as unknown as Detached<Args, Result> | null;
  }

  /** As peek, and ends it: the function is not called. */
  detach(): Detached<Args, Result> | null {
    return this.#registry.detach(this as Finalizer) as unknown as Detached<Args, Result> | null;
  }
}

/** The finalizers of one heap that are alive. */
export class FinalizerRegistry {
  /** The oldest first. */
  readonly pending = new Map<Finalizer, Pending>();
  readonly #objects: ObjectHeap;
  #isKnownToHeap = false;
  /** Whether one was added since those for the heap's end were looked for. */
  #isDirty = false;
  #isOver = false;

  constructor(objects: ObjectHeap) {
    this.#objects = objects;
  }

  add(referent: Handle, fn: (...args: never[]) => unknown, args: readonly unknown[]): Finalizer {
    const finalizer = new Finalizer(this);
    const address = this.#objects.borrow(referent, "referent");
    const weakref = newWeakref(this.#objects, address, () => this.call(finalizer));
    this.pending.set(finalizer, { weakref, fn, args, atexit: true });
    this.#isDirty = true;
    if (!this.#isKnownToHeap) this.#objects.atClose(() => this.runAtExit());
    this.#isKnownToHeap = true;
    return finalizer;
  }

  call(finalizer: Finalizer): unknown {
    const pending = this.#take(finalizer);
    if (pending === undefined || this.#isOver) return undefined;
    try {
      return pending.fn(...(pending.args as never[]));
    } finally {
      this.#release(pending);
    }
  }

  peek(finalizer: Finalizer): Detached<unknown[], unknown> | null {
    const pending = this.pending.get(finalizer);
    if (pending === undefined) return null;
    const referent = readReferent(this.#objects, pending.weakref);
    if (referent === 0) return null;
    return [this.#objects.handleOf(referent), pending.fn as never, [...pending.args]];
  }

  detach(finalizer: Finalizer): Detached<unknown[], unknown> | null {
    const detached = this.peek(finalizer);
    const pending = detached === null ? undefined : this.#take(finalizer);
    if (pending !== undefined) this.#release(pending);
    return detached;
  }

  /** Calls those that are to be called at the end, the newest first, new ones included; no other is ever called. */
  runAtExit(): void {
    let waiting: Finalizer[] = [];
    this.#isDirty = true;
    while (true) {
      if (this.#isDirty) waiting = [...this.pending.keys()].filter((finalizer) => finalizer.atexit);
      this.#isDirty = false;
      const next = waiting.pop();
      if (next === undefined) break;
      this.#objects.runCallback(
        () => "a finalizer, at the heap's end",
        () => next.call(),
      );
    }
    this.#isOver = true;
  }

  #take(finalizer: Finalizer): Pending | undefined {
    const pending = this.pending.get(finalizer);
    this.pending.delete(finalizer);
    return pending;
  }

  #release({ weakref }: Pending): void {
    if (!this.#objects.isClosed) this.#objects.core.decref(weakref);
  }
}
