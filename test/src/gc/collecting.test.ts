// test/src/gc/collecting.test.ts: when collections begin, what they tell of themselves, and what is not accepted.

import { describe, expect, test, vi } from "vitest";
import { HeapClosedError, InvalidArgumentError, MemoryError } from "../../../src/errors.js";
import type { GcInfo } from "../../../src/gc/collections.js";
import type { Heap } from "../../../src/heap.js";
import { BUILDS, newObjectHeap } from "../../support/checked-core.js";

/** Makes garbage: so many lists that refer to themselves. */
function loops(heap: Heap, count: number): void {
  heap.frame(() => {
    for (let made = 0; made < count; made += 1) {
      const list = heap.list();
      list.append(list);
    }
  });
}

describe.each(BUILDS)("%s:", (build) => {
  test("collect() frees what only cycles keep alive, and tells how many", () => {
    const heap = newObjectHeap(build);
    heap.gc.disable();
    loops(heap, 5);
    expect(heap.gc.collect(0)).toBe(5);
    expect(heap.gc.collect()).toBe(0);
    expect(heap.gc.getStats()).toEqual([
      { collections: 1, collected: 5, uncollectable: 0 },
      { collections: 0, collected: 0, uncollectable: 0 },
      { collections: 1, collected: 0, uncollectable: 0 },
    ]);
    heap.verify();
  });

  test("counts and thresholds are CPython 3.13's", () => {
    const heap = newObjectHeap(build);
    const { gc } = heap;
    expect(gc.isEnabled()).toBe(true);
    expect(gc.getThreshold()).toEqual([2000, 10, 10]);
    gc.disable();
    expect(gc.isEnabled()).toBe(false);
    gc.collect();
    expect(gc.getCount()).toEqual([0, 0, 0]);
    const kept = heap.list([]);
    expect(gc.getCount()).toEqual([1, 0, 0]);
    gc.collect(0);
    expect(gc.getCount()).toEqual([0, 1, 0]);
    gc.collect(1);
    expect(gc.getCount()).toEqual([0, 0, 1]);
    kept.dispose();
    expect(gc.getCount()).toEqual([0, 0, 1]); // never below 0
    gc.setThreshold(700);
    expect(gc.getThreshold()).toEqual([700, 10, 10]);
    gc.setThreshold(0, 5, 3);
    expect(gc.getThreshold()).toEqual([0, 5, 3]);
  });

  const makers: Record<string, (heap: Heap) => unknown> = {
    "heap.list": (heap) => heap.list(),
    "heap.tuple": (heap) => heap.tuple([1]),
    "heap.dict": (heap) => heap.dict(),
    "heap.set": (heap) => heap.set(),
    "heap.from": (heap) => heap.from([1]),
  };
  test.each(Object.entries(makers))("%s collects when that is due", (_, make) => {
    const heap = newObjectHeap(build);
    heap.gc.disable();
    loops(heap, 50);
    heap.gc.setThreshold(10);
    heap.gc.enable();
    heap.frame(() => make(heap));
    expect(heap.gc.getStats()[0]!.collected).toBe(50);
    heap.verify();
  });

  test("structs, their batches and weak references collect when that is due", () => {
    const heap = newObjectHeap(build);
    const Node = heap.struct("Node", { next: "self" });
    const node = new Node();
    for (const make of [
      () => new Node(),
      () => heap.decref(Node.allocate()),
      () => Node.allocate(3).dispose(),
      () => heap.weakref.ref(node),
      () => heap.weakref.proxy(node),
    ]) {
      heap.gc.disable();
      const before = heap.gc.getStats()[0]!.collected;
      loops(heap, 50);
      heap.gc.setThreshold(10);
      heap.gc.enable();
      heap.frame(() => void make());
      expect(heap.gc.getStats()[0]!.collected - before, String(make)).toBe(50);
    }
  });

  test("no collection begins by itself with a threshold of 0, in a finalizer, or within another", () => {
    const heap = newObjectHeap(build);
    heap.gc.setThreshold(0);
    loops(heap, 3000);
    expect(heap.gc.getStats()[0]!.collections).toBe(0);
    heap.gc.collect();
    let ran = 0;
    const Node = heap.struct(
      "Node",
      { next: "self" },
      {
        finalizer() {
          ran += 1;
          loops(heap, 10);
          expect(heap.gc.step()).toEqual({ isDone: true, collected: 0 });
        },
      },
    );
    heap.gc.setThreshold(5, 1000, 1000);
    heap.gc.collect();
    const { collections } = heap.gc.getStats()[0]!;
    const node = new Node();
    node.dispose();
    expect(ran).toBe(1);
    expect(heap.gc.getStats()[0]!.collections).toBe(collections);
    heap.verify();
  });

  test("callbacks hear of a collection's beginning and end; what they throw is reported, and changes nothing", () => {
    const heap = newObjectHeap(build);
    heap.gc.disable();
    const heard: [string, number, number][] = [];
    const pauses: number[] = [];
    heap.gc.callbacks.push((phase, info: GcInfo) => {
      heard.push([phase, info.generation, info.collected]);
      pauses.push(info.pauseMs);
      expect(heap.gc.collect(1)).toBeGreaterThanOrEqual(0);
      throw new Error("heard");
    });
    const onUnraisable = vi.fn();
    heap.onUnraisable = onUnraisable;
    loops(heap, 4);
    heap.gc.callbacks.splice(1);
    // the callback collects itself: only its own collections find the garbage
    const outer = heap.gc.callbacks[0]!;
    heap.gc.callbacks[0] = (phase, info) => {
      heard.push([phase, info.generation, info.collected]);
      pauses.push(info.pauseMs);
      throw new Error("heard");
    };
    expect(heap.gc.collect()).toBe(4);
    expect(heard).toEqual([
      ["start", 2, 0],
      ["stop", 2, 4],
    ]);
    expect(pauses[0]).toBe(0);
    expect(pauses[1]).toBeGreaterThan(0);
    expect(onUnraisable).toHaveBeenCalledTimes(2);
    expect(outer).toBeTypeOf("function");
  });

  test("a finalizer that throws does not keep the others, or the collection, from their work", () => {
    const heap = newObjectHeap(build);
    heap.gc.disable();
    const onUnraisable = vi.fn();
    heap.onUnraisable = onUnraisable;
    const Node = heap.struct(
      "Node",
      { next: "self" },
      {
        finalizer() {
          throw new Error("no");
        },
      },
    );
    heap.frame(() => {
      const [a, b] = [new Node(), new Node()];
      a.next = b;
      b.next = a;
    });
    expect(heap.gc.collect()).toBe(2);
    expect(onUnraisable).toHaveBeenCalledTimes(2);
    expect([...heap.objects()].filter(({ type }) => type === "Node")).toEqual([]);
    heap.verify();
  });

  test("DEBUG_SAVEALL keeps what is unreachable in gc.garbage; the other flags write of it", () => {
    const heap = newObjectHeap(build);
    heap.gc.disable();
    const lines: string[] = [];
    heap.gc.debugOutput = (line) => lines.push(line);
    heap.gc.setDebug(heap.gc.DEBUG_LEAK | heap.gc.DEBUG_STATS);
    loops(heap, 2);
    expect(heap.gc.collect()).toBe(2);
    expect(lines[0]).toBe("gc: collecting generation 2...");
    expect(lines.filter((line) => /^gc: collectable <list at 0x[0-9a-f]+>$/.test(line))).toHaveLength(2);
    expect(lines.at(-1)).toMatch(/^gc: done, 2 unreachable, 0 uncollectable, /);
    expect(heap.gc.garbage.length).toBe(2);
    heap.gc.setDebug(0);
    expect(heap.gc.getDebug()).toBe(0);
    heap.frame(() => heap.gc.garbage.clear());
    expect(heap.gc.collect()).toBe(2);
    heap.verify();
  });

  test("getObjects() tells the objects of one generation", () => {
    const heap = newObjectHeap(build);
    heap.gc.disable();
    const list = heap.list();
    const isIn = (generation: 0 | 1 | 2): boolean =>
      heap.frame(() => heap.gc.getObjects(generation).some((object) => object.is(list)));
    expect([isIn(0), isIn(1), isIn(2)]).toEqual([true, false, false]);
    heap.gc.collect(0);
    expect([isIn(0), isIn(1), isIn(2)]).toEqual([false, true, false]);
    heap.gc.freeze();
    expect([isIn(0), isIn(1), isIn(2)]).toEqual([false, false, false]);
    heap.gc.unfreeze();
    expect([isIn(0), isIn(1), isIn(2)]).toEqual([false, false, true]);
  });

  test("step() collects bit by bit what was garbage when it began", () => {
    const heap = newObjectHeap(build);
    heap.gc.disable();
    loops(heap, 1000);
    let step = heap.gc.step({ budgetMs: 0 });
    let steps = 1;
    for (; !step.isDone; steps += 1) {
      loops(heap, 1);
      step = heap.gc.step({ budgetMs: 0 });
      heap.verify();
    }
    expect(steps).toBeGreaterThan(3);
    expect(step.collected + heap.gc.getStats()[1]!.collected).toBeGreaterThanOrEqual(1000);
    heap.gc.collect();
    expect([...heap.objects()].filter(({ type }) => type === "list")).toEqual([]);
  });

  test("setPauseTarget() has full collections done in increments", () => {
    const heap = newObjectHeap(build);
    heap.gc.setThreshold(50, 2, 2);
    heap.gc.setPauseTarget(0.001);
    expect(heap.gc.getPauseTarget()).toBe(0.001);
    const phases = new Set<string>();
    heap.gc.callbacks.push((phase, { generation }) => {
      if (generation === 2) phases.add(phase);
    });
    for (let i = 0; i < 40; i += 1) loops(heap, 100);
    expect(phases).toEqual(new Set(["start", "step", "stop"]));
    const { generations, pauses } = heap.gc.getStats({ pauses: true });
    expect(generations).toEqual(heap.gc.getStats());
    expect(pauses.count).toBeGreaterThan(0);
    expect(pauses.buckets.reduce((sum, { count }) => sum + count, 0)).toBe(pauses.count);
    heap.verify();
  });

  test("without memory for its notes, collect() throws and changes nothing", () => {
    const heap = newObjectHeap(build, { maximumBytes: 4 * 65536 });
    heap.gc.disable();
    loops(heap, 20);
    heap.gc.collect(1);
    const node = heap.list();
    node.append(node);
    const held = fillUp(heap);
    const objects = [...heap.objects()].length;
    const skipped: boolean[] = [];
    heap.gc.callbacks.push((_, { isSkipped }) => skipped.push(isSkipped));
    node.dispose();
    expect(() => heap.gc.collect()).toThrow(MemoryError);
    expect(skipped).toEqual([false, true]);
    expect([...heap.objects()].length).toBe(objects);
    heap.verify();
    for (const block of held) heap.free(block);
    expect(heap.gc.collect()).toBe(1);
  });

  test("what is no generation, threshold, flag or time is refused", () => {
    const { gc } = newObjectHeap(build);
    for (const call of [
      () => gc.collect(3 as never),
      () => gc.collect(-1 as never),
      () => gc.collect("2" as never),
      () => gc.getObjects(4 as never),
      () => gc.setThreshold(-1),
      () => gc.setThreshold(1.5),
      () => gc.setThreshold(1, 2 ** 31),
      () => gc.setThreshold(null as never),
      () => gc.setDebug(-1),
      () => gc.setDebug(2 ** 32 + gc.DEBUG_SAVEALL),
      () => gc.setDebug("all" as never),
      () => gc.step({ budgetMs: -1 }),
      () => gc.step({ budgetMs: Number.NaN }),
      () => gc.setPauseTarget("2" as never),
    ]) {
      expect(call, String(call)).toThrow(InvalidArgumentError);
    }
    expect(gc.getThreshold()).toEqual([2000, 10, 10]);
  });

  test("a finalizer that closes the heap ends the collection", () => {
    const heap = newObjectHeap(build);
    heap.gc.disable();
    const Node = heap.struct("Node", { next: "self" }, { finalizer: () => heap.close() });
    heap.frame(() => {
      const node = new Node();
      node.next = node;
    });
    expect(heap.gc.collect()).toBe(0);
    expect(() => heap.gc.collect()).toThrow(HeapClosedError);
    expect(() => heap.gc.getStats()).toThrow(HeapClosedError);
    expect(() => heap.gc.step()).toThrow(HeapClosedError);
  });
});

/** Takes all memory, but for what is left between blocks. */
function fillUp(heap: Heap): number[] {
  const blocks: number[] = [];
  for (const size of [50_000, 10_000, 3000, 600]) {
    try {
      while (true) blocks.push(heap.malloc(size));
    } catch (error) {
      expect(error).toBeInstanceOf(MemoryError);
    }
  }
  return blocks;
}
