// src/kinds/stream.ts: values that pass through the heap one at a time, as a Python generator's do: each dies when the next is taken.

import type { Handle } from "../objects/handle.js";
import type { ObjectHeap } from "../objects/object-heap.js";
import { iterable } from "./list.js";

/** Can be iterated over once, if what it is made of can. */
export class Stream implements Iterable<Handle> {
  readonly #objects: ObjectHeap;
  readonly #values: Iterable<unknown>;

  constructor(objects: ObjectHeap, values: Iterable<unknown>) {
    this.#objects = objects;
    this.#values = iterable(values);
  }

  /** A handle of each value, good until the next is taken, or the loop is left. @throws {MemoryError} */
  *[Symbol.iterator](): IterableIterator<Handle> {
    for (const value of this.#values) {
      const handle = this.#objects.adopt(this.#objects.box(value));
      try {
        yield handle;
      } finally {
        handle.dispose();
      }
    }
  }

  forEach(call: (handle: Handle, index: number) => void): void {
    let index = 0;
    for (const handle of this) call(handle, index++);
  }

  reduce<T>(call: (result: T, handle: Handle, index: number) => T, initial: T): T {
    let result = initial;
    let index = 0;
    for (const handle of this) result = call(result, handle, index++);
    return result;
  }
}
