// assembly/verify-objects.ts: walks all container objects, and the tables that find objects, and finds the first broken rule.
// Not here: the rules of one structure, which stand with it; refcounts against the references that there are.

import { Arena } from "./arena";
import { Chunk } from "./chunk";
import { ChunkHeap } from "./chunk-heap";
import { Containers } from "./containers";
import { List } from "./kinds/list";
import { Table } from "./kinds/table";
import {
  COLLECTOR_ADDRESS,
  HEAP_ADDRESS,
  INTERNED_TABLE_ADDRESS,
  RULE_OBJECT_HEADER,
  RULE_OBJECT_REFERENCE,
  RULE_OBJECT_TABLE,
  STATICS_ADDRESS,
  TYPE_COUNT_ADDRESS,
  WEAKREF_TABLE_ADDRESS,
} from "./layout";
import { blockSize, ObjectHeader, object_fault } from "./object";
import {
  COLLECTOR_LARGE,
  OBJECT_HEADER_SIZE,
  REFCOUNT_IMMORTAL,
  TUPLE_ITEMS,
  TUPLE_LENGTH,
  TYPE_DICT,
  TYPE_LIST,
  TYPE_NONE,
  TYPE_PROXY,
  TYPE_SET,
  TYPE_STRUCT_FIRST,
  TYPE_TUPLE,
  TYPE_WEAKREF,
} from "./object-layout";
import { ObjectTable } from "./object-table";
import { References } from "./references";
import { broken } from "./rule";
import { Type } from "./type";
import { Weakref } from "./weakref-list";

/** The first broken rule of the objects, or 0; the allocator's rules hold. O(heap). */
export function verifyObjects(): i32 {
  Containers.open();
  for (let o = Containers.next(); o; o = Containers.next()) {
    // without the immortal objects there are no others
    const isOfKind = load<usize>(STATICS_ADDRESS) != 0 && isKnown(o) && ObjectHeader.at(o).isContainer;
    const rule = isOfKind ? verifyKind(o) : broken(RULE_OBJECT_HEADER, o);
    if (rule) return rule;
    References.open(o);
    for (let target = References.next(); target; target = References.next()) {
      if (object_fault(target) || !isWhereItBelongs(target)) return broken(RULE_OBJECT_REFERENCE, o);
    }
  }
  if (Containers.strange) return broken(RULE_OBJECT_HEADER, Containers.strange);
  const strange = strangeChunk();
  if (strange) return broken(RULE_OBJECT_HEADER, strange);
  let rule = verifyTable(WEAKREF_TABLE_ADDRESS);
  if (!rule) rule = verifyTable(INTERNED_TABLE_ADDRESS);
  return rule ? rule : verifyTable(COLLECTOR_ADDRESS + COLLECTOR_LARGE);
}

/** Every slot holds a live object, which is found by its key; the count is right. Returns 0 or a rule. O(slots). */
function verifyTable(address: usize): i32 {
  const table = ObjectTable.at(address);
  if (!table.slots) return table.count ? broken(RULE_OBJECT_TABLE, address) : 0;
  let count: u32 = 0;
  for (let index: u32 = 0; index < table.slotCount; index++) {
    const o = load<usize>(table.slotAt(index));
    if (!o) continue;
    count += 1;
    if (object_fault(o)) return broken(RULE_OBJECT_TABLE, address);
    let slot = table.find(table.keyOf(o));
    while (slot && load<usize>(slot) != o) slot = table.find(table.keyOf(o), slot);
    if (!slot) return broken(RULE_OBJECT_TABLE, address);
  }
  return count == table.count ? 0 : broken(RULE_OBJECT_TABLE, address);
}

/** A chunk flagged as an object, atomic or a container, that holds none of that sort; 0 if there is none. */
function strangeChunk(): usize {
  for (let chunk = Chunk.at(HEAP_ADDRESS); chunk.address < ChunkHeap.top; chunk = chunk.following) {
    if (!chunk.isObject) continue;
    const o = chunk.payload;
    const isThere = load<usize>(STATICS_ADDRESS) != 0 && isKnown(o);
    if (!isThere || ObjectHeader.at(o).isContainer != chunk.isContainer) return o;
  }
  return 0;
}

/** Whether the object's type is one that there is. */
function isKnown(o: usize): bool {
  const type = <i32>ObjectHeader.at(o).type;
  return (
    (type >= TYPE_NONE && type <= TYPE_PROXY) ||
    (type >= TYPE_STRUCT_FIRST && type < load<i32>(TYPE_COUNT_ADDRESS))
  );
}

/** Whether the object lies among its kind, containers or atomic ones. */
function isWhereItBelongs(o: usize): bool {
  if (!isKnown(o)) return false;
  const isContainer = ObjectHeader.at(o).isContainer;
  if (Arena.holds(o)) return Arena.poolOf(o).isOfContainers == isContainer;
  const isStatic = ObjectHeader.at(o).refcount == <u32>REFCOUNT_IMMORTAL;
  return isStatic || Chunk.ofPayload(o).isContainer == isContainer;
}

function verifyKind(o: usize): i32 {
  const type = <i32>ObjectHeader.at(o).type;
  if (type == TYPE_LIST) return List.at(o).verify();
  if (type == TYPE_DICT || type == TYPE_SET) return Table.at(o).verify();
  if (type == TYPE_WEAKREF || type == TYPE_PROXY) return Weakref.at(o).verify();
  let size: u64 = OBJECT_HEADER_SIZE;
  if (type == TYPE_TUPLE) size = TUPLE_ITEMS + ((<u64>load<u32>(o, TUPLE_LENGTH)) << 2);
  else if (type >= TYPE_STRUCT_FIRST) size = Type.at(type).size;
  return size <= <u64>blockSize(o) ? 0 : broken(RULE_OBJECT_HEADER, o);
}
