// src/kinds/sequence.ts: what lists and tuples have in common: items by index, from either end as in Python.

import { IndexError, InvalidArgumentError } from "../errors.js";
import { readItem, readLength } from "../objects/contents.js";
import { Handle } from "../objects/handle.js";
import type { Value } from "../objects/object-heap.js";
import type { Address } from "../views.js";

export abstract class SequenceHandle extends Handle implements Iterable<Value> {
  get length(): number {
    return readLength(this._objects, this._alive());
  }

  /** The item at `index`, counted from the end if negative. @throws {IndexError} where there is none. */
  get(index: number): Value {
    return this._objects.unbox(this.addressAt(index));
  }

  /** As get, but undefined where there is none. */
  at(index: number): Value | undefined {
    if (typeof index !== "number") throw new InvalidArgumentError("index", index, "an integer");
    const { length } = this;
    return index >= length || index < -length ? undefined : this.get(index);
  }

  /** The item's object, for the pointer tier: borrowed, good while it lives. @throws as get. */
  addressAt(index: number): Address {
    return readItem(this._objects, this._alive(), this.indexOfItem(index));
  }

  /** The items, one after the other, as the sequence is when each is asked for. */
  *[Symbol.iterator](): IterableIterator<Value> {
    for (let index = 0; index < this.length; index += 1) yield this.get(index);
  }

  /** `index` from 0 on. @throws {IndexError} */
  protected indexOfItem(index: number): number {
    if (!Number.isInteger(index)) throw new InvalidArgumentError("index", index, "an integer");
    const { length } = this;
    if (index >= length || index < -length) throw new IndexError(index, length, this.typeName);
    return index < 0 ? index + length : index;
  }
}
