// src/objects/box.ts: scalars into objects and out of them: None, bool, int, float, str, bytes, host values.
// Not here: handles, which are values already (object-heap.ts), containers (from-js.ts, to-js.ts), characters (text.ts).

import {
  BYTES_CONTENT,
  FLAG_BIG,
  FLOAT_VALUE,
  INT_WORDS,
  OBJECT_FLAGS,
  OBJECT_TYPE,
  SMALL_INT_COUNT,
  SMALL_INT_NEGATIVE_COUNT,
  STATIC_FALSE,
  STATIC_NONE,
  STATIC_SMALL_INTS,
  STATIC_STRIDE,
  STATIC_TRUE,
  TYPE_BOOL,
  TYPE_BYTES,
  TYPE_FLOAT,
  TYPE_HOST,
  TYPE_INT,
  TYPE_NONE,
  TYPE_STR,
} from "../../assembly/object-layout.js";
import { elementCount, isBytes } from "../arguments.js";
import { InvalidArgumentError } from "../errors.js";
import { type Address, outsideOf } from "../views.js";
import type { ObjectHeap } from "./object-heap.js";
import { readText, writeText } from "./text.js";

const WORD_BITS = 64;
const WORD_BYTES = 8;

/**
 * A new reference to an object of a scalar, or to the object that something stands for.
 *
 * @throws {InvalidArgumentError} if the value is none.
 */
export function boxScalar(objects: ObjectHeap, value: unknown, argument: string): Address {
  switch (typeof value) {
    case "number":
      return boxNumber(objects, value);
    case "string":
      return writeText(objects, value);
    case "boolean":
      return objects.statics + (value ? STATIC_TRUE : STATIC_FALSE);
    case "bigint":
      return boxBigint(objects, value);
    case "undefined":
      return objects.statics + STATIC_NONE;
    default:
      if (value === null) return objects.statics + STATIC_NONE;
      return boxObject(objects, value as object, argument);
  }
}

function boxObject(objects: ObjectHeap, value: object, argument: string): Address {
  const handle = objects.standIns.get(value);
  if (handle !== undefined) return objects.box(handle, argument);
  if (isBytes(value)) return boxBytes(objects, value);
  throw new InvalidArgumentError(
    argument,
    value,
    "null, a boolean, number, bigint, string, Uint8Array or handle; heap.from() takes arrays, Maps, Sets and plain " +
      "objects, heap.host() anything",
  );
}

/** An int where the number is one, else a float. */
export function boxNumber(objects: ObjectHeap, value: number): Address {
  return Number.isSafeInteger(value) && !Object.is(value, -0)
    ? boxInteger(objects, value)
    : boxFloat(objects, value);
}

/** @param value - a safe integer. */
export function boxInteger(objects: ObjectHeap, value: number): Address {
  const small = value + SMALL_INT_NEGATIVE_COUNT;
  if (small >= 0 && small < SMALL_INT_COUNT) {
    return objects.statics + STATIC_SMALL_INTS + small * STATIC_STRIDE;
  }
  const { core } = objects;
  const low = value | 0;
  const address = low === value ? core.int_from_i32(low) : core.int_new(low, Math.floor(value / 2 ** 32));
  return made(objects, address, INT_WORDS + WORD_BYTES);
}

export function boxFloat(objects: ObjectHeap, value: number): Address {
  return made(objects, objects.core.float_new(value), FLOAT_VALUE + WORD_BYTES);
}

export function boxBigint(objects: ObjectHeap, value: bigint): Address {
  const { core } = objects;
  if (BigInt.asIntN(WORD_BITS, value) === value) {
    const asNumber = Number(value);
    if (Number.isSafeInteger(asNumber)) return boxInteger(objects, asNumber);
    const high = Number(BigInt.asIntN(32, value >> 32n));
    return made(objects, core.int_new(Number(BigInt.asIntN(32, value)), high), INT_WORDS + WORD_BYTES);
  }
  const digits = (value < 0n ? ~value : value).toString(16);
  // a bit for the sign besides those of the digits
  const bits = 4 * (digits.length - 1) + (32 - Math.clz32(Number.parseInt(digits[0]!, 16))) + 1;
  const words = Math.ceil(bits / WORD_BITS);
  const address = made(objects, core.int_alloc(words), INT_WORDS + words * WORD_BYTES);
  writeWords(objects, address, digits, value < 0n);
  return address;
}

