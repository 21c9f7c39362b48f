// test/assembly/alloc.test.ts: C's allocation functions, by random programs and at C's edges.
// A failing property prints its seed and the smallest program found.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  ALIGNMENT_MAX,
  PAGE_SIZE,
  REQUEST_LIMIT,
  SMALL_REQUEST_MAX,
  WIDE_ADDRESS,
} from "../../assembly/layout.js";
import { InvalidArgumentError, MemoryError } from "../../src/errors.js";
import { BUILDS, newHeap } from "../support/checked-core.js";
import { CLASS_SIZES, EDGE_SIZES, programs, run, type Step } from "../support/program.js";
import { ShadowHeap } from "../support/shadow-heap.js";

const ALIGNMENTS = Array.from({ length: Math.log2(ALIGNMENT_MAX) + 1 }, (_, log2) => 2 ** log2);
/** Of one class: many arenas. */
const MANY_BYTES = 400_000;
const LIMIT = REQUEST_LIMIT >>> 0;

/** Runs a program, checking the whole heap every `interval` steps and at the end; then frees all and starts over. */
function holdsFor(shadow: ShadowHeap, program: readonly Step[], interval: number): void {
  program.forEach((step, index) => {
    run(step, shadow);
    if (index % interval === 0) shadow.check();
  });
  shadow.check();
  shadow.freeAll();
  shadow.check();
  // what was given back serves again, without new memory
  const footprints = [1, 2, 3].map(() => {
    for (const size of [1, SMALL_REQUEST_MAX, PAGE_SIZE]) shadow.malloc(size);
    shadow.freeAll();
    return shadow.heap.stats().footprintBytes;
  });
  shadow.check();
  expect(new Set(footprints).size).toBe(1);
}

describe.each([
  ["from the bottom of memory on", 0, 1],
  ["where arenas are wide", WIDE_ADDRESS, 0.25],
])("a heap keeps every promise, %s, through random programs", (_, ballast, share) => {
  test("of short ones on the checked build, looked through after each step", () => {
    fc.assert(
      fc.property(programs(12), (program) =>
        holdsFor(new ShadowHeap(newHeap("checked"), ballast), program, 1),
      ),
      { numRuns: 2000 * share },
    );
  });

  test("of long ones on the checked build", () => {
    fc.assert(
      fc.property(programs(150), (program) =>
        holdsFor(new ShadowHeap(newHeap("checked"), ballast), program, 25),
      ),
      { numRuns: 600 * share },
    );
  });

  test("on the release build", () => {
    fc.assert(
      fc.property(programs(100), (program) =>
        holdsFor(new ShadowHeap(newHeap("release"), ballast), program, 50),
      ),
      { numRuns: 400 * share },
    );
  });

  test("one after the other in the same heap", () => {
    const shadow = new ShadowHeap(newHeap("release"), ballast);
    fc.assert(
      fc.property(programs(30), (program) => {
        for (const step of program) run(step, shadow);
        shadow.check();
        shadow.freeAll();
        shadow.check();
      }),
      { numRuns: 200 * share, endOnFailure: true }, // a shrunk program would start on the heap as this one left it
    );
  });
});

