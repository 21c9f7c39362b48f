// assembly/kinds/list.ts: list: items in a buffer that grows ahead of need.
// Source: CPython Objects/listobject.c: list_resize's growth, and the order in which items are released: detached first, then last to first.

import { Suspects } from "../cycles/suspects";
import { KindBlock } from "../kind-block";
import { RULE_LIST } from "../layout";
import { ObjectHeader } from "../object";
import {
  LIST_CAPACITY,
  LIST_ITEMS,
  LIST_LENGTH,
  LIST_SIZE,
  OBJECT_HEADER_SIZE,
  TYPE_LIST,
} from "../object-layout";
import { Reference } from "../refcount";
import { broken } from "../rule";
import { float_new, int_from_i32 } from "./atomic";

/** Drawn in object-layout.ts. */
@unmanaged
export class List extends ObjectHeader {
  /** Buffer of addresses; 0 while the capacity is 0. */
  items: usize;
  length: u32;
  capacity: u32;

  @inline static at(address: usize): List {
    return changetype<List>(address);
  }

  /** Address of an item's slot. */
  @inline slot(index: u32): usize {
    return this.items + ((<usize>index) << 2);
  }

  /** Sets the length; slots added are undefined, those taken off are forgotten. False, and nothing changed, when memory can't grow. */
  resize(length: u32): bool {
    const capacity = this.capacity;
    if (capacity >= length && length >= capacity >> 1) {
      this.length = length;
      return true;
    }
    let wanted: u64 = (<u64>length + (length >> 3) + 6) & ~3;
    if (<i64>length - <i64>this.length > <i64>wanted - <i64>length) wanted = (<u64>length + 3) & ~3;
    if (!length) wanted = 0;
    if (!this.reallocate(wanted) && capacity < length) return false; // a list that shrinks may keep its room
    this.length = length;
    return true;
  }

  /** Makes room for `count` items more. False, and nothing changed, when memory can't grow. */
  reserve(count: u32): bool {
    const needed = <u64>this.length + count;
    return needed <= <u64>this.capacity || this.reallocate(needed);
  }

  /** The items are in a buffer that has room for them. Returns 0 or a rule. */
  verify(): i32 {
    const isRoomy = this.items ? this.capacity <= KindBlock.usableSize(this.items) >> 2 : !this.capacity;
    return isRoomy && this.length <= this.capacity ? 0 : broken(RULE_LIST, changetype<usize>(this));
  }

  /** Gives the buffer room for `capacity` items. */
  private reallocate(capacity: u64): bool {
    if (!capacity) {
      KindBlock.givePart(this.items);
      this.items = 0;
    } else {
      if (capacity > <u64>(u32.MAX_VALUE >> 3)) return false;
      const items = KindBlock.resizePart(this.items, (<usize>capacity) << 2);
      if (!items) return false;
      this.items = items;
    }
    this.capacity = <u32>capacity;
    return true;
  }
}

if (offsetof<List>("items") != LIST_ITEMS) ERROR("object-layout.ts: LIST_ITEMS");
if (offsetof<List>("length") != LIST_LENGTH) ERROR("object-layout.ts: LIST_LENGTH");
if (offsetof<List>("capacity") != LIST_CAPACITY) ERROR("object-layout.ts: LIST_CAPACITY");
if (((<i32>offsetof<List>() + OBJECT_HEADER_SIZE - 1) & -OBJECT_HEADER_SIZE) != LIST_SIZE)
  ERROR("object-layout.ts: LIST_SIZE");

/** A new, empty list with room for `capacity` items. */
export function list_new(capacity: u32): usize {
  let items: usize = 0;
  if (capacity) {
    if (capacity > u32.MAX_VALUE >> 3) return 0;
    items = KindBlock.takePart((<usize>capacity) << 2);
    if (!items) return 0;
  }
  const list = List.at(ObjectHeader.newContainer(TYPE_LIST, LIST_SIZE));
  if (!list) {
    if (items) KindBlock.givePart(items);
    return 0;
  }
  list.items = items;
  list.length = 0;
  list.capacity = capacity;
  return changetype<usize>(list);
}

