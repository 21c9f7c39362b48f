// test/src/objects/object-heap.test.ts: what a heap's objects share: finalizers that fail, the end of a heap, modules without objects.

import { describe, expect, test, vi } from "vitest";
import { DEATH_DEPTH_MAX, PAGE_COUNT_MAX, PAGE_SIZE } from "../../../assembly/layout.js";
import { HeapClosedError, MemoryError, WasmModuleError } from "../../../src/errors.js";
import { Heap } from "../../../src/heap.js";
import type { ListHandle } from "../../../src/kinds/list.js";
import type { Handle } from "../../../src/objects/handle.js";
import { BUILDS, newHeap, newObjectHeap, OBJECT_WASM } from "../../support/checked-core.js";
import { leftBy, NOTHING } from "../../support/objects.js";
import { withMaximumPages } from "../../support/wasm-memory-limit.js";

test("a heap of the allocator alone has no objects, and says which file has", () => {
  const heap = newHeap("release");
  for (const call of [
    () => heap.list(),
    () => heap.namespace(),
    () => heap.gc.freeze(),
    () => heap.decref(8),
  ]) {
    expect(call).toThrow(WasmModuleError);
  }
  expect(() => heap.int(1)).toThrow(/allocator alone.*objects\.wasm/);
  heap.close();
  heap.free(heap.malloc(8));
});

test("a heap with objects leaves the end of 4 GiB to released handles", () => {
  expect(newObjectHeap("release").maximumBytes).toBe((PAGE_COUNT_MAX - 2) * PAGE_SIZE);
  expect(newHeap("release").maximumBytes).toBe(PAGE_COUNT_MAX * PAGE_SIZE);
});

