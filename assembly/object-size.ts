// assembly/object-size.ts: bytes that an object holds, its block and the parts it keeps elsewhere: sys.getsizeof.
// In units of ALIGNMENT, which is exact for what lies in pools; a large block may be one unit larger.

import { KindBlock } from "./kind-block";
import { List } from "./kinds/list";
import { Table } from "./kinds/table";
import { ALIGNMENT, SMALL_REQUEST_MAX } from "./layout";
import { blockSize, ObjectHeader } from "./object";
import {
  BYTEARRAY_BUFFER,
  BYTEARRAY_LENGTH,
  FLAG_SLACK_MASK,
  FLAG_SLACK_SHIFT,
  TUPLE_ITEMS,
  TUPLE_LENGTH,
  TYPE_BYTEARRAY,
  TYPE_BYTES,
  TYPE_DICT,
  TYPE_LIST,
  TYPE_SET,
  TYPE_STR,
  TYPE_STRUCT_FIRST,
  TYPE_TUPLE,
} from "./object-layout";
import { Type } from "./type";

function rounded(size: u32): u32 {
  return (size + (ALIGNMENT - 1)) & -ALIGNMENT;
}

/** Bytes that the object at `o`, alive, holds. */
export function get_size(o: usize): u32 {
  const header = ObjectHeader.at(o);
  const type = <u32>header.type;
  const block = blockSize(o);
  if (type == TYPE_LIST) return block + rounded(List.at(o).capacity << 2);
  if (type == TYPE_DICT || type == TYPE_SET) {
    const table = Table.at(o);
    return block + (table.buffer ? rounded(Table.bufferSize(table.log2, table.entryLog2)) : 0);
  }
  if (type == TYPE_BYTEARRAY) return block + bytearraySize(o);
  if (block <= <u32>SMALL_REQUEST_MAX) return block;
  if (type == TYPE_STR || type == TYPE_BYTES) {
    return rounded(block - ((header.flags & FLAG_SLACK_MASK) >> FLAG_SLACK_SHIFT));
  }
  if (type == TYPE_TUPLE) return rounded(TUPLE_ITEMS + (load<u32>(o, TUPLE_LENGTH) << 2));
  return type >= <u32>TYPE_STRUCT_FIRST ? rounded(Type.at(type).size) : block;
}

function bytearraySize(o: usize): u32 {
  const buffer = load<usize>(o, BYTEARRAY_BUFFER);
  if (!buffer) return 0;
  const capacity = KindBlock.usableSize(buffer);
  const needed = rounded(load<u32>(o, BYTEARRAY_LENGTH));
  return capacity > <u32>SMALL_REQUEST_MAX && capacity - needed <= <u32>ALIGNMENT ? needed : capacity;
}
