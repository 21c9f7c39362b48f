// assembly/kinds/struct.ts: structs: records of a type that the user has declared.
// Not here: the types (type.ts).

import { ObjectHeader } from "../object";
import { OBJECT_HEADER_SIZE } from "../object-layout";
import { Reference } from "../refcount";
import { Type } from "../type";

/** A new struct, its references unset, its scalars zero. */
export function struct_new(type: u32): usize {
  const size = <usize>Type.at(type).size;
  const o = ObjectHeader.newContainer(type, size);
  if (o) {
    const end = o + size;
    for (let address = o + OBJECT_HEADER_SIZE; address < end; address += 8) store<u64>(address, 0); // blocks are multiples of 8
  }
  return o;
}

/** `count` new structs, their addresses written to `out`. 0, and none made, when memory can't grow; 1 otherwise. */
export function struct_new_many(type: u32, count: u32, out: usize): i32 {
  for (let i: u32 = 0; i < count; i++) {
    const o = struct_new(type);
    if (!o) {
      while (i) {
        i -= 1;
        Reference.drop(load<usize>(out + ((<usize>i) << 2)));
      }
      return 0;
    }
    store<usize>(out + ((<usize>i) << 2), o);
  }
  return 1;
}

/** Puts `value`, or 0 for unset, into the reference field at `offset`. */
export function struct_set(o: usize, offset: u32, value: usize): void {
  Reference.replace(o + offset, value);
}
