// src/export/heap-snapshot.ts: the objects of a heap as a .heapsnapshot: for the Memory panel of Chrome DevTools, and whatever reads V8's snapshots.
// Not here: finding the objects (heap-graph.ts), the format's fields and codes (snapshot-format.ts).

import { InvalidArgumentError } from "../errors.js";
import type { Heap } from "../heap.js";
import { type Namespace, type Variables, variablesOf } from "../objects/namespace.js";
import { EDGE_SIZE, type HeapGraph, type Holder, readHeapGraph } from "./heap-graph.js";
import {
  EDGE_ELEMENT,
  EDGE_INTERNAL,
  NODE_FIELD_COUNT,
  NODE_SYNTHETIC,
  SNAPSHOT_META,
} from "./snapshot-format.js";

export interface HeapSnapshotOptions {
  /** Characters of a str that are shown; default: 64. 0: types and fields are all that is told, no str, number or key of a dict. */
  readonly previewLength?: number;
  /** Namespaces that are to be told from other holders of objects, by the name that they are to have. */
  readonly namespaces?: Readonly<Record<string, Namespace>>;
}

const PREVIEW_LENGTH = 64;
/** Nodes, edges or strings a chunk. */
const CHUNK_LENGTH = 4096;
/** Of nodes that stand for no object: odd, as V8's; objects have their address and 1, which is more than all of these. */
const ROOT_ID = 1;
const ID_STEP = 2;
/** The root, and the one for all that is held from outside. */
const GROUP_COUNT = 2;

/**
 * All objects of the heap as V8's heap snapshot (as Node 20 writes it; see snapshot-format.ts): the text of a file named .heapsnapshot. Each object has
 * its exact size; edges have the names of fields, indices or keys, weak references are weak. Below "(GC roots)" is who holds
 * objects from outside: "(Frames)", "(Handles)" for all other handles and counted addresses, the given namespaces, "(Immortal objects)",
 * "(gc.garbage)", and "(Garbage, not collected yet)" for what only cycles keep. O(heap). For large heaps, heapSnapshotChunks gives the
 * same in pieces.
 *
 * @throws {InvalidArgumentError} if an argument is none. {HeapClosedError} {WasmModuleError} if the heap has no objects.
 */
export function heapSnapshot(heap: Heap, options: HeapSnapshotOptions = {}): string {
  return [...heapSnapshotChunks(heap, options)].join("");
}

/** As heapSnapshot, in pieces of the text to be written one after the other. The heap is read at once, by the call: it may change afterwards. */
export function heapSnapshotChunks(
  heap: Heap,
  { previewLength = PREVIEW_LENGTH, namespaces = {} }: HeapSnapshotOptions = {},
): Generator<string, void, undefined> {
  const objects = (heap as Heap | undefined)?.objectHeap;
  if (objects === undefined) throw new InvalidArgumentError("heap", heap, "a heap");
  if (!Number.isInteger(previewLength) || previewLength < 0) {
    throw new InvalidArgumentError("previewLength", previewLength, "a whole number from 0 up");
  }
  const variables = new Map<string, Variables>();
  for (const [name, namespace] of Object.entries(namespaces)) {
    const found = variablesOf(namespace);
    if (found === undefined || found.heap !== heap) {
      throw new InvalidArgumentError(`namespaces.${name}`, namespace, "a namespace of this heap");
    }
    variables.set(name, found);
  }
  return write(readHeapGraph(objects, previewLength, variables));
}

function* write(graph: HeapGraph): Generator<string, void, undefined> {
  const { holders, strings } = graph;
  const edgeCount = graph.edges.length / EDGE_SIZE;
  const heldCount = holders.reduce((sum, { edges }) => sum + edges.length / EDGE_SIZE, 0);
  const snapshot = {
    meta: SNAPSHOT_META,
    node_count: GROUP_COUNT + holders.length + graph.addresses.length,
    edge_count: 1 + holders.length + heldCount + edgeCount,
    trace_function_count: 0,
  };
  yield `{"snapshot":${JSON.stringify(snapshot)},\n"nodes":[`;
  yield* lines(nodes(graph));
  yield '],\n"edges":[';
  yield* lines(edges(graph));
  yield '],\n"trace_function_infos":[],\n"trace_tree":[],\n"samples":[],\n"locations":[],\n"strings":[';
  yield* lines(texts(strings.texts));
  yield "]}\n";
}

/** The values with commas and line breaks between, many a piece. */
function* lines(values: Iterable<string>): Generator<string, void, undefined> {
  let piece: string[] = [];
  let separator = "";
  for (const value of values) {
    piece.push(value);
    if (piece.length < CHUNK_LENGTH) continue;
    yield separator + piece.join(",\n");
    separator = ",\n";
    piece = [];
  }
  if (piece.length > 0) yield separator + piece.join(",\n");
}

function* nodes(graph: HeapGraph): Generator<string, void, undefined> {
  const { holders, addresses, types, names, sizes, starts, strings } = graph;
  const synthetic = (name: string, position: number, edgeCount: number): string =>
    `${NODE_SYNTHETIC},${strings.numberOf(name)},${ROOT_ID + position * ID_STEP},0,${edgeCount},0,0`;
  yield synthetic("", 0, 1);
  yield synthetic("(GC roots)", 1, holders.length);
  for (const [position, { name, edges }] of holders.entries()) {
    yield synthetic(name, GROUP_COUNT + position, edges.length / EDGE_SIZE);
  }
  for (let number = 0; number < addresses.length; number += 1) {
    const edgeCount = starts[number + 1]! - starts[number]!;
    yield `${types[number]},${names[number]},${addresses[number]! + 1},${sizes[number]},${edgeCount},0,0`;
  }
}

function* edges(graph: HeapGraph): Generator<string, void, undefined> {
  const { holders, strings } = graph;
  const nodeAt = (position: number): number => position * NODE_FIELD_COUNT;
  const first = GROUP_COUNT + holders.length;
  yield `${EDGE_ELEMENT},1,${nodeAt(1)}`;
  for (const [position, { name }] of holders.entries()) {
    yield `${EDGE_INTERNAL},${strings.numberOf(name)},${nodeAt(GROUP_COUNT + position)}`;
  }
  for (const values of [...holders.map((holder: Holder) => holder.edges.values), graph.edges]) {
    for (let at = 0; at < values.length; at += EDGE_SIZE) {
      yield `${values[at]},${values[at + 1]},${nodeAt(first + values[at + 2]!)}`;
    }
  }
}

function* texts(strings: readonly string[]): Generator<string, void, undefined> {
  for (const text of strings) yield JSON.stringify(text);
}
