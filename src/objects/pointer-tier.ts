// src/objects/pointer-tier.ts: references on plain numbers, checked before anything is stored.

import { TYPE_TABLE_ADDRESS } from "../../assembly/layout.js";
import {
  REFERENCE_SIZE,
  RUN_SIZE,
  TYPE_FURTHER_RUNS,
  TYPE_RECORD_SIZE_LOG2,
  TYPE_RUN_COUNT,
  TYPE_RUN_OFFSET,
  TYPE_STRUCT_FIRST,
} from "../../assembly/object-layout.js";
import { errorOf, InvalidArgumentError, WrongTypeError } from "../errors.js";
import type { Address } from "../views.js";
import type { ObjectHeap } from "./object-heap.js";

/** Has the reference field at `offset` of a struct refer to another object; 0: to none. What it referred to is released. */
export function setReference(objects: ObjectHeap, object: Address, offset: number, value: Address): void {
  const type = objects.core.type_of(object);
  if (type < TYPE_STRUCT_FIRST) throw new WrongTypeError(object, "without fields; pass a struct's address");
  if (typeof offset !== "number" || !isReferenceField(objects, type, offset)) {
    throw new InvalidArgumentError(
      "offset",
      offset,
      `that of a reference field of ${objects.typeName(type)}`,
    );
  }
  const fault = value === 0 ? 0 : objects.core.object_fault(value);
  if (fault !== 0) throw errorOf(fault, value);
  objects.core.struct_set(object, offset, value);
}

function isReferenceField(objects: ObjectHeap, type: number, offset: number): boolean {
  const { u16, u32 } = objects.fresh();
  const record = u32[TYPE_TABLE_ADDRESS >>> 2]! + (type << TYPE_RECORD_SIZE_LOG2);
  const isIn = (first: number, count: number): boolean =>
    offset >= first && offset < first + count * REFERENCE_SIZE && (offset - first) % REFERENCE_SIZE === 0;
  if (isIn(u16[(record + TYPE_RUN_OFFSET) >>> 1]!, u16[(record + TYPE_RUN_COUNT) >>> 1]!)) return true;
  for (let run = u32[(record + TYPE_FURTHER_RUNS) >>> 2]!; run !== 0; run += RUN_SIZE) {
    const count = u16[(run >>> 1) + 1]!;
    if (count === 0) return false;
    if (isIn(u16[run >>> 1]!, count)) return true;
  }
  return false;
}