describe.each(BUILDS)("%s:", (build) => {
  test("objects that are too many for the first page are told, and malloc goes on", () => {
    const heap = newObjectHeap(build, { maximumBytes: PAGE_SIZE });
    const blocks: number[] = [];
    const fill = (size: number): void => {
      try {
        for (;;) blocks.push(heap.malloc(size));
      } catch {}
    };
    for (const size of [4096, 512, 8]) fill(size);
    expect(() => heap.list()).toThrow(MemoryError);
    expect(() => heap.list()).toThrow(MemoryError);
    for (const block of blocks) heap.free(block);
    expect(heap.list([1]).get(0)).toBe(1);
    heap.verify();
  });

  test("a long life in little memory: every step succeeds, or throws MemoryError and changes nothing", () => {
    const heap = new Heap(new WebAssembly.Module(withMaximumPages(OBJECT_WASM[build], 4)), {});
    const ns = heap.namespace();
    ns.all = heap.list();
    let failures = 0;
    for (let step = 0; step < 3000; step += 1) {
      const before = heap.sys.getallocatedblocks();
      const { length } = ns.all as ListHandle;
      try {
        heap.frame(() =>
          (ns.all as ListHandle).append(heap.from({ step: [`step ${step}`, step * 1000, 0.5] })),
        );
      } catch (error) {
        expect(error).toBeInstanceOf(MemoryError);
        expect(heap.sys.getallocatedblocks()).toBe(before);
        expect(ns.all.length).toBe(length);
        failures += 1;
        if (failures > 40) break;
        ns.all.delete(0, 10);
      }
    }
    expect(failures).toBeGreaterThan(20);
    heap.verify();
    delete ns.all;
    expect([...heap.objects()]).toEqual([]);
  });

  test("what a finalizer throws goes to onUnraisable, and the rest dies all the same", () => {
    const heap = newObjectHeap(build);
    const told: [unknown, string][] = [];
    heap.onUnraisable = (error, object) => told.push([error, object]);
    const Bomb = heap.struct("Bomb", { next: "ref" }, { finalizer: (self) => explode(self) });
    const explode = (self: Handle): never => {
      heap.list([self]);
      throw new Error("bang");
    };
    const run = (): void =>
      heap.frame(() => {
        heap.list([new Bomb({ next: new Bomb() }), new Bomb()]);
      });
    run();
    expect(told).toHaveLength(3);
    expect(told[0]![0]).toMatchObject({ message: "bang" });
    expect(told[0]![1]).toMatch(/^finalizer of Bomb at 0x[0-9a-f]+$/);
    expect(leftBy(heap, run)).toEqual(NOTHING);
  });

  test("a hook that throws itself, and the default one, print", () => {
    const heap = newObjectHeap(build);
    const print = vi.spyOn(console, "error").mockImplementation(() => {});
    const Bomb = heap.struct("Bomb", {}, { finalizer: () => explode() });
    const explode = (): never => {
      throw new Error("bang");
    };
    new Bomb().dispose();
    expect(print.mock.calls[0]![0]).toMatch(/^Exception ignored in: finalizer of Bomb at 0x/);
    heap.onUnraisable = explode;
    new Bomb().dispose();
    expect(print.mock.calls[1]![0]).toBe("Exception ignored in: heap.onUnraisable");
    print.mockRestore();
  });

  test("a finalizer may resurrect its object, once", () => {
    const heap = newObjectHeap(build);
    const ns = heap.namespace();
    let runs = 0;
    const Phoenix = heap.struct(
      "Phoenix",
      { x: "i32" },
      {
        finalizer(self) {
          runs += 1;
          ns.saved = self;
        },
      },
    );
    new Phoenix({ x: 5 }).dispose();
    expect([runs, ns.saved.x, heap.refcount(ns.saved), heap.gc.isFinalized(ns.saved)]).toEqual([
      1,
      5,
      1,
      true,
    ]);
    delete ns.saved;
    expect(runs).toBe(1);
    expect([...heap.objects()]).toEqual([]);
    heap.verify();
  });

  test("handles that a finalizer makes outside of any frame are released after it", () => {
    const heap = newObjectHeap(build);
    const kept: Handle[] = [];
    const Node = heap.struct(
      "Node",
      {},
      { finalizer: (self) => void kept.push(self, heap.list([self.dup()])) },
    );
    const run = (): void => new Node().dispose();
    run();
    expect(kept.map((handle) => handle.isReleased)).toEqual([true, true]);
    expect(leftBy(heap, run)).toEqual(NOTHING);
  });

  test("a finalizer that makes others die, and allocates, many deep", () => {
    const heap = newObjectHeap(build);
    const Node = heap.struct(
      "Node",
      { next: "ref" },
      { finalizer: () => heap.from([1, ["text"]]).dispose() },
    );
    const count = build === "release" ? 3000 : 300;
    const run = (): void => {
      let node = new Node();
      for (let i = 0; i < count; i += 1) {
        const outer = new Node({ next: node });
        node.dispose();
        node = outer;
      }
      node.dispose();
    };
    run();
    expect(leftBy(heap, run)).toEqual(NOTHING);
  });

  test("once closed, every call for objects throws, and releasing does nothing", () => {
    const heap = newObjectHeap(build);
    const ns = heap.namespace();
    const list = heap.list([1]);
    const dict = heap.dict({ a: 1 });
    const int = heap.int(1000);
    ns.a = heap.set();
    const iterator = list[Symbol.iterator]();
    heap.close();
    heap.close();
    const calls = [
      ...[() => heap.list(), () => heap.tuple(), () => heap.dict(), () => heap.set(), () => heap.bytearray()],
      ...[() => heap.int(5), () => heap.float(1), () => heap.str(""), () => heap.bool(true), () => heap.none],
      ...[() => heap.host({}), () => heap.from(5), () => heap.frame(() => 1), () => heap.namespace()],
      ...[() => heap.bytes(new Uint8Array()), () => [...heap.stream([1])], () => [...heap.objects()]],
      ...[() => heap.refcount(list), () => heap.incref(8), () => heap.decref(8), () => heap.typeOf(8)],
      ...[() => heap.handle(8), () => heap.setRef(8, 8, 0), () => heap.sys.getrefcount(list)],
      ...[() => heap.sys.getsizeof(5), () => heap.sys.intern("a"), () => heap.gc.getObjects()],
      ...[() => list.append(2), () => list.get(0), () => list.length, () => list.address, () => list.dup()],
      ...[() => dict.get("a"), () => dict.size, () => int.value, () => list.toJS(), () => list.typeName],
      ...[() => iterator.next(), () => ns.a.size, () => list.is(dict), () => heap.gc.isTracked(list)],
    ];
    for (const call of calls) expect(call, call.toString()).toThrow(HeapClosedError);
    list.dispose();
    expect(list.isReleased).toBe(true);
    delete ns.a;
    heap.free(heap.malloc(8));
  });

  test("a heap may be closed in a frame, and before its first object", () => {
    const heap = newObjectHeap(build);
    heap.frame((locals) => {
      locals.a = heap.list();
      for (let i = 0; i < 20; i += 1) heap.list();
      heap.close();
    });
    const unused = newObjectHeap(build);
    unused.close();
    expect(() => unused.list()).toThrow(HeapClosedError);
  });

  test("a finalizer may close the heap: the objects die, their finalizers and callbacks run no more, and all is quiet", () => {
    const kinds = ["one by one", "in a frame", "in a batch", "in a list"];
    for (const kind of kinds) {
      const heap = newObjectHeap(build);
      const order: string[] = [];
      heap.onUnraisable = (error, what) => order.push(`${(error as Error).name} in ${what.split(" at")[0]}`);
      const print = vi.spyOn(console, "error").mockImplementation(() => {});
      const Node = heap.struct(
        "Node",
        { next: "self" },
        {
          finalizer: (self) => {
            order.push("finalizer");
            heap.close();
            order.push(String(self.next));
          },
        },
      );
      const { weakref } = heap;
      const make = () => new Node({ next: new Node() });
      if (kind === "one by one") {
        const node = make();
        weakref.ref(node, () => order.push("callback"));
        weakref.finalize(node, () => order.push("finalize"));
        heap.del(node);
      } else if (kind === "in a frame") {
        heap.frame(() => Array.from({ length: 100 }, make).length);
      } else if (kind === "in a batch") {
        Node.allocate(10).dispose();
      } else {
        const list = heap.frame(() => heap.list(Array.from({ length: 10 }, make)));
        list.clear();
      }
      expect(order, kind).toEqual([
        "finalizer",
        ...(kind === "one by one" ? ["finalize"] : []),
        "HeapClosedError in finalizer of Node",
      ]);
      expect(print, kind).not.toHaveBeenCalled();
      print.mockRestore();
      heap.verify();
      heap.free(heap.malloc(8));
      expect(() => heap.list()).toThrow(HeapClosedError);
    }
  });
});

