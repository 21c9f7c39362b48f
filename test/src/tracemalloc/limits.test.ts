// test/src/tracemalloc/limits.test.ts: tracing where memory is short, grows, is that of several heaps, or has a million blocks.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TRACE_RECORD_SIZE } from "../../../assembly/object-layout.js";
import { MemoryError } from "../../../src/errors.js";
import type { Heap } from "../../../src/heap.js";
import type { Handle } from "../../../src/objects/handle.js";
import type { StartOptions } from "../../../src/tracemalloc/tracemalloc.js";
import { BUILDS, newObjectHeap } from "../../support/checked-core.js";

const MEBIBYTE = 2 ** 20;
const BLOCK = 16;
const MILLION = 1_000_000;

describe.each(BUILDS)("%s:", (build) => {
  test("what can be allocated can be while every block is traced, up to the last byte", () => {
    const step = fc.record({
      what: fc.constantFrom(
        ...(["malloc", "malloc", "free", "realloc", "list", "text", "append", "release"] as const),
      ),
      pick: fc.nat(1000),
      size: fc.oneof(fc.nat(600), fc.nat(20_000), fc.nat(200_000)),
    });
    // a block that is a sample lies elsewhere, which at the last byte may save another, or cost it
    const mode = fc.constantFrom<StartOptions>({}, { nframe: 5 });
    /** Which steps found memory, and where. */
    const outcomes = (
      heap: Heap,
      steps: readonly (typeof step extends fc.Arbitrary<infer Step> ? Step : never)[],
    ): unknown[] => {
      const blocks: number[] = [];
      const handles: Handle[] = [];
      const list = heap.list();
      return steps.map(({ what, pick, size }) => {
        const index = pick % Math.max(blocks.length, 1);
        try {
          if (what === "malloc") return blocks.push(heap.malloc(size)) && blocks.at(-1);
          if (what === "list")
            return handles.push(heap.list(Array(size % 500).fill(null))) && handles.at(-1)!.address;
          if (what === "text") return handles.push(heap.str("x".repeat(size))) && handles.at(-1)!.address;
          if (what === "append") return list.append(size * 1000);
          if (what === "release") return handles.splice(pick % Math.max(handles.length, 1), 1)[0]?.dispose();
          if (blocks.length === 0) return undefined;
          if (what === "free") return heap.free(blocks.splice(index, 1)[0]!);
          blocks[index] = heap.realloc(blocks[index]!, size);
          return blocks[index];
        } catch (error) {
          if (!(error instanceof MemoryError)) throw error;
          return "no memory";
        }
      });
    };
    let failures = 0;
    fc.assert(
      fc.property(fc.array(step, { maxLength: 150, size: "max" }), mode, (steps, mode) => {
        const [traced, other] = [0, 1].map(() => newObjectHeap(build, { maximumBytes: MEBIBYTE })) as [
          Heap,
          Heap,
        ];
        for (const heap of [traced, other]) heap.list().dispose();
        traced.tracemalloc.start(mode);
        other.malloc(TRACE_RECORD_SIZE); // as the tracer's notes
        const [with_, without] = [outcomes(traced, steps), outcomes(other, steps)];
        const failed = (outcome: unknown): boolean => outcome === "no memory";
        expect(with_.map(failed)).toEqual(without.map(failed));
        failures += without.filter(failed).length;
        traced.verify();
      }),
      { numRuns: 30 },
    );
    expect(failures).toBeGreaterThan(0); // that there were any
  });

  test("memory grows under a trace", () => {
    const heap = newObjectHeap(build);
    heap.tracemalloc.start(2);
    const pages = heap.memory.memory.buffer.byteLength;
    const blocks = Array.from({ length: 200 }, (_, index) => heap.malloc(index * 1000));
    const list = heap.list();
    for (let index = 0; index < 20_000; index += 1) list.append(index + 0.5);
    expect(heap.memory.memory.buffer.byteLength).toBeGreaterThan(pages + 10 * MEBIBYTE);
    const traces = [...heap.tracemalloc.takeSnapshot().traces];
    expect(
      traces.filter(({ domain }) => domain === "raw").map(({ address, size }) => [address, size]),
    ).toEqual(blocks.map((block, index) => [block, index * 1000]).sort(([a], [b]) => a! - b!));
    expect(traces.filter(({ type }) => type === "float")).toHaveLength(20_000);
    list.dispose();
    for (const block of blocks) heap.free(block);
    expect(heap.tracemalloc.getTracedMemory().current).toBe(0);
    heap.verify();
  });

  test("several heaps are traced, each for itself", () => {
    const heaps = Array.from({ length: 4 }, () => newObjectHeap(build));
    for (const [index, heap] of heaps.entries()) {
      heap.tracemalloc.start(index === 3 ? { sampleBytes: 1, seed: 1 } : index + 1);
    }
    const last = heaps[2]!;
    const Final = heaps[0]!.struct("Final", { x: "i32" }, { finalizer: () => last.malloc(77) });
    for (let round = 1; round <= 100; round += 1) {
      for (const [index, heap] of heaps.entries()) heap.malloc(round * (index + 1));
    }
    new Final().dispose(); // in the midst of a call of one heap, another is called
    const sum = 50 * 101;
    expect(heaps.slice(0, 3).map((heap) => heap.tracemalloc.getTracedMemory().current)).toEqual([
      sum,
      2 * sum,
      3 * sum + 77,
    ]);
    expect(heaps.map((heap) => heap.tracemalloc.getTracebackLimit())).toEqual([1, 2, 3, 1]);
    heaps[1]!.tracemalloc.stop();
    expect(heaps[0]!.tracemalloc.takeSnapshot().length).toBe(100);
    expect(heaps[3]!.tracemalloc.takeSnapshot().length).toBe(100);
    heaps[0]!.close();
    expect(heaps[2]!.tracemalloc.takeSnapshot().length).toBe(101);
  });
});

test("a million live blocks cost at most 24 bytes each, and a snapshot of them some seconds", () => {
  const heap = newObjectHeap("release");
  const Node = heap.struct("Node", { x: "f64" });
  heap.tracemalloc.start(3);
  const before = heap.tracemalloc.getTracemallocMemory();
  const batches = Array.from({ length: 10 }, () => Node.allocate(MILLION / 10));
  const perBlock = (heap.tracemalloc.getTracemallocMemory() - before) / MILLION;
  expect(perBlock).toBeLessThanOrEqual(24);
  expect(perBlock).toBeGreaterThanOrEqual(12);
  const { current } = heap.tracemalloc.getTracedMemory();
  expect(current).toBe(MILLION * BLOCK);
  const times = [performance.now()];
  const snapshot = heap.tracemalloc.takeSnapshot();
  times.push(performance.now());
  const statistics = snapshot.statistics("traceback");
  times.push(performance.now());
  expect(snapshot.length).toBe(MILLION);
  expect(statistics).toMatchObject([{ count: MILLION, size: current }]);
  // each takes less than a second: so much that a machine under load does not fail
  expect(times[1]! - times[0]!).toBeLessThan(15_000);
  expect(times[2]! - times[1]!).toBeLessThan(5_000);
  for (const batch of batches) batch.dispose();
  expect(heap.tracemalloc.getTracedMemory().current).toBe(0);
  heap.verify();
});
