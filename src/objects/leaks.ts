// src/objects/leaks.ts: handles outside of frames that JavaScript collects before they were released: reclaimed, and counted.

import type { Address } from "../views.js";
import type { Handle } from "./handle.js";
import type { ObjectHeap } from "./object-heap.js";
import { Scope } from "./scope.js";

/** Handles that JavaScript has dropped without releasing them. Collected when the engine sees fit. */
export interface LeakReport {
  readonly count: number;
  /** How many come from where: a stack trace of the handle's making; only of handles made while heap.traceHandles was set. */
  readonly origins: ReadonlyMap<string, number>;
}

interface Watched {
  readonly address: Address;
  readonly origin: string | undefined;
}

/** What owns the handles that belong to no frame and no variable: it watches over them. */
export class Leaks implements LeakReport {
  count = 0;
  readonly origins = new Map<string, number>();
  readonly scope: Scope;
  readonly #registry: FinalizationRegistry<Watched>;

  /** @param reclaim - gives up the reference of a dropped handle. */
  constructor(objects: ObjectHeap, reclaim: (address: Address) => void) {
    this.scope = new Scope(objects, true, false, undefined);
    this.#registry = new FinalizationRegistry(({ address, origin }) => {
      this.count += 1;
      if (origin !== undefined) this.origins.set(origin, (this.origins.get(origin) ?? 0) + 1);
      reclaim(address);
    });
  }

  watch(handle: Handle): void {
    const origin = this.scope.objects.heap.traceHandles ? originOfCall() : undefined;
    this.#registry.register(handle, { address: handle._address >>> 0, origin }, handle);
  }

  forget(handle: Handle): void {
    this.#registry.unregister(handle);
  }
}

/** Where the caller of the library is, as far as can be told: the stack without its first line. */
function originOfCall(): string {
  const stack = new Error().stack ?? "";
  return stack.slice(stack.indexOf("\n") + 1);
}
