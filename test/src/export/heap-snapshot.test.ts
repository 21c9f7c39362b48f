// test/src/export/heap-snapshot.test.ts: heap snapshots are V8's in form, the heap's in content, and DevTools' own code reads them.

import { getHeapSnapshot } from "node:v8";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { REFCOUNT_IMMORTAL, STATICS_SIZE } from "../../../assembly/object-layout.js";
import { HeapClosedError, InvalidArgumentError, WasmModuleError } from "../../../src/errors.js";
import { heapSnapshot, heapSnapshotChunks } from "../../../src/export/heap-snapshot.js";
import type { Heap } from "../../../src/heap.js";
import { readAtoms, readObjects } from "../../../src/heap-map.js";
import type { Handle } from "../../../src/objects/handle.js";
import { BUILDS, newHeap, newObjectHeap } from "../../support/checked-core.js";
import { readSnapshot } from "../../support/devtools-snapshot.js";
import { programs, runProgram } from "../../support/object-programs.js";

interface SnapshotFile {
  readonly snapshot: {
    readonly meta: {
      readonly node_fields: readonly string[];
      readonly node_types: readonly [readonly string[], ...string[]];
      readonly edge_fields: readonly string[];
      readonly edge_types: readonly [readonly string[], ...string[]];
    };
    readonly node_count: number;
    readonly edge_count: number;
  };
  readonly nodes: readonly number[];
  readonly edges: readonly number[];
  readonly strings: readonly string[];
}

interface FileEdge {
  readonly type: string;
  readonly name: string | number;
  readonly to: number;
}
interface FileNode {
  readonly type: string;
  readonly name: string;
  readonly id: number;
  readonly selfSize: number;
  readonly edges: readonly FileEdge[];
}

/** The file's nodes, by the format's rules alone, in their order; edges lead to places in it. */
function nodesOf({ snapshot, nodes, edges, strings }: SnapshotFile): FileNode[] {
  const { node_fields, node_types, edge_fields, edge_types } = snapshot.meta;
  const [nodeSize, edgeSize] = [node_fields.length, edge_fields.length];
  expect(nodes.length).toBe(snapshot.node_count * nodeSize);
  expect(edges.length).toBe(snapshot.edge_count * edgeSize);
  let at = 0;
  const read = Array.from({ length: snapshot.node_count }, (_, number): FileNode => {
    const field = (name: string): number => nodes[number * nodeSize + node_fields.indexOf(name)]!;
    const own = Array.from({ length: field("edge_count") }, (): FileEdge => {
      const [type, name, to] = edges.slice(at, at + edgeSize);
      at += edgeSize;
      const typeName = edge_types[0][type!]!;
      expect(to! % nodeSize).toBe(0);
      expect(to! / nodeSize).toBeLessThan(snapshot.node_count);
      return { type: typeName, name: typeName === "element" ? name! : strings[name!]!, to: to! / nodeSize };
    });
    return {
      type: node_types[0][field("type")]!,
      name: strings[field("name")]!,
      id: field("id"),
      selfSize: field("self_size"),
      edges: own,
    };
  });
  expect(at).toBe(edges.length);
  return read;
}

const fileOf = (heap: Heap): SnapshotFile => JSON.parse(heapSnapshot(heap)) as SnapshotFile;
/** The address of the object that a node is of. */
const addressOf = ({ id }: FileNode): number => id - 1;
/** How many references an edge stands for. */
const referencesOf = ({ name }: FileEdge): number =>
  Number(/^(\d+) references$/.exec(String(name))?.[1] ?? 1);