describe("at the heap's end", () => {
  test("what was left to do is done, the newest first, errors aside", () => {
    const heap = newObjectHeap("release");
    const order: unknown[] = [];
    heap.onUnraisable = (error) => order.push((error as Error).message);
    const { objectHeap } = heap;
    objectHeap.atClose(() => order.push(heap.list([1]).length));
    objectHeap.atClose(() => {
      throw new Error("failed");
    });
    objectHeap.atClose(() => order.push("newest"));
    heap.close();
    heap.close();
    expect(order).toEqual(["newest", "failed", 1]);
  });

  test("closing once more from what is left to do changes nothing", () => {
    const heap = newObjectHeap("release");
    const order: unknown[] = [];
    const Node = heap.struct("Node", {});
    const node = new Node();
    heap.weakref.finalize(node, () => order.push(heap.list([1]).length));
    heap.weakref.finalize(node, () => {
      order.push("newest");
      heap.close();
    });
    heap.close();
    expect(order).toEqual(["newest", 1]);
  });
});

test("objects above 2 GiB are used as those below", () => {
  const heap = newObjectHeap("release");
  heap.malloc(2 ** 31);
  const Node = heap.struct("High", { next: "ref", x: "f64" });
  heap.frame(() => {
    const node = new Node({ next: heap.list([1, "text", 0.5]), x: 1.5 });
    expect(node.address).toBeGreaterThan(2 ** 31);
    expect([node.x, (node.next as ListHandle).toJS()]).toEqual([1.5, [1, "text", 0.5]]);
    const dict = heap.from({ a: [1, { b: "€" }], big: 2n ** 100n });
    expect(dict.toJS()).toEqual({ a: [1, { b: "€" }], big: 2n ** 100n });
    const addresses = Array.from({ length: 50 }, () => heap.list([node]).address);
    expect(Math.min(...addresses)).toBeGreaterThan(2 ** 31);
    expect(heap.gc.getReferrers(node)).toHaveLength(50);
    expect([...heap.objects()].every(({ address }) => address > 0)).toBe(true);
  });
  expect([...heap.objects()]).toEqual([]);
  heap.verify();
});

test("an object whose death was postponed lives if it is referred to by then", () => {
  const heap = newObjectHeap("checked");
  const V = heap.struct("V", { x: "f64" });
  const value = new V({ x: 42 });
  const ref = heap.weakref.ref(value);
  const variables = heap.namespace();
  const chain: Handle[] = [];
  let ended = 0;
  const Link = heap.struct(
    "Link",
    {},
    {
      finalizer() {
        ended += 1;
        if (ended < DEATH_DEPTH_MAX) chain[ended]!.dispose();
        else {
          value.dispose();
          variables.keep = ref.deref();
        }
      },
    },
  );
  for (let i = 0; i < DEATH_DEPTH_MAX; i += 1) chain.push(new Link());
  chain[0]!.dispose();
  const others = Array.from({ length: 2000 }, (_, i) => new V({ x: i }));
  const keep = variables.keep as typeof value;
  expect([ended, keep.x, heap.refcount(keep)]).toEqual([DEATH_DEPTH_MAX, 42, 1]);
  keep.x = -1;
  expect(others.every((other, i) => other.x === i)).toBe(true);
  heap.verify();
});
