// test/src/gc/hostile.test.ts: what finalizers and callbacks may do to the collection that runs them, and to whoever made a container.

import { describe, expect, test } from "vitest";
import { HeapClosedError } from "../../../src/errors.js";
import type { Heap } from "../../../src/heap.js";
import type { StructHandle } from "../../../src/structs/struct-handle.js";
import { BUILDS, newObjectHeap } from "../../support/checked-core.js";

/** A struct that refers to itself, and to nothing else, with this finalizer. */
function makeCircle(heap: Heap, finalizer: (self: StructHandle) => void): void {
  const Node = heap.struct("Circle", { next: "self" }, { finalizer });
  heap.frame(() => {
    const node = new Node();
    node.next = node;
  });
}

describe.each(BUILDS)("%s:", (build) => {
  test.each([0, 2] as const)(
    "DEBUG_SAVEALL set by a finalizer holds for this collection already, as in CPython (generation %i)",
    (generation) => {
      const heap = newObjectHeap(build);
      makeCircle(heap, () => heap.gc.setDebug(heap.gc.DEBUG_SAVEALL));
      expect(heap.gc.collect(generation)).toBe(1);
      heap.verify();
      expect(heap.frame(() => heap.gc.garbage.length)).toBe(1);
      heap.gc.setDebug(0);
      heap.frame(() => heap.gc.garbage.clear());
      expect([heap.gc.collect(), heap.frame(() => heap.gc.getObjects().length)]).toEqual([1, 0]);
      heap.verify();
    },
  );

  test("so does it in a collection in increments; where there is no memory for the list, the objects live on", () => {
    const heap = newObjectHeap(build, { maximumBytes: 2 * 65536 });
    const blocks: number[] = [];
    makeCircle(heap, () => {
      heap.gc.setDebug(heap.gc.DEBUG_SAVEALL);
      for (let size = 60_000; size >= 8; size -= 8) {
        try {
          while (true) blocks.push(heap.malloc(size));
        } catch {
          // smaller ones may fit
        }
      }
      try {
        while (true) heap.list();
      } catch {
        // no list more
      }
    });
    heap.gc.freeze();
    heap.gc.unfreeze(); // it is old now
    while (!heap.gc.step().isDone);
    heap.verify();
    for (const block of blocks) heap.free(block);
    heap.gc.setDebug(0);
    expect(heap.gc.collect()).toBe(1);
    expect(heap.frame(() => heap.gc.garbage.length)).toBe(0);
    heap.verify();
  });

  test.each([0, 1, 2] as const)(
    "a finalizer that closes the heap ends a collection of generation %i",
    (generation) => {
      const heap = newObjectHeap(build);
      makeCircle(heap, () => heap.close());
      expect(heap.gc.collect(generation)).toBe(0);
      expect(() => heap.gc.collect(generation)).toThrow(HeapClosedError);
      heap.verify();
    },
  );

  test("a callback that collects, steps or makes containers begins no collection within the one that it is told of, as in CPython", () => {
    const heap = newObjectHeap(build);
    makeCircle(heap, () => {});
    makeCircle(heap, () => {});
    heap.gc.setThreshold(1);
    const heard: unknown[] = [];
    heap.gc.callbacks.push((phase) => {
      if (heard.length > 50) return; // or each would begin two more
      heard.push(phase, heap.gc.collect(), heap.gc.step());
      for (let i = 0; i < 5; i += 1) heap.list().dispose();
      const lists = Array.from({ length: 5 }, () => heap.list());
      for (const list of lists) list.dispose();
    });
    const nothing = [0, { isDone: true, collected: 0 }];
    expect(heap.gc.collect()).toBe(2);
    expect(heard).toEqual(["start", ...nothing, "stop", ...nothing]);
    heard.length = 0;
    heap.gc.callbacks[0] = (phase) => heard.push(phase, heap.gc.collect(), heap.gc.step());
    makeCircle(heap, () => {});
    heap.gc.disable();
    heap.gc.freeze();
    heap.gc.unfreeze();
    while (!heap.gc.step({ budgetMs: 0 }).isDone);
    expect(heard.filter((it) => it === "stop")).toHaveLength(heard.filter((it) => it === "start").length);
    expect(heard.filter((it) => typeof it === "number").every((collected) => collected === 0)).toBe(true);
    heap.verify();
  });

  test("a collection that begins in the midst of a weak dictionary's set() may have value and key released", () => {
    const heap = newObjectHeap(build);
    const Node = heap.struct("Node", { x: "i32" });
    const values = new heap.weakref.WeakValueDictionary();
    const [key, value] = [heap.tuple([1, "key"]), new Node({ x: 1 })];
    values.set("for what is made on first use", value);
    heap.gc.disable();
    makeCircle(heap, () => {
      key.dispose();
      value.dispose();
    });
    heap.gc.setThreshold(1);
    heap.gc.enable();
    values.set(key, value);
    heap.verify();
    expect([key.isReleased, value.isReleased]).toEqual([true, true]);
    values.dispose();
    heap.verify();
  });
});
