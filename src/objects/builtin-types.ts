// src/objects/builtin-types.ts: Python's own types: their names, and the class of their handles.
// Not here: types that modules bring along (struct.ts, weakref.ts).

import {
  TYPE_BOOL,
  TYPE_BYTEARRAY,
  TYPE_BYTES,
  TYPE_DICT,
  TYPE_FLOAT,
  TYPE_HOST,
  TYPE_INT,
  TYPE_LIST,
  TYPE_NONE,
  TYPE_SET,
  TYPE_STR,
  TYPE_TUPLE,
} from "../../assembly/object-layout.js";
import { BytearrayHandle } from "../kinds/bytearray.js";
import { DictHandle } from "../kinds/dict.js";
import { ListHandle } from "../kinds/list.js";
import { ScalarHandle } from "../kinds/scalar.js";
import { SetHandle } from "../kinds/set.js";
import { TupleHandle } from "../kinds/tuple.js";
import type { HandleClass, ObjectHeap } from "./object-heap.js";

const TYPES: readonly (readonly [typeId: number, name: string, handleClass: HandleClass])[] = [
  [TYPE_NONE, "NoneType", ScalarHandle],
  [TYPE_BOOL, "bool", ScalarHandle],
  [TYPE_INT, "int", ScalarHandle],
  [TYPE_FLOAT, "float", ScalarHandle],
  [TYPE_STR, "str", ScalarHandle],
  [TYPE_BYTES, "bytes", ScalarHandle],
  [TYPE_HOST, "host", ScalarHandle],
  [TYPE_BYTEARRAY, "bytearray", BytearrayHandle],
  [TYPE_TUPLE, "tuple", TupleHandle],
  [TYPE_LIST, "list", ListHandle],
  [TYPE_DICT, "dict", DictHandle],
  [TYPE_SET, "set", SetHandle],
];

export function registerBuiltinTypes(objects: ObjectHeap): void {
  for (const [typeId, name, handleClass] of TYPES) objects.registerType(typeId, { name, handleClass });
}
