// test/assembly/exhaustion.test.ts: memory that can't grow, at every step at which it would.
// Who says no: the heap's own limit, or the engine (a module whose memory section allows no more).

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  CHUNK_HEADER_SIZE,
  GROWTH_SHIFT,
  HEAP_ADDRESS,
  PAGE_SIZE,
  POOL_SIZE,
  RAW_CLASS_COUNT,
  WIDE_ADDRESS,
} from "../../assembly/layout.js";
import { MemoryError } from "../../src/errors.js";
import { Heap } from "../../src/heap.js";
import { BUILDS, newHeap, WASM } from "../support/checked-core.js";
import { CLASS_SIZES, programs, run, type Step, unfold } from "../support/program.js";
import { ShadowHeap } from "../support/shadow-heap.js";
import { withMaximumPages } from "../support/wasm-memory-limit.js";

/** Always the same program; enough of it that memory grows geometrically in the end. */
const STEPS: readonly Step[] = [
  ...fc.sample(programs(90), { seed: 1, numRuns: 3 }).flat(),
  ...Array.from({ length: 24 }, (_, i): Step => ({ op: "calloc", count: 3, size: 70_000 + 5_000 * i })),
  { op: "sweep", pick: 0, stride: 2 },
  ...fc.sample(programs(90), { seed: 2, numRuns: 2 }).flat(),
];
const PROGRAM = STEPS.flatMap(unfold);

/** What a step may ask of the heap at most once, in bytes. */
function bytesOf(step: Step): number {
  if (step.op === "calloc") return step.count * step.size;
  return "size" in step ? step.size : 0;
}

/** Pages of memory before the first growth and after each. */
function growthSteps(): number[] {
  const shadow = new ShadowHeap(newHeap("release"));
  const steps = new Set([pagesOf(shadow.heap)]);
  for (const step of PROGRAM) {
    run(step, shadow);
    steps.add(pagesOf(shadow.heap));
  }
  return [...steps];
}

function pagesOf(heap: Heap): number {
  return heap.memory.memory.buffer.byteLength / PAGE_SIZE;
}

/** Runs the program in a heap that can't hold it, going on after each error. Returns how many there were. */
function survive(heap: Heap, pages: number): number {
  const shadow = new ShadowHeap(heap);
  let errors = 0;
  for (const step of PROGRAM) {
    try {
      run(step, shadow);
    } catch (error) {
      if (!(error instanceof MemoryError)) throw error;
      expect(error).toMatchObject({ requestedBytes: bytesOf(step), limitBytes: heap.maximumBytes });
      const { bytes, footprintBytes } = heap.stats();
      expect(error.usedBytes).toBeGreaterThanOrEqual(bytes.usedBlocks + bytes.largeBlocks);
      expect(error.usedBytes).toBeLessThan(footprintBytes);
      if (errors === 0) shadow.check();
      errors += 1;
      usableAfterAFree(shadow);
    }
    expect(pagesOf(heap)).toBeLessThanOrEqual(pages);
  }
  shadow.check();
  shadow.freeAll();
  shadow.check();
  return errors;
}

/** The room of the block that was freed holds another. */
function usableAfterAFree(shadow: ShadowHeap): void {
  const [largest] = shadow.blocks.toSorted((a, b) => b.size - a.size);
  if (!largest) return;
  shadow.free(largest);
  shadow.malloc(largest.size);
}

describe("memory that can't grow, at every growth of a long program", () => {
  const steps = growthSteps();
  const limits = steps.slice(0, -1);

  test("which grows often enough to be telling", () => {
    expect(limits.length).toBeGreaterThan(30);
    expect(steps.at(-1)).toBeGreaterThan(2 << GROWTH_SHIFT);
  });

  // where idle pools, given up, were room enough, there is no error
  const mostLimits = 0.8 * limits.length;

  test.each(BUILDS)("%s: the heap's limit is reached, told, and survived", (build) => {
    const told = limits.filter(
      (pages) => survive(newHeap(build, { maximumBytes: pages * PAGE_SIZE }), pages) > 0,
    );
    expect(told.length).toBeGreaterThan(mostLimits);
  });

  test.each(BUILDS)("%s: the engine's refusal is told, and survived", (build) => {
    const told = limits.filter((pages) => {
      const module = new WebAssembly.Module(withMaximumPages(WASM[build], pages));
      return survive(new Heap(module, {}), pages) > 0;
    });
    expect(told.length).toBeGreaterThan(mostLimits);
  });
});

test("where the engine refuses geometric growth, the heap asks for what it needs", () => {
  const pages = (2 << GROWTH_SHIFT) + 1;
  const heap = new Heap(new WebAssembly.Module(withMaximumPages(WASM.checked, pages)), {});
  heap.malloc((pages - 2) * PAGE_SIZE);
  expect(pagesOf(heap)).toBe(pages - 1);
  heap.malloc(PAGE_SIZE);
  expect(pagesOf(heap)).toBe(pages);
  heap.verify();
});