/** Everything that the file says of the heap is so, and everything of the heap is in it. */
function checkAgainst(heap: Heap): void {
  const nodes = nodesOf(fileOf(heap));
  const objects = nodes.filter(({ type }) => type !== "synthetic");
  const { core, memory, statics } = heap.objectHeap;
  const addresses = new Set([...readObjects(memory.memory), ...readAtoms(memory.memory)]);
  const inPools = objects.filter((node) => addresses.has(addressOf(node)));
  expect(inPools.length).toBe(addresses.size);
  expect(new Set(nodes.map(({ id }) => id)).size).toBe(nodes.length);
  const others = objects.filter((node) => !addresses.has(addressOf(node)));
  expect(others.filter((node) => addressOf(node) - statics > STATICS_SIZE)).toEqual([]);
  expect(objects.map(({ selfSize }) => selfSize)).toEqual(
    objects.map((node) => core.get_size(addressOf(node)) >>> 0),
  );
  // by CPython's function, in its order
  const byAddress = new Map(objects.map((node) => [addressOf(node), node]));
  for (const { address } of heap.objects()) {
    const node = byAddress.get(address)!;
    const handle = heap.handle(address);
    const referents = heap.gc.getReferents(handle);
    const targets = node.edges.filter(({ type }) => type !== "weak").map(({ to }) => addressOf(nodes[to]!));
    expect(targets).toEqual(referents.map((referent) => referent.address));
    for (const each of [handle, ...referents]) each.dispose();
  }
  // a count is the sum of what refers to its object, and those of immortal ones stand still
  const counts = new Map<number, number>();
  for (const { name, edges } of nodes) {
    if (name === "(Garbage, not collected yet)") continue; // nobody's references: it makes all be reached
    for (const edge of edges) {
      if (edge.type !== "weak") counts.set(edge.to, (counts.get(edge.to) ?? 0) + referencesOf(edge));
    }
  }
  const told = [...nodes.entries()]
    .filter(([, { type }]) => type !== "synthetic")
    .map(([number, node]) => [node, counts.get(number), core.refcount(addressOf(node)) >>> 0] as const)
    .filter(([, , count]) => count < REFCOUNT_IMMORTAL);
  expect(told.filter(([, found, count]) => found !== count)).toEqual([]);
  // all is reached from the root, by references that keep alive
  const reached = new Set([0]);
  for (const number of reached) {
    for (const { type, to } of nodes[number]!.edges) if (type !== "weak") reached.add(to);
  }
  expect(reached.size).toBe(nodes.length);
}

