// src/kinds/tuple.ts: Python's tuple.

import { REFERENCE_SIZE, TUPLE_ITEMS } from "../../assembly/object-layout.js";
import type { ObjectHeap } from "../objects/object-heap.js";
import type { Address } from "../views.js";
import { iterable } from "./list.js";
import { SequenceHandle } from "./sequence.js";

export class TupleHandle extends SequenceHandle {}

/** A new tuple of the values. @throws {MemoryError} */
export function newTuple(objects: ObjectHeap, values: Iterable<unknown>): TupleHandle {
  objects.collectIfDue();
  const items: Address[] = [];
  try {
    for (const value of iterable(values)) items.push(objects.box(value));
    return objects.adoptNew(tupleOf(objects, items), TUPLE_ITEMS + items.length * REFERENCE_SIZE);
  } catch (error) {
    if (!objects.isClosed) for (const item of items) objects.core.decref(item);
    throw error;
  }
}

/** A tuple that takes the references over, or 0 if there is no room. */
function tupleOf(objects: ObjectHeap, items: readonly Address[]): number {
  const { core } = objects;
  if (items.length === 0) return core.tuple_from(0, 0);
  const block = core.malloc(items.length * REFERENCE_SIZE) >>> 0;
  if (block === 0) return 0;
  objects.fresh().u32.set(items, block >>> 2);
  const tuple = core.tuple_from(block, items.length);
  core.free(block);
  return tuple;
}
