// test/src/objects/stack-end.test.ts: the end of the engine's stack, which may come anywhere: what it cuts off is told, and nothing stays on for good.

import { describe, expect, test } from "vitest";
import { COLLECTOR_ADDRESS, DEATH_DEPTH_ADDRESS } from "../../../assembly/layout.js";
import { COLLECTOR_MARKING, COLLECTOR_STATE } from "../../../assembly/object-layout.js";
import { CorruptHeapError, InterruptedError } from "../../../src/errors.js";
import type { Heap } from "../../../src/heap.js";
import type { Handle } from "../../../src/objects/handle.js";
import { BUILDS, newObjectHeap } from "../../support/checked-core.js";

/** Calls `call` where only `room` more calls of a small function would have room on the stack. @returns what it throws. */
function nearTheEnd(room: number, call: () => void): unknown {
  let level = 0;
  let error: unknown;
  const down = (): void => {
    try {
      down();
    } catch {
      // the end, or too near to it
    }
    level += 1;
    if (level !== room + 1) return;
    try {
      call();
    } catch (thrown) {
      error = thrown;
    }
  };
  down();
  return error;
}

/** A circle that only a collection frees. */
function makeCircle(heap: Heap): void {
  heap.frame(() => {
    const list = heap.list();
    list.append(list);
  });
}

/** Objects collected since the heap was made. */
function collectedBy(heap: Heap): number {
  return heap.gc.getStats().reduce((sum, { collected }) => sum + collected, 0);
}

describe.each(BUILDS)("%s:", (build) => {
  test("objects released at the end of the stack: each time, collections go on, or the damage is told", () => {
    const thrown = new Set<string>();
    let damaged = 0;
    const newHeap = (): { heap: Heap; release: () => void } => {
      const heap = newObjectHeap(build);
      heap.onUnraisable = () => {};
      const Node = heap.struct("Node", { next: "ref" }, { finalizer: (self) => self.next });
      const nodes: Handle[] = [];
      for (let i = 0; i < 100; i += 1) {
        const [inner, outer] = [new Node(), new Node()];
        outer.next = inner;
        inner.next = heap.frame(() => heap.list([new Node()]));
        if (i % 3 === 0) heap.weakref.ref(inner, () => {});
        inner.dispose();
        nodes.push(outer);
      }
      return { heap, release: () => nodes.pop()?.dispose() };
    };
    let { heap, release } = newHeap();
    for (let room = 0; room < 80; room += 1) {
      const error = nearTheEnd(room, release);
      if (error !== undefined) thrown.add((error as Error).name);
      try {
        const before = collectedBy(heap);
        heap.gc.setThreshold(1); // by itself, none begins while objects are dying
        for (let i = 0; i < 4; i += 1) makeCircle(heap);
        expect(collectedBy(heap) - before).toBeGreaterThan(0);
        heap.verify();
      } catch (told) {
        if (!(told instanceof CorruptHeapError)) throw told;
        expect(() => heap.gc.collect()).toThrow(CorruptHeapError); // for good
        damaged += 1;
        ({ heap, release } = newHeap());
      }
    }
    expect([...thrown]).toEqual(["RangeError"]);
    expect(damaged).toBeLessThan(40);
  });

  test("a collection at the end of the stack is done, or not begun", () => {
    const heap = newObjectHeap(build);
    heap.onUnraisable = () => {};
    const Node = heap.struct("Node", { next: "self" }, { finalizer: () => {} });
    const results = new Set<unknown>();
    for (let room = 0; room < 600; room += 3) {
      heap.frame(() => {
        const node = new Node();
        node.next = node;
      });
      let result: unknown;
      const error = nearTheEnd(room, () => {
        result = heap.gc.collect();
      });
      result ??= (error as Error).name;
      results.add(result);
      expect(result === 1 || heap.gc.collect() === 1, `${result} at ${room}`).toBe(true);
      heap.verify();
    }
    expect(results).toContain("RangeError");
    expect(results).toContain(1);
  });

  test("a death that was cut off is given up, and told; objects that waited for it die", () => {
    const heap = newObjectHeap(build);
    const told: unknown[] = [];
    heap.onUnraisable = (error, what) => told.push(error, what);
    heap.none.dispose();
    heap.memory.u32[DEATH_DEPTH_ADDRESS >>> 2] = 1; // as it is then
    makeCircle(heap);
    expect(heap.gc.collect()).toBe(1);
    expect(told).toEqual([expect.any(InterruptedError), "the heap"]);
    makeCircle(heap);
    heap.gc.step();
    expect(told).toHaveLength(2);
  });

  test("collections that begin by themselves notice it too", () => {
    const heap = newObjectHeap(build);
    const told: unknown[] = [];
    heap.onUnraisable = (error) => told.push((error as Error).name);
    heap.none.dispose();
    heap.memory.u32[DEATH_DEPTH_ADDRESS >>> 2] = 1;
    for (let i = 0; i < 3000; i += 1) makeCircle(heap);
    expect(told).toEqual(["InterruptedError"]);
    expect(heap.gc.getStats()[0]!.collected).toBeGreaterThan(0);
  });

  test("within a finalizer, the objects that are dying are none that were cut off", () => {
    const heap = newObjectHeap(build);
    const told: unknown[] = [];
    heap.onUnraisable = (error) => told.push(error);
    const results: unknown[] = [];
    const Node = heap.struct(
      "Node",
      {},
      { finalizer: () => results.push(heap.gc.step().isDone, heap.gc.collect()) },
    );
    makeCircle(heap);
    new Node().dispose();
    expect([results, told]).toEqual([[true, 1], []]);
  });

  test("a heap that was damaged is not collected, which is told each time", () => {
    const heap = newObjectHeap(build);
    const list = heap.list([1]);
    heap.memory.u32[DEATH_DEPTH_ADDRESS >>> 2] = 1;
    heap.memory.u16[(list.address + 4) >>> 1] = 999; // no type
    for (let i = 0; i < 2; i += 1) expect(() => heap.gc.collect()).toThrow(CorruptHeapError);
    expect(() => {
      for (let i = 0; i < 3000; i += 1) heap.dict({ a: null });
    }).toThrow(CorruptHeapError);
  });

  test("a collection that was cut off is told each time", () => {
    const heap = newObjectHeap(build);
    heap.none.dispose();
    heap.memory.u32[(COLLECTOR_ADDRESS + COLLECTOR_STATE) >>> 2] = COLLECTOR_MARKING;
    for (let i = 0; i < 2; i += 1) expect(() => heap.gc.collect()).toThrow(InterruptedError);
    expect(() => heap.gc.step()).toThrow(InterruptedError);
  });

  test("an error that finds no room to be told is told when there is some", () => {
    const heap = newObjectHeap(build);
    const told: unknown[] = [];
    heap.onUnraisable = (error, what) => told.push([error, what]);
    const Node = heap.struct("Node", {}, { finalizer: () => told.push("finalizer") });
    const node = new Node();
    const { host } = heap.objectHeap;
    const { calls } = host;
    const error = new RangeError("no room");
    host.calls = {
      ...calls!,
      finalize: () => {
        throw error;
      },
    };
    node.dispose(); // nothing is thrown into the core
    host.calls = calls;
    expect([told, host.depth]).toEqual([[], 0]);
    new Node().dispose();
    const at = "a finalizer or callback, at the end of the stack";
    expect(told).toEqual([[error, at], "finalizer"]);
    heap.verify();
  });
});