/** A new list of `count` objects, whose references it takes over; `items` is borrowed. */
export function list_from(items: usize, count: u32): usize {
  const o = list_new(count);
  if (!o) return 0;
  const list = List.at(o);
  memory.copy(list.items, items, (<usize>count) << 2);
  list.length = count;
  return o;
}

/** Adds an object at the end. 0 when memory can't grow, 1 otherwise. */
export function list_append(o: usize, item: usize): i32 {
  if (!appendOwned(List.at(o), item)) return 0;
  Reference.take(item);
  return 1;
}

/** Adds an int at the end. */
export function list_append_i32(o: usize, value: i32): i32 {
  return appendNew(List.at(o), int_from_i32(value));
}

/** Adds a float at the end. */
export function list_append_f64(o: usize, value: f64): i32 {
  return appendNew(List.at(o), float_new(value));
}

function appendNew(list: List, item: usize): i32 {
  if (!item) return 0;
  if (appendOwned(list, item)) return 1;
  Reference.drop(item);
  return 0;
}

/** Adds an object, whose reference the list takes over. */
function appendOwned(list: List, item: usize): bool {
  const length = list.length;
  if (length < list.capacity) list.length = length + 1;
  else if (!list.resize(length + 1)) return false;
  store<usize>(list.slot(length), item);
  return true;
}

/** Puts an object before the item at `index`, from 0 to the length. */
export function list_insert(o: usize, index: u32, item: usize): i32 {
  const list = List.at(o);
  const length = list.length;
  if (!list.resize(length + 1)) return 0;
  memory.copy(list.slot(index + 1), list.slot(index), (<usize>(length - index)) << 2);
  store<usize>(list.slot(index), Reference.take(item));
  return 1;
}

/** Replaces the item at `index`. */
export function list_set(o: usize, index: u32, item: usize): void {
  Reference.replace(List.at(o).slot(index), item);
}

/** Takes the item at `index` out; its reference passes to the caller. */
export function list_pop(o: usize, index: u32): usize {
  const list = List.at(o);
  const item = load<usize>(list.slot(index));
  if (Suspects.isCount(load<u32>(item))) Suspects.clear(item); // its count tells nobody that it is held elsewhere now
  cut(list, index, index + 1);
  return item;
}

/** Closes the gap of the slots from `from` to `to`, whose references somebody else has by now. */
function cut(list: List, from: u32, to: u32): void {
  const length = list.length;
  memory.copy(list.slot(from), list.slot(to), (<usize>(length - to)) << 2);
  list.resize(length - (to - from));
}

/** Takes out the items from `from` to `to`. */
export function list_delete(o: usize, from: u32, to: u32): void {
  const list = List.at(o);
  if (from == to) return;
  if (!from && to == list.length) {
    list_clear(o);
    return;
  }
  const bytes = (<usize>(to - from)) << 2;
  const detached = KindBlock.takeBuffer(bytes);
  if (!detached) {
    // no room to detach them all: one by one; what dies may change the list meanwhile
    for (let index = to; index > from; index--) {
      if (index <= list.length) Reference.drop(list_pop(o, index - 1));
    }
    return;
  }
  memory.copy(detached, list.slot(from), bytes);
  cut(list, from, to);
  dropAll(detached, to - from);
}

/** Takes out all items. */
export function list_clear(o: usize): void {
  const list = List.at(o);
  const items = list.items;
  const length = list.length;
  if (!items) return;
  list.items = 0;
  list.length = 0;
  list.capacity = 0;
  dropAll(items, length);
}

/** Releases the references of a buffer that nobody else knows, last to first, then the buffer. */
function dropAll(buffer: usize, count: u32): void {
  for (let slot = buffer + ((<usize>count) << 2); slot != buffer; ) {
    slot -= 4;
    Reference.drop(load<usize>(slot));
  }
  KindBlock.givePart(buffer);
}
