// src/objects/to-js.ts: an object and all that it refers to as JavaScript values. A work list stands in for recursion: any depth
// will do, and what is shared or part of a cycle comes out so.

import {
  BYTEARRAY_BUFFER,
  BYTEARRAY_LENGTH,
  OBJECT_TYPE,
  TYPE_BYTEARRAY,
  TYPE_DICT,
  TYPE_LIST,
  TYPE_SET,
  TYPE_STR,
  TYPE_TUPLE,
} from "../../assembly/object-layout.js";
import type { Address } from "../views.js";
import { NO_SCALAR, unboxScalar } from "./box.js";
import { readEntries, readItems } from "./contents.js";
import type { ObjectHeap } from "./object-heap.js";

export interface ToJsOptions {
  /** "map": every dict becomes a Map; an object with keys that look like integers would list these first. */
  readonly dicts?: "object" | "map";
}

type Convert = (reference: Address) => unknown;

/** The object at `root` as JavaScript has it; see Handle.toJS. */
export function toJs(objects: ObjectHeap, root: Address, options: ToJsOptions): unknown {
  const made = new Map<Address, unknown>();
  const pending: (() => void)[] = [];
  const convert: Convert = (address) => {
    const scalar = unboxScalar(objects, address);
    if (scalar !== NO_SCALAR) return scalar;
    if (made.has(address)) return made.get(address);
    const { value, fill } = begin(objects, address, options, convert);
    made.set(address, value);
    if (fill !== undefined) pending.push(fill);
    return value;
  };
  const value = convert(root);
  for (let fill = pending.pop(); fill !== undefined; fill = pending.pop()) fill();
  return value;
}

/** A value that is empty so far, and what fills it. */
function begin(
  objects: ObjectHeap,
  address: Address,
  options: ToJsOptions,
  convert: Convert,
): { value: unknown; fill?: () => void } {
  const { u16, u32, u8 } = objects.fresh();
  const type = u16[(address + OBJECT_TYPE) >>> 1]!;
  switch (type) {
    case TYPE_LIST:
    case TYPE_TUPLE: {
      const value: unknown[] = [];
      const fill = (): void => {
        for (const item of readItems(objects, address)) value.push(convert(item));
      };
      return { value, fill };
    }
    case TYPE_DICT: {
      const isObject = options.dicts !== "map" && hasOnlyTextKeys(objects, address);
      return isObject ? beginObject(objects, address, convert) : beginMap(objects, address, convert);
    }
    case TYPE_SET: {
      const value = new Set<unknown>();
      const fill = (): void => {
        for (const [key] of readEntries(objects, address)) value.add(convert(key));
      };
      return { value, fill };
    }
    case TYPE_BYTEARRAY: {
      const start = u32[(address + BYTEARRAY_BUFFER) >>> 2]!;
      return { value: new Uint8Array(u8.subarray(start, start + u32[(address + BYTEARRAY_LENGTH) >>> 2]!)) };
    }
    default: {
      const expand = objects.hooksOf(type)?.expand;
      if (expand === undefined) return { value: objects.handleOf(address) };
      const value: Record<string, unknown> = {};
      return { value, fill: () => expand(address, value, convert) };
    }
  }
}

function beginObject(
  objects: ObjectHeap,
  address: Address,
  convert: Convert,
): { value: unknown; fill: () => void } {
  const value: Record<string, unknown> = {};
  const fill = (): void => {
    for (const [key, item] of readEntries(objects, address)) {
      const name = convert(key) as string;
      const entry = { value: convert(item), writable: true, enumerable: true, configurable: true };
      // a plain assignment to __proto__ would set the prototype
      if (name === "__proto__") Object.defineProperty(value, name, entry);
      else value[name] = entry.value;
    }
  };
  return { value, fill };
}

function beginMap(
  objects: ObjectHeap,
  address: Address,
  convert: Convert,
): { value: unknown; fill: () => void } {
  const value = new Map<unknown, unknown>();
  const fill = (): void => {
    for (const [key, item] of readEntries(objects, address)) value.set(convert(key), convert(item));
  };
  return { value, fill };
}

function hasOnlyTextKeys(objects: ObjectHeap, dict: Address): boolean {
  const { u16 } = objects.fresh();
  for (const [key] of readEntries(objects, dict)) {
    if (u16[(key + OBJECT_TYPE) >>> 1] !== TYPE_STR) return false;
  }
  return true;
}
