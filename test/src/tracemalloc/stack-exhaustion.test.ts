// test/src/tracemalloc/stack-exhaustion.test.ts: where JavaScript's stack ends in the midst of a traced call, what is traced stays right.
// The core can be cut short too, between taking a block and logging it, which is nobody's then, and in no trace; or between giving it back and
// logging that: its trace stays until the block is taken again.

import { describe, expect, test } from "vitest";
import { DoubleFreeError } from "../../../src/errors.js";
import type { Heap } from "../../../src/heap.js";
import type { ByteCounter } from "../../../src/tracemalloc/tracer.js";
import { BUILDS, newObjectHeap } from "../../support/checked-core.js";

/** Sizes of frames, in arguments: with each, the stack ends at other places. */
const FRAME_SIZES = Array.from({ length: 15 }, (_, index) => index * 4);

/** Does some work at each depth, down to the end of the stack. */
function untilTheEnd(frameSize: number, work: () => void): void {
  const args = Array<number>(frameSize).fill(0);
  const down = (...rest: unknown[]): void => {
    work();
    down(...rest);
  };
  try {
    down(...args);
  } catch (error) {
    expect(error).toBeInstanceOf(RangeError);
  }
}

/** Traces are of blocks that were got, with their sizes, or of such as were lost on the way to the caller. */
function expectTraced(heap: Heap, got: ReadonlyMap<number, number>): number[] {
  heap.verify();
  const traces = [...heap.tracemalloc.takeSnapshot().traces];
  const sizes = new Map(traces.map(({ address, size }) => [address, size]));
  expect(sizes.size).toBe(traces.length);
  for (const [address, size] of got) expect(sizes.get(address)).toBe(size);
  const sum = traces.reduce((sum, { size }) => sum + size, 0);
  expect(heap.tracemalloc.getTracedMemory().current).toBe(sum);
  return [...sizes.keys()];
}

/** Frees a block; false if it was free. */
function isFreed(heap: Heap, block: number): boolean {
  try {
    heap.free(block);
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(DoubleFreeError);
    return false;
  }
}

describe.each(BUILDS)("%s:", (build) => {
  test("blocks that are taken and given back", () => {
    for (const frameSize of FRAME_SIZES) {
      const heap = newObjectHeap(build);
      heap.tracemalloc.start(1 + (frameSize % 3));
      const got = new Map<number, number>();
      const old = Array.from({ length: 5000 }, () => heap.malloc(8));
      for (const block of old) got.set(block, 8);
      let calls = 0;
      untilTheEnd(frameSize, () => {
        calls += 1;
        const block = old.at(-1)!;
        if (calls % 2 === 0 && block !== undefined) {
          got.delete(block); // whether it is freed before the stack ends, or not
          old.pop();
          heap.free(block);
        }
        const size = 16 + (calls % 100);
        got.set(heap.malloc(size), size);
      });
      const stale = expectTraced(heap, got).filter((block) => !isFreed(heap, block));
      expect(stale.length).toBeLessThanOrEqual(1);
      got.clear();
      // and goes on
      for (let count = 0; count < 1000; count += 1) {
        const size = 8 + (count % 108);
        got.set(heap.malloc(size), size);
      }
      expect(expectTraced(heap, got)).toHaveLength(1000 + stale.filter((block) => !got.has(block)).length);
    }
  });

  test("bytes that are counted", () => {
    for (const frameSize of FRAME_SIZES) {
      const heap = newObjectHeap(build);
      const counter: ByteCounter = heap.tracemalloc.countBytes();
      const got: number[] = [];
      let calls = 0;
      untilTheEnd(frameSize, () => {
        calls += 1;
        got.push(heap.malloc(16));
        if (calls % 3 === 0) heap.free(got.shift()!);
      });
      heap.verify();
      const lost = counter.read() / 16 - got.length;
      expect(Number.isInteger(lost)).toBe(true);
      expect(Math.abs(lost)).toBeLessThanOrEqual(1);
      for (const block of got) heap.free(block);
      expect(counter.read()).toBeLessThanOrEqual(16);
      const before = counter.read();
      heap.free(heap.malloc(1000));
      expect(counter.read()).toBe(before);
      heap.verify();
    }
  });

  test("a sample", () => {
    for (const frameSize of FRAME_SIZES) {
      const heap = newObjectHeap(build);
      heap.tracemalloc.start({ sampleBytes: 1, seed: frameSize });
      untilTheEnd(frameSize, () => heap.free(heap.malloc(64)));
      heap.verify();
      const left = heap.tracemalloc.takeSnapshot();
      for (const { address } of left.traces) heap.free(address);
      expect(heap.tracemalloc.takeSnapshot().length).toBe(0);
      expect(heap.tracemalloc.getTracedMemory().current).toBe(0);
      heap.verify();
    }
  });
});
