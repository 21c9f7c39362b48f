// src/graph/ogr1.ts: reads OGR1 object graphs, gzipped or plain, and refuses any whose parts contradict each other.
// Not here: whether a graph's answers are right, which the experiment tells (experiment.ts).
// Source: FORMAT.md of the OGR1 corpus.

import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { gunzip } from "../lab/gunzip.js";
import { TraceFormatError } from "../lab/trace-format-error.js";
import { GraphFormatError } from "./graph-format-error.js";
import {
  NODE_HELD_OUTSIDE,
  NODE_IN_CYCLE,
  NODE_IN_CYCLE_ONCE_CUT,
  NODE_TRACKED,
  type ObjectGraph,
} from "./object-graph.js";

// File (byte offsets, little-endian; u32 unless said otherwise)
//
//   0      4         8       12      16          20        24           28         32
//   ┌──────┬─────────┬───────┬───────┬───────────┬─────────┬────────────┬──────────┬────────┬─ ─
//   │ OGR1 │ version │ nodes │ edges │ kindCount │ metaLen │ dataOffset │ dropRoot │ sccGt1 │
//   └──────┴─────────┴───────┴───────┴───────────┴─────────┴────────────┴──────────┴────────┴─ ─
//   36              40                    44                  48           64     dataOffset
//   ┌───────────────┬─────────────────────┬───────────────────┬────────────┬─ ─ ─ ┬─ ─ ─
//   │ nodesInCycles │ dropFreedByRefcount │ dropCyclicGarbage │ (reserved) │ JSON │ arrays
//   └───────────────┴─────────────────────┴───────────────────┴────────────┴─ ─ ─ ┴─ ─ ─
//   The arrays, packed: offsets[nodes + 1], targets[edges], sizes[nodes], refcounts[nodes], u8 kinds[nodes], u8 flags[nodes].
const MAGIC = 0x3152474f;
const VERSION = 1;
const VERSION_OFFSET = 4;
const NODES_OFFSET = 8;
const EDGES_OFFSET = 12;
const KIND_COUNT_OFFSET = 16;
const META_LENGTH_OFFSET = 20;
const DATA_OFFSET_OFFSET = 24;
const DROP_ROOT_OFFSET = 28;
const NODES_IN_CYCLES_OFFSET = 36;
const FREED_OFFSET = 40;
const GARBAGE_OFFSET = 44;
const HEADER_SIZE = 64;
const WORD_SIZE = Uint32Array.BYTES_PER_ELEMENT;
/** A kind that stands for all rarer types together, and has no place of its own in the metadata. */
const KIND_OTHERS = 255;
const FLAGS_KNOWN = NODE_TRACKED | NODE_IN_CYCLE | NODE_HELD_OUTSIDE | NODE_IN_CYCLE_ONCE_CUT;

const FETCH_AGAIN = "fetch or copy the file again";
const RECORD_AGAIN = "the recorder wrote a wrong graph, or the file was changed since: record it again";

/**
 * Reads and checks one graph file. O(file length).
 *
 * @param file - path; gzip is told from plain by its first bytes, not by its name.
 * @throws {GraphFormatError} if the file is damaged, truncated or contradicts itself.
 */
export async function readGraph(file: string): Promise<ObjectGraph> {
  return decodeGraph(await unpack(await readFile(file), file), file);
}

async function unpack(bytes: Uint8Array, file: string): Promise<Uint8Array> {
  try {
    return await gunzip(bytes, file);
  } catch (error) {
    if (!(error instanceof TraceFormatError)) throw error;
    throw new GraphFormatError(file, error.offset, error.reason, FETCH_AGAIN);
  }
}

/**
 * Decodes and checks one graph.
 *
 * @param bytes - the decompressed file; copied, not kept.
 * @param file - names the graph, and the file in errors.
 * @throws {GraphFormatError} if the bytes are damaged, truncated or contradict themselves.
 */
