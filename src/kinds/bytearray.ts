// src/kinds/bytearray.ts: Python's bytearray: bytes that can be changed, and their number too.

import { BYTEARRAY_BUFFER, BYTEARRAY_LENGTH, BYTEARRAY_SIZE } from "../../assembly/object-layout.js";
import { checkBytes, elementCount, isU32 } from "../arguments.js";
import { IndexError, InvalidArgumentError } from "../errors.js";
import { Handle } from "../objects/handle.js";
import type { ObjectHeap } from "../objects/object-heap.js";
import { outsideOf } from "../views.js";

const LENGTH_MAX = 2 ** 32 - 1;

export class BytearrayHandle extends Handle implements Iterable<number> {
  /** The bytes, in place; good until the heap allocates or the length changes, so ask again rather than keep it. */
  get bytes(): Uint8Array {
    const bytearray = this._alive();
    const { u8, u32 } = this._objects.fresh();
    const start = u32[(bytearray + BYTEARRAY_BUFFER) >>> 2]!;
    return u8.subarray(start, start + u32[(bytearray + BYTEARRAY_LENGTH) >>> 2]!);
  }

  get length(): number {
    const bytearray = this._alive();
    return this._objects.fresh().u32[(bytearray + BYTEARRAY_LENGTH) >>> 2]!;
  }

  /** The byte at `index`, counted from the end if negative. @throws {IndexError} where there is none. */
  get(index: number): number {
    return this.bytes[this.#place(index)]!;
  }

  /** @throws as get; {InvalidArgumentError} if `byte` is none. */
  set(index: number, byte: number): void {
    const place = this.#place(index);
    if (typeof byte !== "number" || (byte & 0xff) !== byte)
      throw new InvalidArgumentError("byte", byte, "an integer from 0 to 255");
    this.bytes[place] = byte;
  }

  /** Changes the number of bytes; new ones, at the end, are 0. @throws {MemoryError} */
  resize(length: number): void {
    const bytearray = this._alive();
    checkLength(length);
    if (this._objects.core.bytearray_resize(bytearray, length) === 0) throw this._objects.outOfMemory(length);
  }

  /** Adds bytes at the end. @throws {MemoryError} */
  extend(bytes: Uint8Array): void {
    checkBytes("bytes", bytes);
    const { length } = this;
    const copy = new Uint8Array(bytes); // they may be this bytearray's own, which moves
    this.resize(length + copy.length);
    this.bytes.set(copy, length);
  }

  /** The bytes as they are now. */
  [Symbol.iterator](): IterableIterator<number> {
    return this.bytes.slice().values();
  }

  #place(index: number): number {
    if (!Number.isInteger(index)) throw new InvalidArgumentError("index", index, "an integer");
    const { length } = this;
    if (index >= length || index < -length) throw new IndexError(index, length, this.typeName);
    return index < 0 ? index + length : index;
  }
}

/** A new bytearray of so many zeros, or with a copy of the bytes. @throws {MemoryError} */
export function newBytearray(objects: ObjectHeap, content: number | Uint8Array): BytearrayHandle {
  if (typeof content !== "number") checkBytes("content", content);
  const length = typeof content === "number" ? content : elementCount(content);
  checkLength(length);
  const bytes = typeof content === "number" ? undefined : outsideOf(objects.memory.memory, content);
  const address = objects.core.bytearray_new(length);
  const bytearray = objects.adoptNew<BytearrayHandle>(address, BYTEARRAY_SIZE + length);
  if (bytes !== undefined) bytearray.bytes.set(bytes);
  return bytearray;
}

function checkLength(length: number): void {
  if (!isU32(length)) {
    throw new InvalidArgumentError("length", length, `an integer from 0 to ${LENGTH_MAX}`);
  }
}
