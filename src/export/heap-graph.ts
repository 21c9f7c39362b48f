// src/export/heap-graph.ts: all live objects of a heap, who refers to whom by which name, and who holds them from outside: taken in one go.
// Not here: one object's references (object-references.ts), the file (heap-snapshot.ts).

import { COLLECTOR_ADDRESS } from "../../assembly/layout.js";
import {
  COLLECTOR_GARBAGE,
  OBJECT_TYPE,
  REFCOUNT_IMMORTAL,
  STATIC_EMPTY_BYTES,
  STATIC_FALSE,
  STATIC_NONE,
  STATIC_STRIDE,
  STATIC_TRUE,
  STATICS_SIZE,
  TYPE_INT,
  TYPE_STR,
} from "../../assembly/object-layout.js";
import { readAtoms, readObjects } from "../heap-map.js";
import { AddressIndex, NO_NUMBER } from "../inspect/address-index.js";
import { previewOf, previewOfKey } from "../inspect/object-preview.js";
import { type ReferenceVisitor, visitReferences } from "../inspect/object-references.js";
import { U32List } from "../inspect/u32-list.js";
import { unboxScalar } from "../objects/box.js";
import type { Variables } from "../objects/namespace.js";
import type { ObjectHeap } from "../objects/object-heap.js";
import type { Address } from "../views.js";
import { mark, rootsOfRest } from "./graph-roots.js";
import {
  EDGE_ELEMENT,
  EDGE_INTERNAL,
  EDGE_PROPERTY,
  EDGE_WEAK,
  NODE_NUMBER,
  NODE_OBJECT,
  NODE_STRING,
  SnapshotStrings,
} from "./snapshot-format.js";

/** Numbers that an edge takes in `edges`: type, name, target. */
export const EDGE_SIZE = 3;

/** What holds objects from outside. */
export interface Holder {
  readonly name: string;
  /** As HeapGraph.edges. */
  readonly edges: U32List;
}

/** The objects, numbered by their addresses' order. Types, names and edge types are those of V8's snapshots; names are numbers of strings. */
export interface HeapGraph {
  readonly addresses: Uint32Array;
  readonly types: Uint8Array;
  readonly names: Uint32Array;
  /** Bytes. */
  readonly sizes: Uint32Array;
  /** EDGE_SIZE numbers an edge, the targets objects' numbers, by the object that they are of. */
  readonly edges: Uint32Array;
  /** By object, its first edge, counted in edges; then their number. */
  readonly starts: Uint32Array;
  readonly holders: readonly Holder[];
  /** May get more. */
  readonly strings: SnapshotStrings;
}

/** The largest index that an edge can have by number: a small integer of V8's. */
const ELEMENT_MAX = 2 ** 30 - 1;

/**
 * The graph of the heap's objects now. O(heap).
 *
 * @param previewLength - characters of a str that are shown; 0: no content of objects is, keys of dicts neither.
 * @param namespaces - variables whose references are to be told from others', by name.
 */
export function readHeapGraph(
  objects: ObjectHeap,
  previewLength: number,
  namespaces: ReadonlyMap<string, Variables>,
): HeapGraph {
  const addresses = addressesOf(objects);
  const index = new AddressIndex(addresses);
  const strings = new SnapshotStrings();
  const types = new Uint8Array(addresses.length);
  const names = new Uint32Array(addresses.length);
  const sizes = new Uint32Array(addresses.length);
  const starts = new Uint32Array(addresses.length + 1);
  const found = new Uint32Array(addresses.length);
  const edges = new U32List();

  const add = (type: number, name: number, target: Address): void => {
    const number = index.numberOf(target);
    if (number === NO_NUMBER) return; // on its way out
    if (type !== EDGE_WEAK) found[number]! += 1;
    edges.push(type);
    edges.push(name);
    edges.push(number);
  };
  const visitor: ReferenceVisitor = {
    item: (position, target) => add(EDGE_ELEMENT, position, target),
    field: (name, target) => add(EDGE_PROPERTY, strings.numberOf(name), target),
    key: (target) => add(EDGE_INTERNAL, strings.numberOf("key"), target),
    value: (key, target) => {
      const name = previewLength === 0 ? undefined : keyName(objects, key, previewLength);
      if (typeof name === "number") add(EDGE_ELEMENT, name, target);
      else if (name !== undefined) add(EDGE_PROPERTY, strings.numberOf(name), target);
      else add(EDGE_INTERNAL, strings.numberOf("value"), target);
    },
    weak: (name, target) => add(EDGE_WEAK, strings.numberOf(name), target),
  };

  for (let number = 0; number < addresses.length; number += 1) {
    const address = addresses[number]!;
    const type = objects.fresh().u16[(address + OBJECT_TYPE) >>> 1]!;
    const preview = previewLength === 0 ? undefined : previewOf(objects, address, previewLength);
    types[number] = preview === undefined ? NODE_OBJECT : type === TYPE_STR ? NODE_STRING : NODE_NUMBER;
    names[number] = strings.numberOf(preview ?? objects.typeName(type));
    sizes[number] = objects.core.get_size(address);
    starts[number] = edges.length / EDGE_SIZE;
    visitReferences(objects, address, type, visitor);
  }
  starts[addresses.length] = edges.length / EDGE_SIZE;

  const holders = holdersOf(objects, { addresses, index, found, strings, namespaces });
  const graph = { addresses, types, names, sizes, edges: edges.values, starts, strings };
  return { ...graph, holders: [...holders, garbageOf(graph, holders)] };
}