describe.each(BUILDS)("%s:", (build) => {
  const pages = 16;
  const maximumBytes = pages * PAGE_SIZE;
  /** All memory as one block. */
  const whole = maximumBytes - HEAP_ADDRESS - 2 * CHUNK_HEADER_SIZE;

  test("a heap can be used up to its last byte", () => {
    const heap = newHeap(build, { maximumBytes });
    expect(() => heap.malloc(whole + 1)).toThrow(MemoryError);
    const shadow = new ShadowHeap(heap);
    shadow.malloc(whole);
    shadow.check();
    for (const size of [0, 1, POOL_SIZE]) expect(() => heap.malloc(size)).toThrow(MemoryError);
    shadow.freeAll();
    shadow.malloc(whole);
    shadow.check();
  });

  /** One block of each class, taken and given back: every class keeps its pool. */
  function idlePools(heap: Heap): void {
    for (const size of CLASS_SIZES) heap.free(heap.malloc(size));
    expect(heap.stats().pools.inUse).toBe(RAW_CLASS_COUNT);
  }

  test("pools that serve no block are given up before memory is refused", () => {
    const calls = {
      malloc: (heap: Heap) => heap.malloc(whole),
      calloc: (heap: Heap) => heap.calloc(1, whole),
      realloc: (heap: Heap) => heap.realloc(0, whole),
      alignedAlloc: (heap: Heap) =>
        heap.alignedAlloc(PAGE_SIZE, maximumBytes - PAGE_SIZE - CHUNK_HEADER_SIZE),
    };
    for (const call of Object.values(calls)) {
      const heap = newHeap(build, { maximumBytes });
      idlePools(heap);
      const block = call(heap);
      expect(heap.stats().pools.inUse).toBe(0);
      heap.verify();
      heap.free(block);
      idlePools(heap);
      heap.verify();
    }
  });

  test("a pool with one block in use stays", () => {
    const heap = newHeap(build, { maximumBytes });
    for (const size of CLASS_SIZES) {
      const kept = heap.malloc(size);
      idlePools(heap);
      expect(() => heap.malloc(whole)).toThrow(MemoryError);
      expect(heap.stats().pools.inUse).toBe(1);
      expect(heap.usableSize(kept)).toBe(size);
      heap.free(kept);
      heap.verify();
    }
  });

  test("the idle pool of one class serves another class's request", () => {
    const heap = newHeap(build, { maximumBytes });
    const [first, second] = CLASS_SIZES;
    const last = heap.malloc(first!);
    for (const size of [POOL_SIZE, ...CLASS_SIZES.slice(1).reverse()]) exhaust(heap, size);
    expect(() => heap.malloc(second!)).toThrow(MemoryError);
    heap.free(last);
    const pools = heap.stats().pools.inUse;
    expect(heap.malloc(second!)).toBeGreaterThan(0);
    expect(heap.stats().pools.inUse).toBe(pools);
    heap.verify();
  });

  test.each([
    ["", 0],
    [", behind the address from which arenas are wide", WIDE_ADDRESS],
  ])("a class that fills all memory can give all of it back%s", (_, ballast) => {
    const heap = newHeap(build, { maximumBytes: maximumBytes + ballast });
    if (ballast > 0) heap.malloc(ballast);
    for (const size of CLASS_SIZES) {
      const blocks = exhaust(heap, size);
      expect(blocks.length * size).toBeGreaterThan(maximumBytes / 2);
      heap.verify();
      for (const block of blocks) heap.free(block);
      heap.verify();
    }
    expect(heap.malloc(whole - (ballast ? 2 * CHUNK_HEADER_SIZE : 0))).toBeGreaterThan(0);
  });

  test("a block can always be made smaller, where it stands if there is no other place", () => {
    for (const size of [...CLASS_SIZES, 600, POOL_SIZE]) {
      const shadow = new ShadowHeap(newHeap(build, { maximumBytes }));
      const block = shadow.malloc(size);
      for (const filler of [POOL_SIZE, ...CLASS_SIZES.toReversed()]) exhaust(shadow.heap, filler);
      for (const less of [size >> 1, 1, 0]) {
        const address = shadow.heap.realloc(block.address, less);
        expect(address).toBe(block.address);
        block.size = less;
        shadow.checkContents(block);
      }
      shadow.heap.verify();
    }
  });

  /** Blocks of `size` bytes until there is no room. */
  function exhaust(heap: Heap, size: number): number[] {
    const blocks: number[] = [];
    try {
      for (;;) blocks.push(heap.malloc(size));
    } catch (error) {
      expect(error).toBeInstanceOf(MemoryError);
      return blocks;
    }
  }
});
