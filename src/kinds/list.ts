// src/kinds/list.ts: Python's list.

import { LIST_SIZE, REFERENCE_SIZE } from "../../assembly/object-layout.js";
import { bufferBehind, elementCount, isU32 } from "../arguments.js";
import { InvalidArgumentError } from "../errors.js";
import { boxInteger } from "../objects/box.js";
import { readItem } from "../objects/contents.js";
import type { ObjectHeap, Value } from "../objects/object-heap.js";
import type { Address } from "../views.js";
import { SequenceHandle } from "./sequence.js";

export class ListHandle extends SequenceHandle {
  /** Replaces the item at `index`, counted from the end if negative. @throws {IndexError} where there is none. */
  set(index: number, value: unknown): void {
    const { _objects: objects } = this;
    const place = this.indexOfItem(index);
    const item = objects.lend(value);
    objects.core.list_set(this._address, place, item);
    objects.unlend(value, item);
  }

  /** Adds an item at the end. @throws {MemoryError} */
  append(value: unknown): void {
    const list = this._alive();
    const { _objects: objects } = this;
    if (typeof value === "number") {
      this.#must(appendNumber(objects, list, value));
      return;
    }
    const item = objects.lend(value);
    const status = objects.core.list_append(list, item);
    objects.unlend(value, item);
    this.#must(status);
  }

  /** Adds items at the end: all, or none if one can't be had. @throws {MemoryError} */
  extend(values: Iterable<unknown>): void {
    const list = this._alive();
    const { _objects: objects } = this;
    const { length } = this;
    try {
      if (values instanceof SequenceHandle) {
        const from = objects.borrow(values, "values");
        const count = values.length; // it may be this list
        for (let index = 0; index < count; index += 1) {
          this.#must(objects.core.list_append(list, readItem(objects, from, index)));
        }
      } else if (isIndexed(values)) {
        const items = steady(objects, values);
        for (let index = 0; index < itemCount(items); index += 1) this.append(items[index]);
      } else {
        for (const value of iterable(values)) this.append(value);
      }
    } catch (error) {
      if (!this.isReleased && !objects.isClosed && this.length > length) {
        objects.core.list_delete(list, length, this.length);
      }
      throw error;
    }
  }

  /** Puts an item before `index`; past either end, at that end. @throws {MemoryError} */
  insert(index: number, value: unknown): void {
    const { _objects: objects } = this;
    const place = this.#boundary(index, "index");
    const item = objects.lend(value);
    const status = objects.core.list_insert(this._address, place, item);
    objects.unlend(value, item);
    this.#must(status);
  }

  /** Removes the item at `index`, the last by default, and returns it. @throws {IndexError} where there is none. */
  pop(index = -1): Value {
    const place = this.indexOfItem(index);
    return this._objects.take(this._objects.core.list_pop(this._address, place) >>> 0);
  }

  /**
   * Removes the item at `from`; with `to`, all from `from` up to it, as `del list[from:to]`.
   *
   * @throws {IndexError} without `to`, where there is none.
   */
  delete(from: number, to?: number): void {
    const first = to === undefined ? this.indexOfItem(from) : this.#boundary(from, "from");
    const end = to === undefined ? first + 1 : this.#boundary(to, "to");
    if (first < end) this._objects.core.list_delete(this._address, first, end);
  }

  clear(): void {
    this._objects.core.list_clear(this._alive());
  }

  /** A place between items, from 0 to the length, as Python's slices have it. */
  #boundary(index: number, argument: string): number {
    const { length } = this;
    if (typeof index !== "number" || Math.trunc(index) !== index) {
      throw new InvalidArgumentError(argument, index, "an integer");
    }
    return index < 0 ? Math.max(index + length, 0) : Math.min(index, length);
  }

  #must(status: number): void {
    if (status === 0) throw this._objects.outOfMemory((this.length + 1) * REFERENCE_SIZE);
  }
}

/** Appends an int where the number is one, else a float, with one call where that can be. @returns the call's status. */
export function appendNumber(objects: ObjectHeap, list: Address, value: number): number {
  const { core } = objects;
  if (!Number.isSafeInteger(value) || Object.is(value, -0)) return core.list_append_f64(list, value);
  const whole = value | 0;
  if (whole === value) return core.list_append_i32(list, whole);
  const item = boxInteger(objects, value);
  const status = core.list_append(list, item);
  core.decref(item);
  return status;
}

/** A new list of the values. @throws {MemoryError} */
export function newList(objects: ObjectHeap, values?: Iterable<unknown>): ListHandle {
  objects.collectIfDue();
  const items = steady(objects, values);
  const capacity = isIndexed(items) ? capacityFor(items) : 0;
  const address = objects.core.list_new(capacity);
  const list = objects.adoptNew<ListHandle>(address, LIST_SIZE + capacity * REFERENCE_SIZE);
  if (items === undefined) return list;
  try {
    list.extend(items);
  } catch (error) {
    list.dispose();
    throw error;
  }
  return list;
}

/** Whether it is an array or a typed array: faster by index than iterated over. */
function isIndexed(values: unknown): values is ArrayLike<unknown> {
  return Array.isArray(values) || (ArrayBuffer.isView(values) && !(values instanceof DataView));
}

function itemCount(values: ArrayLike<unknown>): number {
  return ArrayBuffer.isView(values) ? elementCount(values) : values.length;
}

/** Room that is made beforehand: a proxy of an array may tell any length. */
export function capacityFor(values: ArrayLike<unknown>): number {
  const count = itemCount(values);
  return isU32(count) ? count : 0;
}

/** A copy of a view of the heap's own memory, which is empty once that has grown; anything else as it is. */
function steady<Values>(objects: ObjectHeap, values: Values): Values {
  if (!ArrayBuffer.isView(values) || bufferBehind(values) !== objects.memory.memory.buffer) return values;
  return Array.from(values as unknown as ArrayLike<number>) as Values;
}

/** @throws {InvalidArgumentError} if the values can't be iterated over. */
export function iterable<T>(values: Iterable<T>, argument = "values"): Iterable<T> {
  if (typeof values?.[Symbol.iterator] !== "function") {
    throw new InvalidArgumentError(argument, values, "iterable");
  }
  return values;
}