export function decodeGraph(bytes: Uint8Array, file: string): ObjectGraph {
  const reader = new GraphReader(bytes, file);
  const header = reader.readHeader();
  const meta = reader.readMeta(header.metaLength);
  const arrays = reader.readArrays(header);
  reader.checkEdges(header, arrays);
  const outsideReferences = reader.checkRefcounts(header, arrays);
  reader.checkKinds(header, arrays.kinds, meta);
  reader.checkFlags(header, arrays.flags, outsideReferences);
  reader.checkClaims(header, arrays, meta);
  const { kinds: _, places: __, ...kept } = arrays;
  return {
    name: graphName(file),
    file,
    nodes: header.nodes,
    edges: header.edges,
    dropRoot: header.dropRoot,
    ...kept,
    outsideReferences,
    answers: {
      freedByRefcount: header.freedByRefcount,
      heldByCycles: header.heldByCycles,
      collected: reader.readCollected(meta),
    },
    recorded: {
      python: asString(at(meta, "python")),
      bytes: asNumber(at(meta, "stats", "bytes")),
      liveCollectMs: asNumber(at(meta, "cpython", "gcCollectMs", "median")),
      garbageCollectMs: asNumber(at(meta, "cpython", "drop", "collectMs")),
    },
  };
}

/** A graph file's name without directory and extension. */
export function graphName(file: string): string {
  return basename(file).replace(/\.ogr(\.gz)?$/, "");
}

interface Header {
  readonly nodes: number;
  readonly edges: number;
  readonly kindCount: number;
  readonly metaLength: number;
  readonly dataOffset: number;
  readonly dropRoot: number;
  readonly nodesInCycles: number;
  readonly freedByRefcount: number;
  readonly heldByCycles: number;
}

const ARRAYS = ["offsets", "targets", "sizes", "refcounts", "kinds", "flags"] as const;
type ArrayName = (typeof ARRAYS)[number];

interface Arrays {
  readonly offsets: Uint32Array;
  readonly targets: Uint32Array;
  readonly sizes: Uint32Array;
  readonly refcounts: Uint32Array;
  readonly kinds: Uint8Array;
  readonly flags: Uint8Array;
  /** Byte offset of each in the file. */
  readonly places: Readonly<Record<ArrayName, number>>;
}

type Meta = Record<string, unknown>;

/** Reads the parts, each checked before anything relies on it. */
class GraphReader {
  private readonly view: DataView;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly file: string,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  private fail(offset: number, reason: string, advice = RECORD_AGAIN): never {
    throw new GraphFormatError(this.file, offset, reason, advice);
  }

  readHeader(): Header {
    const { view } = this;
    const word = (offset: number): number => view.getUint32(offset, true);
    if (view.byteLength < WORD_SIZE || word(0) !== MAGIC) {
      this.fail(0, "no OGR1 graph starts here", "give a file that begins with OGR1, plain or gzipped");
    }
    if (view.byteLength < HEADER_SIZE) {
      this.fail(view.byteLength, `the file ends inside the ${HEADER_SIZE}-byte header`, FETCH_AGAIN);
    }
    const version = word(VERSION_OFFSET);
    if (version !== VERSION) {
      this.fail(VERSION_OFFSET, `version ${version} is not known`, `convert the graph to version ${VERSION}`);
    }
    const header: Header = {
      nodes: word(NODES_OFFSET),
      edges: word(EDGES_OFFSET),
      kindCount: word(KIND_COUNT_OFFSET),
      metaLength: word(META_LENGTH_OFFSET),
      dataOffset: word(DATA_OFFSET_OFFSET),
      dropRoot: word(DROP_ROOT_OFFSET),
      nodesInCycles: word(NODES_IN_CYCLES_OFFSET),
      freedByRefcount: word(FREED_OFFSET),
      heldByCycles: word(GARBAGE_OFFSET),
    };
    const { nodes, metaLength, dataOffset, dropRoot } = header;
    if (dataOffset !== HEADER_SIZE + metaLength) {
      const reason = `dataOffset ${dataOffset} is not ${HEADER_SIZE} + metaLen ${metaLength}`;
      this.fail(DATA_OFFSET_OFFSET, reason);
    }
    if (dropRoot >= nodes) {
      this.fail(DROP_ROOT_OFFSET, `dropRoot is node ${dropRoot}, but there are ${nodes} nodes`);
    }
    this.checkLength(header);
    return header;
  }