describe.each(BUILDS)("%s:", (build) => {
  test("every size at which something changes gives a block of its own", () => {
    const shadow = new ShadowHeap(newHeap(build));
    for (const size of EDGE_SIZES) {
      shadow.malloc(size);
      shadow.calloc(1, size);
    }
    shadow.check();
  });

  test("a request is served by the smallest class that holds it", () => {
    const heap = newHeap(build);
    for (let size = 0; size <= SMALL_REQUEST_MAX; size += 1) {
      const smallest = CLASS_SIZES.find((blockSize) => blockSize >= size);
      expect(heap.usableSize(heap.malloc(size)), `size ${size}`).toBe(smallest);
    }
  });

  test("blocks of size 0 are distinct and can be freed and resized", () => {
    const heap = newHeap(build);
    const blocks = [heap.malloc(0), heap.malloc(0), heap.calloc(0, 9), heap.calloc(9, 0)];
    expect(new Set(blocks).size).toBe(4);
    expect(blocks).not.toContain(0);
    for (const block of blocks) heap.free(heap.realloc(block, 0));
    heap.verify();
  });

  test("realloc of a block to size 0 keeps a block; of null, it is malloc", () => {
    const heap = newHeap(build);
    for (const size of [0, 1, SMALL_REQUEST_MAX, SMALL_REQUEST_MAX + 1, PAGE_SIZE]) {
      const block = heap.realloc(heap.realloc(0, size), 0);
      expect(block).not.toBe(0);
      heap.free(block);
    }
    heap.verify();
  });

  test("null is free already, and no bytes can be used at it", () => {
    const heap = newHeap(build);
    heap.free(0);
    expect(heap.usableSize(0)).toBe(0);
    heap.verify();
  });

  test.each([
    [2 ** 16, 2 ** 16],
    [2 ** 31, 2],
    [2 ** 32 - 1, 2 ** 32 - 1],
    [0x55555556, 3],
    [1, 2 ** 32 - 1],
    [1, LIMIT],
  ])("calloc of %d times %d bytes is refused, not wrapped around", (count, size) => {
    const heap = newHeap(build);
    expect(() => heap.calloc(count, size)).toThrow(MemoryError);
    heap.verify();
  });

  test("sizes near 2^32 are refused by every call, and nothing changes", () => {
    const shadow = new ShadowHeap(newHeap(build, { maximumBytes: 4 * PAGE_SIZE }));
    const { heap } = shadow;
    const small = shadow.malloc(100);
    const large = shadow.malloc(1000);
    const footprint = heap.stats().footprintBytes;
    for (let back = 1; back <= 64; back += 1) {
      for (const size of [2 ** 32 - back, LIMIT - back, LIMIT + back, 2 ** 31 + back - 32]) {
        expect(() => heap.malloc(size)).toThrow(MemoryError);
        expect(() => heap.calloc(1, size)).toThrow(MemoryError);
        expect(() => heap.realloc(small.address, size)).toThrow(MemoryError);
        expect(() => heap.realloc(large.address, size)).toThrow(MemoryError);
        expect(() => heap.alignedAlloc(ALIGNMENTS[back % ALIGNMENTS.length]!, size)).toThrow(MemoryError);
      }
    }
    expect(heap.stats().footprintBytes).toBe(footprint);
    shadow.check();
  });

  test("every power of two up to the largest alignment is served, for every kind of size", () => {
    const shadow = new ShadowHeap(newHeap(build));
    for (const alignment of ALIGNMENTS) {
      for (const size of [0, 1, 8, 100, alignment - 1, alignment, alignment + 1, SMALL_REQUEST_MAX, 5000]) {
        shadow.alignedAlloc(alignment, size);
      }
    }
    shadow.check();
    shadow.freeAll();
    shadow.check();
  });

  test("any other alignment is refused", () => {
    const heap = newHeap(build);
    for (const alignment of [
      0,
      3,
      12,
      24,
      ALIGNMENT_MAX + 1,
      2 * ALIGNMENT_MAX,
      -8,
      0.5,
      Number.NaN,
      2 ** 32,
    ]) {
      expect(() => heap.alignedAlloc(alignment, 8), `alignment ${alignment}`).toThrow(InvalidArgumentError);
    }
  });

  test.each([0, WIDE_ADDRESS])(
    "very many blocks of a class behind %d other bytes lie apart, and all come back",
    (ballast) => {
      const shadow = new ShadowHeap(newHeap(build), ballast);
      for (const size of [8, 48, 72, SMALL_REQUEST_MAX]) {
        const born = Array.from({ length: MANY_BYTES / size }, () => shadow.malloc(size));
        shadow.check();
        for (const [index, block] of born.entries()) if (index % 2 === 0) shadow.free(block);
        shadow.check();
        shadow.malloc(size);
        shadow.freeAll();
        shadow.check();
      }
      expect(shadow.heap.stats().bytes.usedBlocks).toBe(0);
    },
  );

  test("a large block grows and shrinks where it stands when there is room behind it", () => {
    const shadow = new ShadowHeap(newHeap(build));
    const block = shadow.malloc(10_000);
    const grown = shadow.realloc(block, 50_000);
    expect(grown.address).toBe(block.address);
    const shrunk = shadow.realloc(grown, 600);
    expect(shrunk.address).toBe(block.address);
    shadow.malloc(49_000);
    shadow.check();
    const regrown = shadow.realloc(shrunk, 600);
    expect(regrown.address).toBe(block.address);
    shadow.check();
  });

  test("a freed block of the same size serves next", () => {
    const heap = newHeap(build);
    for (const size of [SMALL_REQUEST_MAX + 1, 5000, 70_000]) {
      const block = heap.malloc(size);
      heap.malloc(size); // so that it does not join the top
      heap.free(block);
      expect(heap.malloc(size)).toBe(block);
    }
  });
});