describe.each(BUILDS)("%s:", (build) => {
  test("types, sizes and edges are the heap's, in DevTools too", async () => {
    const heap = newObjectHeap(build);
    const Node = heap.struct("Node", { next: "self", data: "ref", x: "f64" });
    const first = new Node({ data: "some text", x: 1 });
    const data = heap.dict(
      new Map<unknown, unknown>([
        ["one", heap.list([700, 2.5])],
        ["a b", null],
        [5, true],
        [-1, 0],
      ]),
    );
    const second = new Node({ next: first, data });
    const weak = heap.weakref.ref(first, () => {});
    heap.set(["member"]);
    heap.tuple([heap.bytes(new Uint8Array(100)), heap.bytearray(1000)]);
    const { nodes, named, referents, totalSize } = await readSnapshot(heapSnapshotChunks(heap));
    const nodeOf = ({ address }: Handle) => nodes.find(({ id }) => id === address + 1)!;

    expect(nodeOf(first)).toMatchObject({ name: "Node", type: "object", selfSize: Node.size });
    expect(nodeOf(data)).toMatchObject({ name: "dict", type: "object", selfSize: heap.sys.getsizeof(data) });
    expect(named("some text")).toMatchObject({ type: "string", selfSize: heap.sys.getsizeof("some text") });
    expect(named("700").type).toBe("number");
    expect(named("bytearray").selfSize).toBeGreaterThan(1000);
    expect(referents(nodeOf(first))).toEqual(["data: some text"]);
    expect(referents(nodeOf(second))).toEqual(["next: Node", "data: dict"]);
    expect(referents(nodeOf(data)).slice(0, 6)).toEqual([
      "key: one",
      "one: list",
      "key: a b",
      "a b: NoneType",
      "key: 5",
      "5: bool",
    ]);
    expect(referents(nodeOf(data)).slice(6)).toEqual(["key: -1", "-1: 0"]);
    expect(referents(named("list"))).toEqual(["0: 700", "1: 2.5"]);
    expect(referents(named("set"))).toEqual(["0: member"]);
    expect(referents(nodeOf(weak))).toEqual(["callback: host", "~referent: Node"]);
    expect(nodeOf(first).retainers).toEqual(expect.arrayContaining(["Node", "weakref", "(Handles)"]));
    expect(totalSize).toBe(nodes.reduce((sum, { selfSize }) => sum + selfSize, 0));
  });

  test("DevTools finds what would die with an object: what it alone keeps, weak references aside", async () => {
    const heap = newObjectHeap(build);
    const Leaf = heap.struct("Leaf", { own: "ref", shared: "ref" });
    const shared = heap.list(["shared text"]);
    const leaf = heap.frame(() => new Leaf({ own: heap.list(["own text"]), shared }));
    const weak = heap.weakref.ref(leaf);
    const { named } = await readSnapshot(heapSnapshotChunks(heap));
    const ownList = heap.sys.getsizeof(heap.list(["x"]));
    expect(named("Leaf").retainedSize).toBe(Leaf.size + ownList + heap.sys.getsizeof("own text"));
    expect(named("weakref").retainedSize).toBe(heap.sys.getsizeof(weak));
    expect(named("own text").distance).toBe(5); // root, GC roots, handles, leaf, list, text
  });

  test("holders are told apart: frames, namespaces, handles, the collector's garbage, and cycles that nobody holds", async () => {
    const heap = newObjectHeap(build);
    heap.gc.disable();
    const Node = heap.struct("Node", { next: "self", data: "ref" });
    const globals = heap.namespace();
    globals.config = heap.dict({ "by name": 1 });
    globals.text = "a text in a variable";
    const outer = heap.set(["by handle"]);
    outer.dup();
    heap.incref(outer.address);
    heap.gc.setDebug(heap.gc.DEBUG_SAVEALL);
    heap.frame(() => {
      const loop = heap.list(["saved"]);
      loop.append(loop);
    });
    const saved = heap.gc.collect();
    heap.gc.setDebug(0);
    heap.frame(() => {
      const [one, two] = [new Node({ data: "in a knot" }), new Node()];
      one.next = two;
      two.next = one;
    });
    const chunks = heap.frame(() => {
      heap.tuple([heap.bytes(new Uint8Array(1))]);
      return heapSnapshotChunks(heap, { namespaces: { globals } });
    });
    const { named, referents, nodes } = await readSnapshot(chunks);
    expect(saved).toBe(1);
    expect(referents(named("(GC roots)"))).toEqual(
      [
        "(Immortal objects)",
        "(gc.garbage)",
        "(Frames)",
        "(Handles)",
        "(Namespace globals)",
        "(Garbage, not collected yet)",
      ].map((name) => `${name}: ${name}`),
    );
    expect(referents(named("(Frames)")).sort()).toEqual(["1 reference: bytes", "1 reference: tuple"]);
    expect(referents(named("(Handles)"))).toEqual(["3 references: set"]);
    expect(referents(named("(Namespace globals)"))).toEqual(["config: dict", "text: a text in a variable"]);
    expect(referents(named("(gc.garbage)"))).toEqual(["garbage: list"]);
    expect(nodes.find(({ name }) => name === "saved")!.distance).toBe(5); // gc.garbage, its list, the list, the text
    expect(referents(named("(Garbage, not collected yet)"))).toEqual(["0: Node"]);
    expect(named("(Garbage, not collected yet)").retainedSize).toBe(
      2 * Node.size + heap.sys.getsizeof("in a knot"),
    );
    heap.gc.garbage.clear();
  });

  test("what lives for ever is held as immortal, however often it is referred to", async () => {
    const heap = newObjectHeap(build);
    const list = heap.list([null, 1, "text"]);
    heap.immortalize(list);
    const { named, referents, nodes } = await readSnapshot(heapSnapshotChunks(heap));
    const immortal = referents(named("(Immortal objects)")).map((edge) => edge.replace(/^\d+: /, ""));
    for (const name of ["NoneType", "list", "-5", "256", "bool", "bytes", "tuple"])
      expect(immortal).toContain(name);
    expect(referents(named("(Handles)"))).toEqual([]);
    expect(nodes.find(({ id }) => id === list.address + 1)!.retainers).toEqual(["(Immortal objects)"]);
  });

  test("without previews no content gets out, but names of types and fields do", () => {
    const heap = newObjectHeap(build);
    const Secret = heap.struct("Secret", { field: "ref" });
    new Secret({ field: heap.dict({ password: "hunter2", number: 7654321 }) });
    const text = heapSnapshot(heap, { previewLength: 0 });
    expect(text).not.toMatch(/password|hunter2/);
    const { strings } = JSON.parse(text) as SnapshotFile;
    for (const name of ["Secret", "field", "dict", "str", "int", "key", "value"])
      expect(strings).toContain(name);
    expect(strings).not.toContain("7654321");
    expect(heapSnapshot(heap)).toContain("hunter2");
    expect(heapSnapshot(heap, { previewLength: 4 })).toContain('"hunt…"');
  });

  test("the heap is read by the call, and may change while the chunks are written", () => {
    const heap = newObjectHeap(build);
    const list = heap.list(["first"]);
    const expected = heapSnapshot(heap);
    const chunks = heapSnapshotChunks(heap);
    list.set(0, "second");
    heap.frame(() => heap.from(Array.from({ length: 10_000 }, (_, index) => [index])));
    heap.malloc(1_000_000); // memory grows
    expect([...chunks].join("")).toBe(expected);
  });

  test("a snapshot taken by a finalizer has what lives then", () => {
    const heap = newObjectHeap(build);
    const texts: string[] = [];
    const Dying = heap.struct(
      "Dying",
      { next: "self", data: "ref" },
      { finalizer: () => void texts.push(heapSnapshot(heap)) },
    );
    const kept = heap.list(["kept"]);
    heap.frame(() => {
      new Dying({ data: kept, next: new Dying({ data: heap.list([kept]) }) });
    });
    heap.frame(() => {
      const knot = new Dying({ data: "knot" });
      knot.next = knot;
    });
    heap.gc.collect();
    expect(texts.length).toBe(3);
    for (const text of texts) {
      const nodes = nodesOf(JSON.parse(text) as SnapshotFile);
      expect(nodes.map(({ name }) => name)).toContain("kept");
    }
    heap.verify();
  });

  test("of any program, every object, size, reference and count is there, and all is reached", () => {
    fc.assert(
      fc.property(programs, (steps) => {
        const heap = newObjectHeap(build);
        runProgram(heap, steps);
        checkAgainst(heap);
        heap.frame((locals) => {
          locals.named = heap.list([heap.list()]);
          checkAgainst(heap);
        });
        for (let isDone = false; !isDone; ) {
          isDone = heap.gc.step({ budgetMs: 0 }).isDone;
          checkAgainst(heap);
        }
        heap.verify();
      }),
      { numRuns: 40 },
    );
  });
});