  private checkLength(header: Header): void {
    const places = placesOf(header);
    const expected = places.flags + header.nodes;
    const actual = this.view.byteLength;
    if (actual < expected) {
      const cut = ARRAYS.findLast((name) => places[name] <= actual) ?? "metadata";
      const reason = `truncated: the file ends in its ${cut}, ${expected - actual} bytes early`;
      this.fail(actual, `${reason} for ${header.nodes} nodes and ${header.edges} edges`, FETCH_AGAIN);
    }
    if (actual > expected) {
      const reason = `${actual - expected} bytes follow the last of ${header.nodes} nodes and ${header.edges} edges`;
      this.fail(expected, reason, FETCH_AGAIN);
    }
  }

  readMeta(metaLength: number): Meta {
    let meta: unknown;
    try {
      const json = this.bytes.subarray(HEADER_SIZE, HEADER_SIZE + metaLength);
      meta = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(json));
    } catch (error) {
      return this.fail(HEADER_SIZE, `the metadata is not JSON: ${(error as Error).message}`);
    }
    if (!isRecord(meta)) return this.fail(HEADER_SIZE, "the metadata is not a JSON object");
    return meta;
  }

  readArrays(header: Header): Arrays {
    const { nodes, edges } = header;
    const places = placesOf(header);
    // Copied, because a Uint32Array needs an aligned start and the file's bytes need not have one.
    const copy = (from: number, length: number): Uint8Array<ArrayBuffer> =>
      new Uint8Array(this.bytes.subarray(from, from + length));
    const words = (from: number, count: number): Uint32Array =>
      new Uint32Array(copy(from, count * WORD_SIZE).buffer);
    return {
      offsets: words(places.offsets, nodes + 1),
      targets: words(places.targets, edges),
      sizes: words(places.sizes, nodes),
      refcounts: words(places.refcounts, nodes),
      kinds: copy(places.kinds, nodes),
      flags: copy(places.flags, nodes),
      places,
    };
  }

  checkEdges({ nodes, edges }: Header, { offsets, targets, places }: Arrays): void {
    const failAt = (node: number, reason: string): never =>
      this.fail(places.offsets + node * WORD_SIZE, reason);
    if (offsets[0] !== 0) failAt(0, `the references of node 0 start at ${offsets[0]}, not at 0`);
    for (let node = 0; node < nodes; node += 1) {
      if (offsets[node + 1]! >= offsets[node]!) continue;
      failAt(node + 1, `the references of node ${node} end at ${offsets[node + 1]}, before their start`);
    }
    if (offsets[nodes] !== edges) {
      failAt(nodes, `the references of the last node end at ${offsets[nodes]}, but there are ${edges} edges`);
    }
    for (let edge = 0; edge < edges; edge += 1) {
      if (targets[edge]! < nodes) continue;
      const reason = `edge ${edge} is to node ${targets[edge]}, but there are ${nodes} nodes`;
      this.fail(places.targets + edge * WORD_SIZE, reason);
    }
  }

  /** @returns how many references to each node come from outside. */
  checkRefcounts({ nodes }: Header, { targets, refcounts, places }: Arrays): Uint32Array {
    const inside = new Uint32Array(nodes);
    for (let edge = 0; edge < targets.length; edge += 1) inside[targets[edge]!]! += 1;
    for (let node = 0; node < nodes; node += 1) {
      const refcount = refcounts[node]!;
      const place = places.refcounts + node * WORD_SIZE;
      if (refcount === 0) this.fail(place, `node ${node} has reference count 0, so nothing keeps it alive`);
      if (refcount < inside[node]!) {
        this.fail(place, `node ${node} has reference count ${refcount}, but ${inside[node]} edges to it`);
      }
      inside[node] = refcount - inside[node]!;
    }
    return inside;
  }

  checkKinds({ kindCount, nodes }: Header, kinds: Uint8Array, meta: Meta): void {
    const claims = at(meta, "kinds");
    if (!Array.isArray(claims) || claims.length !== kindCount) {
      const found = Array.isArray(claims) ? `${claims.length} kinds` : "no kinds";
      this.fail(KIND_COUNT_OFFSET, `the header says kindCount = ${kindCount}, but the metadata has ${found}`);
    }
    const counts = new Uint32Array(kindCount);
    const place = this.view.byteLength - 2 * nodes;
    for (const [node, kind] of kinds.entries()) {
      if (kind < kindCount) counts[kind]! += 1;
      else if (kind !== KIND_OTHERS) {
        this.fail(place + node, `node ${node} is of kind ${kind}, but there are ${kindCount} kinds`);
      }
    }
    for (const [kind, count] of counts.entries()) {
      const claim: unknown = claims[kind];
      if (Array.isArray(claim) && claim[1] === count) continue;
      const reason = `metadata says kinds[${kind}] = ${JSON.stringify(claim)}, but ${count} nodes are of kind ${kind}`;
      this.fail(HEADER_SIZE, reason);
    }
  }

  checkFlags(header: Header, flags: Uint8Array, outsideReferences: Uint32Array): void {
    const place = this.view.byteLength - header.nodes;
    for (let node = 0; node < header.nodes; node += 1) {
      const flag = flags[node]!;
      if ((flag & ~FLAGS_KNOWN) !== 0) {
        this.fail(place + node, `node ${node} has flags 0x${flag.toString(16)}, which are not known`);
      }
      if (((flag & NODE_HELD_OUTSIDE) !== 0) === outsideReferences[node]! > 0) continue;
      const reason = `the flags of node ${node} disagree with its ${outsideReferences[node]} references from outside`;
      this.fail(place + node, reason);
    }
    const inCycles = countFlag(flags, NODE_IN_CYCLE);
    if (inCycles === header.nodesInCycles) return;
    const reason = `the header says nodesInCycles = ${header.nodesInCycles}, but ${inCycles} nodes have the flag`;
    this.fail(NODES_IN_CYCLES_OFFSET, reason);
  }

  /** The metadata repeats some counts; where it does not, it makes no claim. */
  checkClaims(header: Header, { offsets, sizes, flags }: Arrays, meta: Meta): void {
    let leaves = 0;
    let bytes = 0;
    for (let node = 0; node < header.nodes; node += 1) {
      if (offsets[node] === offsets[node + 1]) leaves += 1;
      bytes += sizes[node]!;
    }
    const truths: [path: string[], truth: number][] = [
      [["dropRoot"], header.dropRoot],
      [["stats", "nodes"], header.nodes],
      [["stats", "edges"], header.edges],
      [["stats", "leaves"], leaves],
      [["stats", "bytes"], bytes],
      [["stats", "gcTracked"], countFlag(flags, NODE_TRACKED)],
      [["stats", "nodesWithExternalRefs"], countFlag(flags, NODE_HELD_OUTSIDE)],
      [["stats", "withoutDropRootEdges", "nodesInCycles"], countFlag(flags, NODE_IN_CYCLE_ONCE_CUT)],
    ];
    for (const [path, truth] of truths) {
      const claim = at(meta, ...path);
      if (claim === undefined || claim === truth) continue;
      const reason = `metadata says ${path.join(".")} = ${JSON.stringify(claim)}, but the graph has ${truth}`;
      this.fail(HEADER_SIZE, reason);
    }
  }

  /** What CPython's collector returned; where it was not asked, what the recorder computed in its place. */
  readCollected(meta: Meta): number {
    const claim =
      at(meta, "cpython", "drop", "gcCollectReturned") ??
      at(meta, "stats", "dropComputed", "cyclicGarbageTracked");
    if (Number.isSafeInteger(claim)) return claim as number;
    return this.fail(
      HEADER_SIZE,
      "the metadata has no cpython.drop.gcCollectReturned, so nothing can be compared",
    );
  }
}

/** Byte offset of each array. */
function placesOf({ nodes, edges, dataOffset }: Header): Record<ArrayName, number> {
  const targets = dataOffset + (nodes + 1) * WORD_SIZE;
  const sizes = targets + edges * WORD_SIZE;
  const refcounts = sizes + nodes * WORD_SIZE;
  const kinds = refcounts + nodes * WORD_SIZE;
  return { offsets: dataOffset, targets, sizes, refcounts, kinds, flags: kinds + nodes };
}

function countFlag(flags: Uint8Array, flag: number): number {
  let count = 0;
  for (const it of flags) if ((it & flag) !== 0) count += 1;
  return count;
}

/** The value at a path of the metadata; undefined if there is none. */
function at(meta: unknown, ...path: readonly string[]): unknown {
  let value = meta;
  for (const name of path) value = isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  return value;
}

function asNumber(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

function asString(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
