// src/gc.ts: Python's gc module of one heap, but for the collector itself: what refers to what.
// Source: CPython Modules/gcmodule.c.

import { FLAG_FINALIZED, FLAG_TRACKED, OBJECT_FLAGS, REFERENCE_SIZE } from "../assembly/object-layout.js";
import { trackedObjects } from "./census.js";
import type { Handle } from "./objects/handle.js";
import type { ObjectHeap } from "./objects/object-heap.js";
import type { Address } from "./views.js";

export class Gc {
  readonly #objects: () => ObjectHeap;

  constructor(objects: () => ObjectHeap) {
    this.#objects = objects;
  }

  /** Whether the object can be part of a cycle, as far as the collector is to look. */
  isTracked(handle: Handle): boolean {
    return (this.#flags(handle) & FLAG_TRACKED) !== 0;
  }

  /** Whether the object's finalizer has run: the object was resurrected, and will die without it. */
  isFinalized(handle: Handle): boolean {
    return (this.#flags(handle) & FLAG_FINALIZED) !== 0;
  }

  /** Handles of the objects that this one refers to, once for each reference. */
  getReferents(handle: Handle): Handle[] {
    const objects = this.#objects();
    const object = objects.borrow(handle);
    return readBlock(objects, objects.core.gc_referents(object)).map((address) => objects.handleOf(address));
  }

  /** Handles of the containers that refer to any of these objects, each once; untracked and frozen ones aside. O(heap). */
  getReferrers(...handles: Handle[]): Handle[] {
    const objects = this.#objects();
    const referrers = new Set<Address>();
    for (const handle of handles) {
      const object = objects.borrow(handle);
      for (const address of readBlock(objects, objects.core.gc_referrers(object))) referrers.add(address);
    }
    return [...referrers].map((address) => objects.handleOf(address));
  }

  /** Has collections ignore all objects that are tracked now. */
  freeze(): void {
    this.#objects().core.gc_freeze();
  }

  unfreeze(): void {
    this.#objects().core.gc_unfreeze();
  }

  /** How many objects collections ignore. */
  getFreezeCount(): number {
    return this.#objects().core.gc_freeze_count() >>> 0;
  }

  /** Handles of all containers that are tracked and not frozen, in address order. O(heap). */
  getObjects(): Handle[] {
    const objects = this.#objects();
    return trackedObjects(objects).map((address) => objects.handleOf(address));
  }

  #flags(handle: Handle): number {
    const objects = this.#objects();
    const object = objects.borrow(handle);
    return objects.fresh().u16[(object + OBJECT_FLAGS) >>> 1]!;
  }
}

/** The addresses in a block of the core's, which is freed; still borrowed. @throws {MemoryError} if there is none. */
function readBlock(objects: ObjectHeap, block: number): number[] {
  if (block === 0) throw objects.outOfMemory(REFERENCE_SIZE);
  const { u32 } = objects.fresh();
  const start = block >>> 2;
  const addresses = Array.from(u32.subarray(start + 1, start + 1 + u32[start]!));
  objects.core.free(block);
  return addresses;
}
