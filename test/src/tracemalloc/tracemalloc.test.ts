// test/src/tracemalloc/tracemalloc.test.ts: what is traced of a heap, and what is told of it.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InvalidArgumentError, MemoryError, TracingError } from "../../../src/errors.js";
import type { Heap } from "../../../src/heap.js";
import type { Handle } from "../../../src/objects/handle.js";
import { BUILDS, newHeap, newObjectHeap } from "../../support/checked-core.js";

/** Bytes that are traced, as all traces have them. */
function sumOf(heap: Heap): number {
  return [...heap.tracemalloc.takeSnapshot().traces].reduce((sum, { size }) => sum + size, 0);
}

describe.each(BUILDS)("%s:", (build) => {
  function tracedHeap(nframe = 1): Heap {
    const heap = newObjectHeap(build);
    heap.tracemalloc.start(nframe);
    return heap;
  }

  test("blocks count with the bytes that were asked for, from the start until they are freed", () => {
    const heap = newObjectHeap(build);
    const before = heap.malloc(500);
    heap.tracemalloc.start();
    expect(heap.tracemalloc.getTracedMemory()).toEqual({ current: 0, peak: 0 });
    const blocks = [heap.malloc(100), heap.calloc(10, 7), heap.alignedAlloc(64, 33), heap.malloc(100_000)];
    expect(heap.tracemalloc.getTracedMemory()).toEqual({ current: 100_203, peak: 100_203 });
    heap.free(before);
    expect(heap.tracemalloc.getTracedMemory().current).toBe(100_203);
    for (const block of blocks) heap.free(block);
    expect(heap.tracemalloc.getTracedMemory()).toEqual({ current: 0, peak: 100_203 });
    heap.verify();
  });

  test("realloc moves a trace: it counts anew, at the place of the realloc, and the peak includes it", () => {
    const heap = tracedHeap();
    let block = heap.malloc(100);
    const [first] = heap.tracemalloc.takeSnapshot().traces;
    for (const size of [101, 5000, 70_000, 70_001, 10, 0]) {
      block = heap.realloc(block, size);
      expect(heap.tracemalloc.getTracedMemory().current).toBe(size);
      const traces = [...heap.tracemalloc.takeSnapshot().traces];
      expect(traces.map(({ address }) => address)).toEqual([block]);
      expect(String(traces[0]!.traceback)).not.toBe(String(first!.traceback));
    }
    expect(heap.tracemalloc.getTracedMemory().peak).toBe(70_001);
    heap.free(block);
    const old = heap.malloc(8);
    expect(() => heap.realloc(old, 2 ** 32 - 1)).toThrow(MemoryError);
    expect(heap.tracemalloc.getTracedMemory().current).toBe(8);
  });

  test("a free that is refused leaves the trace", () => {
    const heap = tracedHeap();
    const block = heap.malloc(32);
    expect(() => heap.free(block + 8)).toThrow();
    expect(heap.tracemalloc.getTracedMemory().current).toBe(32);
    heap.free(block);
    expect(() => heap.free(block)).toThrow();
    expect(heap.tracemalloc.getTracedMemory().current).toBe(0);
  });

  test("objects and their parts are traced, whoever ends them", () => {
    const heap = tracedHeap();
    const Node = heap.struct("Traced", { next: "self", x: "f64" });
    const made: Record<string, () => Handle> = {
      list: () => heap.list([1000, "text", 2.5]),
      growing: () => {
        const list = heap.list();
        for (let index = 0; index < 100; index += 1) list.append(index * 1000);
        while (list.length > 3) list.pop();
        return list;
      },
      tuple: () => heap.tuple([1000, "x", heap.list([1])]),
      dict: () =>
        heap.dict(new Map(Array.from({ length: 50 }, (_, index) => [`key ${index}`, index * 1000]))),
      set: () => heap.set(Array.from({ length: 50 }, (_, index) => index * 1000)),
      bytearray: () => heap.bytearray(10_000),
      big: () => heap.int(2n ** 1000n),
      large: () => heap.tuple(Array.from({ length: 1000 }, (_, index) => index * 1000)),
      weakref: () => heap.weakref.ref(new Node()),
      deep: () => heap.from({ a: [1, { b: new Set([1000, 2000]) }] }),
      host: () => heap.host(() => 1),
    };
    for (const [name, make] of Object.entries(made)) {
      heap.frame(() => {
        make();
        const { current } = heap.tracemalloc.getTracedMemory();
        expect(current, name).toBeGreaterThan(0);
        expect(sumOf(heap), name).toBe(current);
      });
      expect(heap.tracemalloc.getTracedMemory().current, name).toBe(0);
    }
    heap.verify();
  });

  test("what the collector frees leaves: young, old, with finalizers and without, and in increments", () => {
    const heap = tracedHeap();
    const Node = heap.struct("Cyclic", { next: "ref" });
    const Final = heap.struct("Final", { next: "ref" }, { finalizer: () => heap.list([1, 2]).dispose() });
    for (const collect of [
      () => heap.gc.collect(0),
      () => heap.gc.collect(1),
      () => heap.gc.collect(2),
      () => {
        while (!heap.gc.step({ budgetMs: 1 }).isDone);
      },
    ]) {
      for (const Class of [Node, Final]) {
        heap.frame(() => {
          for (let index = 0; index < 600; index += 1) {
            const node = new Class();
            node.next = heap.list([node, 1.5]);
          }
        });
        expect(heap.tracemalloc.getTracedMemory().current).toBeGreaterThan(0);
        collect();
        if (heap.tracemalloc.getTracedMemory().current > 0) heap.gc.collect();
        expect(heap.tracemalloc.getTracedMemory().current).toBe(0);
      }
    }
    heap.verify();
  });

  test("a hundred thousand records made by one call are of one place, and leave by one", () => {
    const heap = tracedHeap();
    const Node = heap.struct("Many", { next: "self", x: "f64" });
    const batch = Node.allocate(100_000);
    const statistics = heap.tracemalloc.takeSnapshot().statistics("lineno");
    expect(statistics).toHaveLength(1);
    expect(statistics[0]).toMatchObject({ count: 100_000, size: 2_400_000 });
    batch.dispose();
    expect(heap.tracemalloc.getTracedMemory().current).toBe(0);
  });

  test("random programs: the sum is that of the live blocks", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(4), fc.nat(20), fc.oneof(fc.nat(600), fc.nat(100_000))), { maxLength: 200 }),
        (steps) => {
          const heap = tracedHeap();
          const live = new Map<number, number>();
          for (const [what, which, size] of steps) {
            const address = [...live.keys()][which];
            if (what < 2) live.set(heap.malloc(size), size);
            else if (address === undefined) continue;
            else if (what === 2) {
              live.delete(address);
              live.set(heap.realloc(address, size), size);
            } else {
              heap.free(address);
              live.delete(address);
            }
          }
          const expected = [...live].sort(([a], [b]) => a - b);
          expect(
            [...heap.tracemalloc.takeSnapshot().traces].map(({ address, size }) => [address, size]),
          ).toEqual(expected);
          heap.verify();
        },
      ),
      { numRuns: 60 },
    );
  });

  test("the reset peak starts from what there is; cleared traces don't count any more", () => {
    const heap = tracedHeap();
    const { tracemalloc } = heap;
    heap.free(heap.malloc(1000));
    const kept = heap.malloc(10);
    expect(tracemalloc.getTracedMemory()).toEqual({ current: 10, peak: 1000 });
    tracemalloc.resetPeak();
    expect(tracemalloc.getTracedMemory()).toEqual({ current: 10, peak: 10 });
    tracemalloc.clearTraces();
    expect(tracemalloc.getTracedMemory()).toEqual({ current: 0, peak: 0 });
    expect(tracemalloc.getObjectTraceback(kept)).toBeUndefined();
    heap.free(kept);
    expect(tracemalloc.getTracedMemory()).toEqual({ current: 0, peak: 0 });
    expect(tracemalloc.isTracing()).toBe(true);
  });

  test("start and stop: twice is once, nothing is told when it is off, and a new start begins with nothing", () => {
    const heap = newObjectHeap(build);
    const { tracemalloc } = heap;
    expect(tracemalloc.isTracing()).toBe(false);
    expect(() => tracemalloc.takeSnapshot()).toThrow(TracingError);
    expect(() => tracemalloc.track(1, 1)).toThrow(TracingError);
    tracemalloc.stop();
    tracemalloc.start(7);
    tracemalloc.start(3);
    expect(tracemalloc.getTracebackLimit()).toBe(7);
    const list = heap.list([1000]);
    expect(tracemalloc.getObjectTraceback(list)).toBeDefined();
    const snapshot = tracemalloc.takeSnapshot();
    tracemalloc.stop();
    expect(tracemalloc.getObjectTraceback(list)).toBeUndefined();
    expect(tracemalloc.getTracedMemory()).toEqual({ current: 0, peak: 0 });
    expect(tracemalloc.getTracemallocMemory()).toBe(0);
    expect(snapshot.total.count).toBe(3);
    expect(tracemalloc.getTracebackLimit()).toBe(1);
    tracemalloc.start();
    list.dispose();
    expect(tracemalloc.getTracedMemory()).toEqual({ current: 0, peak: 0 });
    heap.verify();
  });

  test("each domain has its own", () => {
    const heap = tracedHeap();
    heap.malloc(10);
    heap.list([1000]);
    heap.tracemalloc.track(77, 1000);
    heap.tracemalloc.track(77, 2000);
    heap.tracemalloc.track(78, 5);
    heap.tracemalloc.untrack(78);
    heap.tracemalloc.untrack(79);
    const traces = [...heap.tracemalloc.takeSnapshot().traces];
    expect(traces.filter(({ domain }) => domain === "raw").map(({ size }) => size)).toEqual([10]);
    expect(traces.filter(({ domain }) => domain === "user")).toMatchObject([{ address: 77, size: 2000 }]);
    const objects = traces.filter(({ domain }) => domain === "objects");
    expect(objects.map(({ type }) => type).sort()).toEqual(["int", "list", undefined].sort());
  });

  test("objects that finalizers make are of the finalizer's line, not of the call that let it run", () => {
    const heap = tracedHeap();
    const saved = heap.namespace();
    const Final = heap.struct(
      "Final",
      { x: "i32" },
      {
        finalizer: () => {
          saved.list = heap.list([1000]);
        },
      },
    );
    const dict = heap.dict();
    heap.frame(() => dict.set("key", new Final()));
    const dictSite = String(heap.tracemalloc.getObjectTraceback(dict));
    dict.set("key", 12345); // ends the Final after it has made room for the int
    const traceback = heap.tracemalloc.getObjectTraceback(saved.list as Handle)!;
    expect(traceback.at(-1)!.functionName).toBe("finalizer");
    expect(String(traceback)).not.toBe(dictSite);
  });

  test("bytes are counted without tracebacks, beside tracing or not, exactly", () => {
    const heap = newObjectHeap(build);
    const early = heap.malloc(100);
    const counter = heap.tracemalloc.countBytes();
    expect(heap.tracemalloc.isTracing()).toBe(false);
    const first = heap.malloc(1000);
    expect(counter.read()).toBe(1000);
    heap.tracemalloc.start(2);
    expect(heap.tracemalloc.getTracedMemory().current).toBe(0);
    const second = heap.malloc(500);
    const later = heap.tracemalloc.countBytes();
    expect([counter.read(), later.read(), heap.tracemalloc.getTracedMemory().current]).toEqual([
      1500, 0, 500,
    ]);
    heap.free(first);
    heap.free(early);
    expect([counter.read(), later.read(), heap.tracemalloc.getTracedMemory().current]).toEqual([
      500, -1000, 500,
    ]);
    expect([...heap.tracemalloc.takeSnapshot().traces]).toHaveLength(1);
    heap.tracemalloc.stop();
    expect(counter.read()).toBe(500);
    heap.free(second);
    expect(counter.read()).toBe(0);
    expect(() => heap.tracemalloc.start({ sampleBytes: 100 })).toThrow(TracingError);
    counter.stop();
    counter.stop();
    later.stop();
    heap.tracemalloc.start({ sampleBytes: 100 });
    expect(() => heap.tracemalloc.countBytes()).toThrow(TracingError);
    heap.verify();
  });

  test("without room for its notes, tracing does not start, and nothing has changed", () => {
    const heap = newObjectHeap(build, { maximumBytes: 128 * 1024 });
    heap.list().dispose();
    const blocks: number[] = [];
    for (let size = 8192; size >= 8; size /= 2) {
      while (true) {
        try {
          blocks.push(heap.malloc(size));
        } catch {
          break;
        }
      }
    }
    expect(() => heap.tracemalloc.start()).toThrow(MemoryError);
    expect(heap.tracemalloc.isTracing()).toBe(false);
    for (const block of blocks) heap.free(block);
    heap.tracemalloc.start();
    expect(heap.tracemalloc.isTracing()).toBe(true);
    heap.verify();
  });

  test("closing the heap ends tracing; a closed heap is not traced", () => {
    const heap = tracedHeap();
    const snapshot = heap.tracemalloc.takeSnapshot();
    heap.close();
    expect(heap.tracemalloc.isTracing()).toBe(false);
    expect(snapshot.length).toBe(0);
    heap.free(heap.malloc(10));
    expect(heap.tracemalloc.getTracedMemory()).toEqual({ current: 0, peak: 0 });
    heap.verify();
  });

  describe("a sample", () => {
    test("estimates are unbiased: the mean over many seeds is what there is, within the stated error", () => {
      const sizes = [16, 100, 1000, 5000, 100_000];
      const counts = [4000, 1000, 200, 50, 5];
      const truth = sizes.reduce((sum, size, index) => sum + size * counts[index]!, 0);
      const seeds = Array.from({ length: 40 }, (_, index) => index * 7919 + 1);
      const heap = newObjectHeap(build);
      const estimates = seeds.map((seed) => {
        heap.tracemalloc.start({ sampleBytes: 16 * 1024, seed });
        const blocks = sizes.flatMap((size, index) =>
          Array.from({ length: counts[index]! }, () => heap.malloc(size)),
        );
        const { total } = heap.tracemalloc.takeSnapshot();
        const { current } = heap.tracemalloc.getTracedMemory();
        expect(Math.abs(current - total.size)).toBeLessThanOrEqual(1);
        for (const block of blocks) heap.free(block);
        expect(heap.tracemalloc.getTracedMemory().current).toBe(0);
        heap.tracemalloc.stop();
        return total;
      });
      const mean = estimates.reduce((sum, { size }) => sum + size, 0) / seeds.length;
      const standardError = Math.sqrt(
        estimates.reduce((sum, { sizeError }) => sum + sizeError ** 2, 0) / seeds.length,
      );
      // five standard errors of the mean: once in a million runs, were the seeds not fixed
      expect(Math.abs(mean - truth)).toBeLessThan((5 * standardError) / Math.sqrt(seeds.length));
      const spread = Math.sqrt(
        estimates.reduce((sum, { size }) => sum + (size - mean) ** 2, 0) / (seeds.length - 1),
      );
      expect(spread / standardError).toBeGreaterThan(0.6);
      expect(spread / standardError).toBeLessThan(1.6);
      heap.verify();
    });

    test("the same seed and the same calls give the same sample; error is shown", () => {
      const run = (seed: number): string[] => {
        const heap = newObjectHeap(build);
        heap.tracemalloc.start({ sampleBytes: 4096, seed });
        for (let index = 0; index < 1000; index += 1) heap.list([index * 1000, "text"]).dup();
        return heap.tracemalloc.takeSnapshot().statistics("lineno").map(String);
      };
      expect(run(5)).toEqual(run(5));
      expect(run(5)).not.toEqual(run(6));
      expect(run(5)[0]).toMatch(/: size=.* ± .*, count=\d+, average=/);
    });

    test("blocks of others are traced each", () => {
      const heap = newObjectHeap(build);
      heap.tracemalloc.start({ sampleBytes: 4096, seed: 1 });
      for (let key = 1; key <= 100; key += 1) heap.tracemalloc.track(key, key % 3);
      expect(heap.tracemalloc.getTracedMemory()).toEqual({ current: 100, peak: 100 });
      expect(heap.tracemalloc.takeSnapshot().total).toEqual({ size: 100, count: 100, sizeError: 0 });
      heap.tracemalloc.track(1, 1000);
      heap.tracemalloc.untrack(2);
      expect(heap.tracemalloc.getTracedMemory().current).toBe(1097);
    });

    test("a sampled block that is moved by realloc, freed, or dies with its object leaves", () => {
      const heap = newObjectHeap(build);
      heap.tracemalloc.start({ sampleBytes: 1, seed: 1 });
      let block = heap.malloc(100);
      block = heap.realloc(block, 3000);
      expect(heap.tracemalloc.takeSnapshot().length).toBe(1);
      heap.free(block);
      const list = heap.list([1.5, 2.5]);
      list.append("text");
      expect(heap.tracemalloc.takeSnapshot().length).toBeGreaterThan(3);
      list.dispose();
      expect(heap.tracemalloc.takeSnapshot().length).toBe(0);
      expect(heap.tracemalloc.getTracedMemory().current).toBeCloseTo(0);
    });
  });
});

test.each([
  [0, /nframe.*integer from 1/],
  [1.5, /nframe/],
  [65_536, /nframe/],
  [{ nframe: Number.NaN }, /nframe/],
  [{ sampleBytes: 0 }, /sampleBytes/],
  [{ sampleBytes: Number.NaN }, /sampleBytes/],
  [{ seed: -1 }, /seed/],
])("start(%j) is refused", (options, message) => {
  const heap = newObjectHeap("release");
  expect(() => heap.tracemalloc.start(options)).toThrow(InvalidArgumentError);
  expect(() => heap.tracemalloc.start(options)).toThrow(message);
  expect(heap.tracemalloc.isTracing()).toBe(false);
});

test("the allocator alone is not traced: it says which module is needed", () => {
  expect(() => newHeap("release").tracemalloc.start()).toThrow(/objects\.wasm/);
});
