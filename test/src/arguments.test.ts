// test/src/arguments.test.ts: whatever is passed where no type checker looks: an error of the library's, or an answer, and a sound heap.

import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { InvalidArgumentError, PymallocError } from "../../src/errors.js";
import type { Heap } from "../../src/heap.js";
import { BUILDS, newObjectHeap } from "../support/checked-core.js";

const ODD: readonly unknown[] = [
  ...[5n, Symbol("odd"), null, undefined, "x", "length", Number.NaN, -1, 1.5, 1e20, Infinity, true],
  ...[{}, Object.create(null), [], () => {}, new Date(0)],
];

/** Not for callers: what TypeScript calls protected, or @internal. And what would end the heap. */
const INTERNAL =
  /^(constructor|close|_.*|withKey|withWeakref|withNewWeakref|forget|keyOf|itemOf|weakrefOf|liveEntries|newestEntry|entriesInOrder|indexOfItem|outOfMemory|countOutsideReferences)$/;

/** What can be called with arguments, and arguments that are right, of the calls that take more than one. */
function targets(heap: Heap): [target: object, right: Record<string, unknown[]>][] {
  const Node = heap.struct("Node", { other: "ref", x: "u8" });
  const node = new Node();
  const list = heap.list([1, 2]);
  const block = heap.malloc(64);
  const batch = Node.allocate(3);
  return [
    [
      heap,
      {
        ...{ calloc: [2, 8], realloc: [block, 80], alignedAlloc: [16, 16], view: ["u8", block, 4] },
        ...{ writeBytes: [block, new Uint8Array(2)], readBytes: [block, 4], readString: [block, 2] },
        ...{ struct: ["N", { a: "ref" }, {}], setRef: [node.address, 8, 0] },
      },
    ],
    [heap.sys, {}],
    [heap.gc, { setThreshold: [1, 1, 1] }],
    [{ ref: heap.weakref.ref.bind(heap.weakref) }, { ref: [node, null] }],
    [{ finalize: heap.weakref.finalize.bind(heap.weakref) }, { finalize: [node, () => {}] }],
    [list, { set: [0, 1], insert: [0, 1], delete: [0, 1] }],
    [heap.tuple([1]), {}],
    [heap.dict({ a: 1 }), { set: ["a", 1] }],
    [heap.set([1]), {}],
    [heap.bytearray(4), { set: [0, 1] }],
    [heap.int(4), {}],
    [heap.weakref.ref(node), {}],
    [new heap.weakref.WeakValueDictionary([[1, node]]), { set: [1, node], setdefault: [2, node] }],
    [new heap.weakref.WeakKeyDictionary([[node, 1]]), { set: [node, 1], setdefault: [node, 1] }],
    [new heap.weakref.WeakSet([node]), {}],
    [{ allocate: Node.allocate.bind(Node), cursor: Node.cursor.bind(Node) }, {}],
    [batch, {}],
    [batch.column("x"), { set: [0, 1] }],
    [batch.column("other"), { set: [0, node] }],
    [Node.cursor(batch.addresses[0]!), {}],
  ];
}

function methodsOf(target: object): string[] {
  const names = new Set<string>();
  for (let owner = target; owner !== Object.prototype; owner = Object.getPrototypeOf(owner)) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(owner))) {
      const isClass = name.startsWith("Weak");
      if (typeof value === "function" && !isClass && !INTERNAL.test(name)) names.add(name);
    }
  }
  return [...names];
}

function newHeap(build: "checked" | "release"): Heap {
  const heap = newObjectHeap(build);
  heap.onUnraisable = () => {};
  heap.gc.debugOutput = () => {};
  return heap;
}

