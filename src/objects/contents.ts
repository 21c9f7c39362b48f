// src/objects/contents.ts: the references in lists, tuples, dicts and sets, as they lie in memory: borrowed addresses.
// Not here: values (sequence.ts, table.ts), the collector's view of it (gc.ts).

import {
  LIST_ITEMS,
  LIST_LENGTH,
  OBJECT_TYPE,
  TABLE_BUFFER,
  TABLE_COUNT,
  TABLE_USED,
  TUPLE_ITEMS,
  TUPLE_LENGTH,
  TYPE_DICT,
  TYPE_LIST,
} from "../../assembly/object-layout.js";
import type { Address } from "../views.js";
import type { ObjectHeap } from "./object-heap.js";

/** Number of items of the list or tuple. */
export function readLength(objects: ObjectHeap, sequence: Address): number {
  const { u16, u32 } = objects.fresh();
  const isList = u16[(sequence + OBJECT_TYPE) >>> 1] === TYPE_LIST;
  return u32[(sequence + (isList ? LIST_LENGTH : TUPLE_LENGTH)) >>> 2]!;
}

/** The item at an index that is known to be there. */
export function readItem(objects: ObjectHeap, sequence: Address, index: number): Address {
  const { u16, u32 } = objects.fresh();
  const isList = u16[(sequence + OBJECT_TYPE) >>> 1] === TYPE_LIST;
  const items = isList ? u32[(sequence + LIST_ITEMS) >>> 2]! : sequence + TUPLE_ITEMS;
  return u32[(items >>> 2) + index]!;
}

/** The items as they are now. */
export function readItems(objects: ObjectHeap, sequence: Address): Uint32Array {
  const { u16, u32 } = objects.fresh();
  const isList = u16[(sequence + OBJECT_TYPE) >>> 1] === TYPE_LIST;
  const items = isList ? u32[(sequence + LIST_ITEMS) >>> 2]! : sequence + TUPLE_ITEMS;
  return u32.slice(items >>> 2, (items >>> 2) + readLength(objects, sequence));
}

/** Number of entries of the dict or set. */
export function readCount(objects: ObjectHeap, table: Address): number {
  return objects.fresh().u32[(table + TABLE_COUNT) >>> 2]!;
}

/** Keys and values in the order of insertion; a set's values are 0. Live: what is changed meanwhile is seen, if ahead. */
export function* readEntries(objects: ObjectHeap, table: Address): Generator<[key: Address, value: Address]> {
  for (let index = 0; ; index += 1) {
    const { u16, u32 } = objects.fresh();
    if (index >= u32[(table + TABLE_USED) >>> 2]!) return;
    const isDict = u16[(table + OBJECT_TYPE) >>> 1] === TYPE_DICT;
    const entry = (u32[(table + TABLE_BUFFER) >>> 2]! >>> 2) + (isDict ? 2 * index : index);
    const key = u32[entry]!;
    if (key !== 0) yield [key, isDict ? u32[entry + 1]! : 0];
  }
}