test("the fields and their codes are those that V8 writes", async () => {
  let text = "";
  for await (const chunk of getHeapSnapshot()) text += chunk;
  const [own, v8] = [fileOf(newObjectHeap("release")), JSON.parse(text) as SnapshotFile];
  expect(Object.keys(own)).toEqual(Object.keys(v8));
  const { meta } = own.snapshot;
  const { node_types, ...fields } = v8.snapshot.meta;
  expect(meta).toMatchObject(fields);
  const [nodeTypes, ...otherTypes] = node_types;
  expect(nodeTypes.slice(0, meta.node_types[0].length)).toEqual(meta.node_types[0]); // V8 has a type more for Wasm's objects
  expect(meta.node_types.slice(1)).toEqual(otherTypes);
  expect(own.nodes.slice(0, 2)).toEqual(v8.nodes.slice(0, 2)); // the root: synthetic, of the same name
  expect(own.strings[0]).toBe(v8.strings[0]);
});

test("a million objects come in small pieces, without a handle each", () => {
  const heap = newObjectHeap("release");
  const Node = heap.struct("Node", { next: "self", x: "f64" });
  const { addresses } = Node.allocate(1_000_000);
  for (let index = 1; index < addresses.length; index += 1) {
    heap.setRef(addresses[index]!, Node.offsets.next, addresses[index - 1]!);
  }
  const handles = heap.liveHandles;
  let length = 0;
  let longest = 0;
  let edgeCount = 0;
  for (const chunk of heapSnapshotChunks(heap)) {
    length += chunk.length;
    longest = Math.max(longest, chunk.length);
    edgeCount = Math.max(edgeCount, Number(/"edge_count":(\d+)/.exec(chunk)?.[1] ?? 0));
    expect(heap.liveHandles).toBe(handles);
  }
  expect(edgeCount).toBeGreaterThan(2_000_000 - 1); // a holder's and the next one's each
  expect(length).toBeGreaterThan(50_000_000);
  expect(longest).toBeLessThan(200_000);
});

test("what is no heap, no namespace of it, no length, or over already, is refused", () => {
  const heap = newObjectHeap("release");
  expect(() => heapSnapshotChunks(undefined as never)).toThrow(InvalidArgumentError);
  expect(() => heapSnapshotChunks({} as never)).toThrow(InvalidArgumentError);
  expect(() => heapSnapshotChunks(heap, { previewLength: -1 })).toThrow("previewLength is -1");
  expect(() => heapSnapshotChunks(heap, { previewLength: 1.5 })).toThrow(InvalidArgumentError);
  for (const none of [{}, null, "globals", newObjectHeap("release").namespace(), heap.list()]) {
    const namespaces = { globals: none as never };
    expect(() => heapSnapshotChunks(heap, { namespaces })).toThrow("a namespace of this heap");
  }
  expect(() => heapSnapshotChunks(newHeap("release"))).toThrow(WasmModuleError);
  heap.close();
  expect(() => heapSnapshotChunks(heap)).toThrow(HeapClosedError);
});