/** Addresses of all live objects, in order, those made with the heap among them. */
function addressesOf(objects: ObjectHeap): Uint32Array {
  objects.core.gc_settle();
  const { memory } = objects.memory;
  const addresses = new U32List();
  for (const read of [readObjects, readAtoms]) {
    for (const address of read(memory)) if (objects.core.object_fault(address) === 0) addresses.push(address);
  }
  for (const offset of [STATIC_NONE, STATIC_FALSE, STATIC_TRUE]) addresses.push(objects.statics + offset);
  for (let offset = STATIC_EMPTY_BYTES; offset < STATICS_SIZE; offset += STATIC_STRIDE) {
    addresses.push(objects.statics + offset);
  }
  return addresses.values.slice().sort();
}

/** What the value of a dict is called by; undefined: its key has no short text. */
function keyName(objects: ObjectHeap, key: Address, length: number): number | string | undefined {
  if (objects.fresh().u16[(key + OBJECT_TYPE) >>> 1] === TYPE_INT) {
    const value = unboxScalar(objects, key) as number | bigint;
    if (typeof value === "number" && value >= 0 && value <= ELEMENT_MAX) return value;
  }
  return previewOfKey(objects, key, length);
}

interface Counted {
  readonly addresses: Uint32Array;
  readonly index: AddressIndex;
  /** By object, references that objects hold to it. */
  readonly found: Uint32Array;
  readonly strings: SnapshotStrings;
  readonly namespaces: ReadonlyMap<string, Variables>;
}

/** Who holds objects, besides objects: what their counts say and no object accounts for. */
function holdersOf(objects: ObjectHeap, counted: Counted): Holder[] {
  const { addresses, index, found, strings } = counted;
  const holder = (name: string): Holder => ({ name, edges: new U32List() });
  const push = ({ edges }: Holder, type: number, name: number, number: number): void => {
    edges.push(type);
    edges.push(name);
    edges.push(number);
  };
  const immortal = holder("(Immortal objects)");
  const collector = holder("(gc.garbage)");
  const frames = holder("(Frames)");
  const handles = holder("(Handles)");

  const garbageList = objects.fresh().u32[(COLLECTOR_ADDRESS + COLLECTOR_GARBAGE) >>> 2]!;
  const garbage = index.numberOf(garbageList);
  if (garbage !== NO_NUMBER) {
    found[garbage]! += 1;
    push(collector, EDGE_INTERNAL, strings.numberOf("garbage"), garbage);
  }
  const named = [...counted.namespaces].map(([name, variables]) => {
    const namespace = holder(`(Namespace ${name})`);
    for (const variable of variables.names) {
      const number = index.numberOf(variables.get(variable)!.handle.address);
      if (number === NO_NUMBER) continue;
      found[number]! += 1;
      push(namespace, EDGE_PROPERTY, strings.numberOf(variable), number);
    }
    return namespace;
  });
  const inFrames = new Uint32Array(addresses.length);
  for (const address of objects.frames.owned()) {
    const number = index.numberOf(address);
    if (number !== NO_NUMBER) inFrames[number]! += 1;
  }
  const pushCount = (to: Holder, count: number, number: number): void => {
    const name = count === 1 ? "1 reference" : `${count} references`;
    if (count > 0) push(to, EDGE_INTERNAL, strings.numberOf(name), number);
  };
  for (let number = 0; number < addresses.length; number += 1) {
    const count = objects.core.refcount(addresses[number]!) >>> 0;
    if (count >= REFCOUNT_IMMORTAL) {
      push(immortal, EDGE_ELEMENT, immortal.edges.length / EDGE_SIZE, number);
      continue;
    }
    pushCount(frames, inFrames[number]!, number);
    pushCount(handles, count - found[number]! - inFrames[number]!, number);
  }
  return [immortal, collector, frames, handles, ...named];
}

/** Holds what nobody holds: objects that only cycles keep, to be collected. */
function garbageOf(
  { addresses, edges, starts }: Pick<HeapGraph, "addresses" | "edges" | "starts">,
  holders: readonly Holder[],
): Holder {
  const marks = new Uint8Array(addresses.length);
  const targetAt = (edge: number): number | undefined =>
    edges[edge * EDGE_SIZE] === EDGE_WEAK ? undefined : edges[edge * EDGE_SIZE + 2];
  for (const { edges: held } of holders) {
    for (let at = 2; at < held.length; at += EDGE_SIZE) mark({ starts, targetAt }, held.values[at]!, marks);
  }
  const garbage: Holder = { name: "(Garbage, not collected yet)", edges: new U32List() };
  for (const [position, number] of rootsOfRest({ starts, targetAt }, marks).entries()) {
    for (const value of [EDGE_ELEMENT, position, number]) garbage.edges.push(value);
  }
  return garbage;
}
