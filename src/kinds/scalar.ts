// src/kinds/scalar.ts: a handle of a scalar: None, bool, int, float, str, bytes, a host value. Elsewhere scalars come out as values.

import { checkBytes } from "../arguments.js";
import { InvalidArgumentError } from "../errors.js";
import { boxBigint, boxBytes, boxFloat, boxInteger, boxScalar, unboxScalar } from "../objects/box.js";
import { Handle } from "../objects/handle.js";
import type { ObjectHeap } from "../objects/object-heap.js";

export class ScalarHandle<T = unknown> extends Handle {
  /** JavaScript's value: of an int a number where that is exact, else a bigint; of bytes a copy. */
  get value(): T {
    return unboxScalar(this._objects, this._alive() >>> 0) as T;
  }
}

/** @throws {InvalidArgumentError} if the number has a fraction, or is too large to be exact. */
export function newInt(objects: ObjectHeap, value: number | bigint): ScalarHandle<number | bigint> {
  if (typeof value !== "bigint" && !Number.isSafeInteger(value)) {
    throw new InvalidArgumentError("value", value, "a safe integer, or a bigint");
  }
  const address = typeof value === "bigint" ? boxBigint(objects, value) : boxInteger(objects, value);
  return objects.adopt(address) as ScalarHandle<number | bigint>;
}

export function newFloat(objects: ObjectHeap, value: number): ScalarHandle<number> {
  if (typeof value !== "number") throw new InvalidArgumentError("value", value, "a number");
  return objects.adopt(boxFloat(objects, value)) as ScalarHandle<number>;
}

export function newStr(objects: ObjectHeap, value: string): ScalarHandle<string> {
  if (typeof value !== "string") throw new InvalidArgumentError("value", value, "a string");
  return objects.adopt(boxScalar(objects, value, "value")) as ScalarHandle<string>;
}

export function newBytes(objects: ObjectHeap, value: Uint8Array): ScalarHandle<Uint8Array> {
  checkBytes("value", value);
  return objects.adopt(boxBytes(objects, value)) as ScalarHandle<Uint8Array>;
}
