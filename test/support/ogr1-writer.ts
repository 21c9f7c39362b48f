// test/support/ogr1-writer.ts: writes small OGR1 graphs, right by default, wrong on request.
// Independent of src/graph on purpose: offsets are FORMAT.md's, written out once more, and answers are computed plainly.

/** One node as FORMAT.md words it. */
export interface GraphNode {
  readonly to: readonly number[];
  /** References from outside; default: none. */
  readonly outside?: number;
  /** Default: whether it refers to anything. */
  readonly isTracked?: boolean;
  readonly size?: number;
  readonly kind?: number;
}

/** Byte offset of each header field, all u32. */
export const HEADER_FIELDS = {
  magic: 0,
  version: 4,
  nodes: 8,
  edges: 12,
  kindCount: 16,
  metaLen: 20,
  dataOffset: 24,
  dropRoot: 28,
  sccGt1: 32,
  nodesInCycles: 36,
  dropFreedByRefcount: 40,
  dropCyclicGarbage: 44,
} as const;

export type HeaderField = keyof typeof HEADER_FIELDS;

export interface Answers {
  readonly freed: number;
  readonly garbage: number;
  readonly trackedGarbage: number;
}

export interface WriterOptions {
  readonly dropRoot?: number;
  /** Merged into the metadata; a value of undefined takes the entry out. */
  readonly meta?: Record<string, unknown>;
  /** Spaces behind the JSON, 0 or more. */
  readonly padding?: number;
}

/** A whole uncompressed graph file whose header, flags and metadata fit its nodes. */
export function writeOgr1(nodes: readonly GraphNode[], options: WriterOptions = {}): Uint8Array {
  const { dropRoot = 0, meta: more = {}, padding = 3 } = options;
  const edges = nodes.flatMap(({ to }) => to);
  const kindCount = Math.max(1, ...nodes.map(({ kind = 0 }) => (kind === 255 ? 1 : kind + 1)));
  const kinds = Array.from({ length: kindCount }, (_, kind) => [
    `kind${kind}`,
    nodes.filter((node) => (node.kind ?? 0) === kind).length,
  ]);
  const refcounts = refcountsOf(nodes);
  const inCycles = inCyclesOf(nodes);
  const inCyclesOnceCut = inCyclesOf(nodes.map((node, i) => (i === dropRoot ? { ...node, to: [] } : node)));
  const answers = answersOf(nodes, dropRoot);
  const count = (flags: readonly boolean[]): number => flags.filter(Boolean).length;
  const meta = {
    name: "small",
    python: "CPython 3.11.7, x86-64",
    stats: {
      nodes: nodes.length,
      edges: edges.length,
      gcTracked: nodes.filter(isTracked).length,
      leaves: nodes.filter(({ to }) => to.length === 0).length,
      bytes: nodes.reduce((sum, { size = 50 }) => sum + size, 0),
      nodesWithExternalRefs: nodes.filter(({ outside = 0 }) => outside > 0).length,
      withoutDropRootEdges: { nodesInCycles: count(inCyclesOnceCut) },
      dropComputed: { cyclicGarbageTracked: answers.trackedGarbage },
    },
    dropRoot,
    cpython: {
      gcCollectMs: { median: 4.5 },
      drop: { gcCollectReturned: answers.trackedGarbage, collectMs: 5.5 },
    },
    kinds,
    ...more,
  };
  const json = new TextEncoder().encode(JSON.stringify(meta) + " ".repeat(padding));
  const dataOffset = 64 + json.length;
  const bytes = new Uint8Array(dataOffset + 14 * nodes.length + 4 + 4 * edges.length);
  bytes.set(json, 64);
  const header: Record<HeaderField, number> = {
    magic: 0x3152474f,
    version: 1,
    nodes: nodes.length,
    edges: edges.length,
    kindCount,
    metaLen: json.length,
    dataOffset,
    dropRoot,
    sccGt1: 0,
    nodesInCycles: count(inCycles),
    dropFreedByRefcount: answers.freed,
    dropCyclicGarbage: answers.garbage,
  };
  for (const [name, value] of Object.entries(header)) setField(bytes, name as HeaderField, value);
  const view = new DataView(bytes.buffer);
  let at = dataOffset;
  const put = (value: number): void => {
    view.setUint32(at, value, true);
    at += 4;
  };
  put(0);
  let end = 0;
  for (const { to } of nodes) {
    end += to.length;
    put(end);
  }
  for (const target of edges) put(target);
  for (const { size = 50 } of nodes) put(size);
  for (const refcount of refcounts) put(refcount);
  for (const { kind = 0 } of nodes) bytes[at++] = kind;
  for (const [i, node] of nodes.entries()) {
    bytes[at++] =
      Number(isTracked(node)) |
      (Number(inCycles[i]) << 1) |
      (Number((node.outside ?? 0) > 0) << 2) |
      (Number(inCyclesOnceCut[i]) << 3);
  }
  return bytes;
}

