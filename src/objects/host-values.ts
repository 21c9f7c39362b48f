// src/objects/host-values.ts: JavaScript's values that objects refer to: one host object each, while it lives.

import { HOST_INDEX, OBJECT_HEADER_SIZE } from "../../assembly/object-layout.js";
import type { Address } from "../views.js";
import type { ObjectHeap } from "./object-heap.js";

/** In place of -0, which a Map takes for 0. */
const MINUS_ZERO = Symbol("-0");

function keyOf(value: unknown): unknown {
  return Object.is(value, -0) ? MINUS_ZERO : value;
}

export class HostValues {
  readonly #objects: ObjectHeap;
  /** By the index that the object holds; parallel: the object's address. */
  readonly #values: unknown[] = [];
  readonly #addresses: Address[] = [];
  readonly #freeIndices: number[] = [];
  /** So that one value has one object, and is one key. */
  readonly #addressOf = new Map<unknown, Address>();

  constructor(objects: ObjectHeap) {
    this.#objects = objects;
  }

  /** A new reference to the value's object. @throws {MemoryError} */
  box(value: unknown): Address {
    const { core } = this.#objects;
    const known = this.#addressOf.get(keyOf(value));
    // the object may be waiting for its end while a finalizer runs
    if (known !== undefined && core.object_fault(known) === 0) {
      core.incref(known);
      return known;
    }
    const index = this.#freeIndices.pop() ?? this.#values.length;
    const address = core.host_new(index) >>> 0;
    if (address === 0) {
      this.#freeIndices.push(index);
      throw this.#objects.outOfMemory(OBJECT_HEADER_SIZE);
    }
    this.#values[index] = value;
    this.#addresses[index] = address;
    this.#addressOf.set(keyOf(value), address);
    return address;
  }

  /** The value of the host object at `address`. */
  at(address: Address): unknown {
    return this.#values[this.#objects.fresh().u32[(address + HOST_INDEX) >>> 2]!];
  }

  /** The object that held `index` is gone. */
  release(index: number): void {
    const key = keyOf(this.#values[index]);
    this.#values[index] = undefined;
    this.#freeIndices.push(index);
    if (this.#addressOf.get(key) === this.#addresses[index]) this.#addressOf.delete(key);
  }

  clear(): void {
    this.#values.length = 0;
    this.#addressOf.clear();
  }
}
