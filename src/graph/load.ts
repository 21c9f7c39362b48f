// src/graph/load.ts: a recorded graph as objects of a heap: the same references, the same counts, the same objects in the collector's view.
// Not here: what is done with them (experiment.ts).

import {
  FLAG_TRACKED,
  LIST_SIZE,
  OBJECT_FLAGS,
  OBJECT_HEADER_SIZE,
  OBJECT_REFCOUNT,
  REFCOUNT_IMMORTAL,
  REFERENCE_SIZE,
} from "../../assembly/object-layout.js";
import type { Heap } from "../heap.js";
import type { ObjectHeap } from "../objects/object-heap.js";
import type { Address } from "../views.js";
import { NODE_TRACKED, type ObjectGraph } from "./object-graph.js";

/** Nodes with more references become lists. */
const FIELDS_MAX = 16;

// What a node becomes:
//
//   tracked  references           object
//   ───────  ───────────────────  ──────────────────────────────────────────────────────────
//   no       none                 float, of the size it had in CPython: no container
//   either   up to FIELDS_MAX     struct of so many references
//   either   more; the drop root  list
//
// Containers that CPython does not track, such as tuples of atoms, are taken out of the collector's view: collections neither count
// them nor look into them. Never tuples or dicts, as collections would decide anew which of those to track.

/**
 * Makes the objects of a graph. Nothing refers to them but each other and what stands for the references from outside: none
 * is the caller's to give up, except one to the drop root that the graph may not have.
 *
 * @returns the address of each node's object.
 * @throws {MemoryError} if there is no room; those made by then stay.
 */
export function loadGraph(heap: Heap, graph: ObjectGraph): Uint32Array {
  const { objectHeap: objects } = heap;
  const addresses = makeObjects(heap, objects, graph);
  link(objects, graph, addresses);
  settle(objects, graph, addresses);
  return addresses;
}

function isList({ dropRoot }: ObjectGraph, node: number, references: number): boolean {
  return references > FIELDS_MAX || node === dropRoot;
}

/** An object for each node, with one reference to it and none of its own, in the order of the nodes. */
function makeObjects(heap: Heap, objects: ObjectHeap, graph: ObjectGraph): Uint32Array {
  const { nodes, offsets, sizes, flags } = graph;
  const { core } = objects;
  const addresses = new Uint32Array(nodes);
  const typeIds = new Uint32Array(FIELDS_MAX + 1);
  for (let node = 0; node < nodes; node += 1) {
    const references = offsets[node + 1]! - offsets[node]!;
    let address: Address;
    if (isList(graph, node, references)) {
      address = core.list_new(references);
    } else if (references === 0 && (flags[node]! & NODE_TRACKED) === 0) {
      address = core.float_new(sizes[node]!);
    } else {
      if (typeIds[references] === 0) typeIds[references] = declareNode(heap, references);
      address = core.struct_new(typeIds[references]!);
    }
    if (address === 0) throw objects.outOfMemory(LIST_SIZE + references * REFERENCE_SIZE);
    addresses[node] = address;
  }
  return addresses;
}

/** A struct type of so many references. @returns its id. */
function declareNode(heap: Heap, references: number): number {
  const fields = Array.from({ length: references }, (_, index) => [`reference${index}`, "ref"] as const);
  return heap.struct(`Node${references}`, Object.fromEntries(fields)).typeId;
}

/** Has the objects refer to each other. */
function link(objects: ObjectHeap, graph: ObjectGraph, addresses: Uint32Array): void {
  const { nodes, offsets, targets } = graph;
  const { core } = objects;
  for (let node = 0; node < nodes; node += 1) {
    const start = offsets[node]!;
    const end = offsets[node + 1]!;
    const address = addresses[node]!;
    if (isList(graph, node, end - start)) {
      // there is room for all
      for (let edge = start; edge < end; edge += 1) core.list_append(address, addresses[targets[edge]!]!);
    } else {
      for (let edge = start, offset = OBJECT_HEADER_SIZE; edge < end; edge += 1, offset += REFERENCE_SIZE) {
        core.struct_set(address, offset, addresses[targets[edge]!]!);
      }
    }
  }
}

/** In place of the one reference that each object was made with: those from outside, which may be thousands of millions. */
function settle(objects: ObjectHeap, graph: ObjectGraph, addresses: Uint32Array): void {
  const { nodes, refcounts, outsideReferences, flags, dropRoot } = graph;
  const { u16, u32 } = objects.fresh();
  for (let node = 0; node < nodes; node += 1) {
    const address = addresses[node]!;
    const isUnheldRoot = node === dropRoot && outsideReferences[node] === 0;
    const refcount = refcounts[node]! + Number(isUnheldRoot);
    u32[(address + OBJECT_REFCOUNT) >>> 2] = Math.min(refcount, REFCOUNT_IMMORTAL);
    if ((flags[node]! & NODE_TRACKED) === 0) u16[(address + OBJECT_FLAGS) >>> 1]! &= ~FLAG_TRACKED;
  }
}