/** Overwrites one header field in place. */
export function setField(bytes: Uint8Array, name: HeaderField, value: number): void {
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(HEADER_FIELDS[name], value, true);
}

/** Where a node's word of an array lies; arrays in the order of the file. */
export function placeOf(
  nodes: readonly GraphNode[],
  bytes: Uint8Array,
  array: "offsets" | "targets" | "sizes" | "refcounts" | "kinds" | "flags",
  index: number,
): number {
  const n = nodes.length;
  const edges = nodes.flatMap(({ to }) => to).length;
  const start = bytes.length - 14 * n - 4 - 4 * edges;
  const places = {
    offsets: start + 4 * index,
    targets: start + 4 * (n + 1) + 4 * index,
    sizes: start + 4 * (n + 1 + edges) + 4 * index,
    refcounts: start + 4 * (n + 1 + edges + n) + 4 * index,
    kinds: bytes.length - 2 * n + index,
    flags: bytes.length - n + index,
  };
  return places[array];
}

/** References to each node, from inside and outside. */
export function refcountsOf(nodes: readonly GraphNode[]): number[] {
  const counts = nodes.map(({ outside = 0 }) => outside);
  for (const { to } of nodes) for (const target of to) counts[target]! += 1;
  return counts;
}

/** What FORMAT.md's experiment gives: what reference counting frees, and what is left though nothing reaches it. */
export function answersOf(nodes: readonly GraphNode[], dropRoot: number): Answers {
  const counts = refcountsOf(nodes);
  counts[dropRoot]! += 1; // the root stays
  const dead = new Set<number>();
  const release = (i: number): void => {
    counts[i]! -= 1;
    if (counts[i] !== 0) return;
    dead.add(i);
    nodes[i]!.to.forEach(release);
  };
  nodes[dropRoot]!.to.forEach(release);
  const reached = new Set<number>();
  const reach = (i: number): void => {
    if (reached.has(i)) return;
    reached.add(i);
    if (i !== dropRoot) nodes[i]!.to.forEach(reach);
  };
  nodes.forEach((node, i) => {
    if (i === dropRoot || ((node.outside ?? 0) > 0 && !dead.has(i))) reach(i);
  });
  const garbage = nodes.filter((_, i) => !dead.has(i) && !reached.has(i));
  return { freed: dead.size, garbage: garbage.length, trackedGarbage: garbage.filter(isTracked).length };
}

export function isTracked({ isTracked: given, to }: GraphNode): boolean {
  return given ?? to.length > 0;
}

/** Whether each node reaches another that reaches it. */
function inCyclesOf(nodes: readonly GraphNode[]): boolean[] {
  const reachable = nodes.map((_, from) => {
    const seen = new Set<number>();
    const stack = [...nodes[from]!.to];
    for (let i = stack.pop(); i !== undefined; i = stack.pop()) {
      if (seen.has(i)) continue;
      seen.add(i);
      stack.push(...nodes[i]!.to);
    }
    return seen;
  });
  return nodes.map((_, i) => [...reachable[i]!].some((other) => other !== i && reachable[other]!.has(i)));
}