describe.each(BUILDS)("%s:", (build) => {
  test.each(targets(newHeap(build)).map((_, index) => index))(
    "nothing but the library's own errors comes out of any call (object %i)",
    (index) => {
      const unexpected: string[] = [];
      const [model] = targets(newHeap(build))[index]!;
      const methods = methodsOf(model);
      expect(methods.length).toBeGreaterThan(0);
      for (const name of methods) {
        const heap = newHeap(build);
        const [target, right] = targets(heap)[index]!;
        for (const odd of ODD) {
          const args = right[name] ?? [undefined];
          for (let place = 0; place < args.length; place += 1) {
            const method = (target as Record<string, (...args: unknown[]) => unknown>)[name]!;
            try {
              const result = method.apply(target, args.with(place, odd));
              if (result instanceof Object && "next" in result) [...(result as IteratorObject<unknown>)];
            } catch (error) {
              if (!(error instanceof PymallocError)) unexpected.push(`${name}, ${place}: ${String(error)}`);
            }
          }
          heap.verify();
        }
      }
      expect(unexpected).toEqual([]);
    },
  );

  class Long extends Uint8Array {
    override get length(): number {
      return 1000;
    }
    override get byteLength(): number {
      return 1000;
    }
  }
  class Short extends Uint8Array {
    override get length(): number {
      return 1;
    }
  }
  class Negative extends Uint8Array {
    override get length(): number {
      return -5;
    }
    override slice(): Uint8Array<ArrayBuffer> {
      throw new Error("not to be called");
    }
  }
  class Wordy extends Uint8Array {
    override get length(): number {
      return "x" as unknown as number;
    }
    override get buffer(): ArrayBuffer {
      return null as unknown as ArrayBuffer;
    }
  }

  test.each([Long, Short, Negative, Wordy])(
    "a Uint8Array counts as long as it is, whatever it says",
    (Liar) => {
      const heap = newHeap(build);
      const bytes = new Uint8Array([1, 2, 3, 4]);
      const liar = new Liar(bytes);
      heap.frame(() => {
        expect(heap.bytes(liar).value).toEqual(bytes);
        expect(heap.from(liar).value).toEqual(bytes);
        expect(heap.bytearray(liar).toJS()).toEqual(bytes);
        const bytearray = heap.bytearray(1);
        bytearray.extend(liar);
        expect(bytearray.toJS()).toEqual(new Uint8Array([0, 1, 2, 3, 4]));
        expect(heap.list(liar).toJS()).toEqual([1, 2, 3, 4]);
        expect(heap.list([liar]).get(0)).toEqual(bytes);
      });
      const block = heap.mallocBytes(liar);
      expect(heap.usableSize(block)).toBeGreaterThanOrEqual(4);
      heap.writeBytes(block, liar);
      expect(heap.readBytes(block, 4)).toEqual(bytes);
      heap.verify();
    },
  );

  test("a part of the heap's own memory is copied before memory grows, whatever it says", () => {
    const heap = newHeap(build);
    heap.none.dispose(); // or memory may grow before it is copied
    const block = heap.mallocBytes(new Uint8Array(5_000_000).fill(7));
    const liar = new Wordy(heap.memory.memory.buffer, block, 5_000_000);
    heap.frame(() => {
      const copy = heap.bytes(liar).value;
      expect([copy.length, copy.every((byte) => byte === 7)]).toEqual([5_000_000, true]);
    });
  });

  test("a Uint8Array of another realm is one too", () => {
    const heap = newHeap(build);
    const foreign = runInNewContext("new Uint8Array([1, 2])");
    heap.frame(() => {
      expect(heap.bytes(foreign).value).toEqual(new Uint8Array([1, 2]));
      expect(heap.list([foreign]).get(0)).toEqual(new Uint8Array([1, 2]));
    });
  });

  test("a proxy of an array may say any length, and costs no more memory than its items", () => {
    const heap = newHeap(build);
    for (const length of [-5, "x", 2 ** 40]) {
      const proxy = new Proxy([1, 2], {
        get: (target, key) => (key === "length" ? length : Reflect.get(target, key)),
      });
      const copy = heap.from({ [Symbol.iterator]: undefined, proxy: length === 2 ** 40 ? [] : proxy });
      heap.verify();
      copy.dispose();
    }
  });

  test("no name of a property of an array is the index of a record", () => {
    const heap = newHeap(build);
    const Point = heap.struct("Point", { x: "u8" });
    const column = Point.allocate(3).column("x");
    expect(() => column.get("length" as never)).toThrow(PymallocError);
    expect(() => column.set("length" as never, 1)).toThrow(PymallocError);
  });
});

test("a heap's limit, or its options, that are none", () => {
  const limits = ODD.filter((it) => it !== undefined && it !== null); // these two: as if there were none
  for (const maximumBytes of limits as number[]) {
    expect(() => newObjectHeap("release", { maximumBytes })).toThrow(InvalidArgumentError);
  }
  expect(() => newObjectHeap("release", null as never)).toThrow(InvalidArgumentError);
});

test("what only inherits from a Uint8Array is none", () => {
  const heap = newHeap("release");
  const heir = Object.create(Uint8Array.prototype);
  const block = heap.malloc(4);
  const calls = [
    () => heap.bytes(heir),
    () => heap.bytearray(heir),
    () => heap.mallocBytes(heir),
    () => heap.writeBytes(block, heir),
    () => heap.from(heir),
    () => heap.list().append(heir),
  ];
  for (const call of calls) expect(call).toThrow(InvalidArgumentError);
});
