// src/inspect/object-references.ts: what an object refers to, each reference with its name: a field, an index, a key.
// Not here: which objects there are (heap-graph.ts).

import {
  DICT_ENTRY_SIZE,
  LIST_ITEMS,
  LIST_LENGTH,
  REFERENCE_SIZE,
  TABLE_BUFFER,
  TABLE_USED,
  TUPLE_ITEMS,
  TUPLE_LENGTH,
  TYPE_DICT,
  TYPE_LIST,
  TYPE_PROXY,
  TYPE_SET,
  TYPE_STRUCT_FIRST,
  TYPE_TUPLE,
  TYPE_WEAKREF,
  WEAKREF_CALLBACK,
  WEAKREF_REFERENT,
} from "../../assembly/object-layout.js";
import type { ObjectHeap } from "../objects/object-heap.js";
import type { Address } from "../views.js";

/** What is told of references, one call each; the object at `target` is borrowed. */
export interface ReferenceVisitor {
  /** By a number: of an item, or of a set's member in its table. */
  item(index: number, target: Address): void;
  /** By a name: of a struct's field, or a weak reference's callback. */
  field(name: string, target: Address): void;
  /** The key of a dict's entry. */
  key(target: Address): void;
  /** The value of a dict's entry. */
  value(key: Address, target: Address): void;
  /** What is referred to without being kept alive. */
  weak(name: string, target: Address): void;
}

/** Tells `visitor` of all references of the object at `address`, in order. Nothing may be made or released meanwhile. */
export function visitReferences(
  objects: ObjectHeap,
  address: Address,
  type: number,
  visitor: ReferenceVisitor,
): void {
  const { u32 } = objects.fresh();
  const at = (offset: number): number => u32[(address + offset) >>> 2]!;
  const items = (start: Address, count: number): void => {
    for (let index = 0; index < count; index += 1) {
      const target = u32[(start + index * REFERENCE_SIZE) >>> 2]!;
      if (target !== 0) visitor.item(index, target);
    }
  };
  const field = (name: string, offset: number): void => {
    const target = at(offset);
    if (target !== 0) visitor.field(name, target);
  };
  if (type >= TYPE_STRUCT_FIRST) {
    for (const { name, offset } of objects.hooksOf(type)?.references ?? []) field(name, offset);
    return;
  }
  switch (type) {
    case TYPE_LIST:
      items(at(LIST_ITEMS), at(LIST_LENGTH));
      break;
    case TYPE_TUPLE:
      items(address + TUPLE_ITEMS, at(TUPLE_LENGTH));
      break;
    case TYPE_SET:
      items(at(TABLE_BUFFER), at(TABLE_USED));
      break;
    case TYPE_DICT:
      for (let index = 0; index < at(TABLE_USED); index += 1) {
        const entry = (at(TABLE_BUFFER) + index * DICT_ENTRY_SIZE) >>> 2;
        const key = u32[entry]!;
        if (key === 0) continue;
        visitor.key(key);
        visitor.value(key, u32[entry + 1]!);
      }
      break;
    case TYPE_WEAKREF:
    case TYPE_PROXY: {
      field("callback", WEAKREF_CALLBACK);
      const referent = at(WEAKREF_REFERENT);
      if (referent !== 0) visitor.weak("referent", referent);
      break;
    }
  }
}
