// assembly/kinds/tuple.ts: tuple: items behind the header, never changed.

import { ObjectHeader } from "../object";
import { STATIC_EMPTY_TUPLE, TUPLE_ITEMS, TUPLE_LENGTH, TYPE_TUPLE } from "../object-layout";
import { staticAt } from "./atomic";

const LENGTH_MAX: u32 = u32.MAX_VALUE >> 3;

/** A new tuple of `count` objects, whose references it takes over; `items` is borrowed. The empty one is there once. */
export function tuple_from(items: usize, count: u32): usize {
  if (!count) return staticAt(STATIC_EMPTY_TUPLE);
  if (count > LENGTH_MAX) return 0;
  const bytes = (<usize>count) << 2;
  const o = ObjectHeader.newContainer(TYPE_TUPLE, <usize>TUPLE_ITEMS + bytes);
  if (!o) return 0;
  store<u32>(o, count, TUPLE_LENGTH);
  memory.copy(o + TUPLE_ITEMS, items, bytes);
  return o;
}