/** Fills an int from the hexadecimal digits of the number, or of its complement. O(digits), which shifts would not be. */
function writeWords(objects: ObjectHeap, address: Address, digits: string, isNegative: boolean): void {
  const words = objects.core.int_words(address);
  const { u32 } = objects.fresh();
  const first = (address + INT_WORDS) >>> 2;
  for (let half = 0; half < 2 * words; half += 1) {
    const end = digits.length - 8 * half;
    const part = end > 0 ? Number.parseInt(digits.slice(Math.max(end - 8, 0), end), 16) : 0;
    u32[first + half] = isNegative ? ~part : part;
  }
}

function readWords(objects: ObjectHeap, address: Address): bigint {
  const words = objects.core.int_words(address);
  const { u32 } = objects.fresh();
  const first = (address + INT_WORDS) >>> 2;
  const isNegative = u32[first + 2 * words - 1]! >>> 31 === 1;
  let digits = "";
  for (let half = 2 * words - 1; half >= 0; half -= 1) {
    const part = u32[first + half]!;
    digits += ((isNegative ? ~part : part) >>> 0).toString(16).padStart(8, "0");
  }
  const magnitude = BigInt(`0x${digits}`);
  return isNegative ? ~magnitude : magnitude;
}

export function boxBytes(objects: ObjectHeap, value: Uint8Array): Address {
  const length = elementCount(value);
  const content = outsideOf(objects.memory.memory, value);
  const address = made(objects, objects.core.bytes_alloc(length), BYTES_CONTENT + length);
  if (length > 0) objects.fresh().u8.set(content, address + BYTES_CONTENT); // the empty one is shared
  return address;
}

function made(objects: ObjectHeap, address: number, bytes: number): Address {
  if (address === 0) throw objects.outOfMemory(bytes);
  return address >>> 0;
}

/** What unboxScalar gives for a container, struct, weak reference or bytearray. */
export const NO_SCALAR: unique symbol = Symbol("no scalar");

/** The value of a scalar; of a host object, JavaScript's own. */
export function unboxScalar(
  objects: ObjectHeap,
  address: Address,
): null | boolean | number | bigint | string | Uint8Array | typeof NO_SCALAR {
  const views = objects.fresh();
  switch (views.u16[(address + OBJECT_TYPE) >>> 1]) {
    case TYPE_INT:
      if (views.u16[(address + OBJECT_FLAGS) >>> 1]! & FLAG_BIG) return readWords(objects, address);
      return readInteger(objects, address);
    case TYPE_FLOAT:
      return views.f64[(address + FLOAT_VALUE) >>> 3]!;
    case TYPE_STR:
      return readText(objects, address);
    case TYPE_NONE:
      return null;
    case TYPE_BOOL:
      return address - objects.statics === STATIC_TRUE;
    case TYPE_BYTES: {
      const start = address + BYTES_CONTENT;
      return new Uint8Array(views.u8.subarray(start, start + (objects.core.bytes_length(address) >>> 0)));
    }
    case TYPE_HOST:
      return objects.hostValues.at(address) as null;
    default:
      return NO_SCALAR;
  }
}

function readInteger(objects: ObjectHeap, address: Address): number | bigint {
  const { i32, u32, i64 } = objects.fresh();
  const value = i32[(address + INT_WORDS + 4) >>> 2]! * 2 ** 32 + u32[(address + INT_WORDS) >>> 2]!;
  return Number.isSafeInteger(value) ? value : i64[(address + INT_WORDS) >>> 3]!;
}
