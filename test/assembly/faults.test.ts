// test/assembly/faults.test.ts: addresses that name no block in use: the right error, and a heap as it was.

import { describe, expect, test } from "vitest";
import {
  ARENA_FOOTER,
  ARENA_FOOTER_SIZE,
  ARENA_SIZE,
  BLOCK_FREE,
  CHUNK_HEADER_SIZE,
  HEAP_ADDRESS,
  POOL_HEADER_SIZE,
  POOL_SIZE,
  WIDE_ADDRESS,
} from "../../assembly/layout.js";
import { DoubleFreeError, ForeignPointerError, InteriorPointerError } from "../../src/errors.js";
import type { Heap } from "../../src/heap.js";
import { type ArenaAddress, arenaOf, readChunks, readPools } from "../../src/heap-map.js";
import { BUILDS, newHeap } from "../support/checked-core.js";
import { CLASS_SIZES } from "../support/program.js";

type ErrorClass = typeof DoubleFreeError | typeof InteriorPointerError | typeof ForeignPointerError;

const CALLS: readonly [string, (heap: Heap, address: number) => unknown][] = [
  ["free", (heap, address) => heap.free(address)],
  ["realloc to 0 bytes", (heap, address) => heap.realloc(address, 0)],
  ["realloc to 20 bytes", (heap, address) => heap.realloc(address, 20)],
  ["realloc to 5000 bytes", (heap, address) => heap.realloc(address, 5000)],
  ["usableSize", (heap, address) => heap.usableSize(address)],
];

/** Every call refuses every address with an error of the class, and leaves each byte of memory as it was. */
function expectRefused(heap: Heap, addresses: readonly number[], expected: ErrorClass): void {
  expect(addresses.length).toBeGreaterThan(0);
  const before = Buffer.from(heap.memory.u8);
  for (const address of addresses) {
    for (const [name, call] of CALLS) {
      const what = `${name} of 0x${address.toString(16)}`;
      let error: unknown;
      try {
        call(heap, address);
      } catch (thrown) {
        error = thrown;
      }
      expect(error, what).toBeInstanceOf(expected);
      expect(error, what).toMatchObject({ address });
    }
  }
  expect(before.equals(heap.memory.u8), "memory is as it was").toBe(true);
  heap.verify();
}

/** Numbers from `from` to below `to`, by `step`. */
function range(from: number, to: number, step = 1): number[] {
  return Array.from({ length: Math.ceil((to - from) / step) }, (_, index) => from + index * step);
}

/** `count` blocks of `size` bytes. */
function blocksOf(heap: Heap, count: number, size: number): number[] {
  return Array.from({ length: count }, () => heap.malloc(size));
}

/** Starts of the arenas in use. */
function arenasOf(heap: Heap): ArenaAddress[] {
  const chunks = [...readChunks(heap.memory.memory)];
  return chunks.filter(({ kind }) => kind === "arena").map(arenaOf);
}

describe.each(BUILDS)("%s: a block that is free already is told as such when it was", (build) => {
  test("small and just freed", () => {
    const heap = newHeap(build);
    const [block] = blocksOf(heap, 3, 24);
    heap.free(block!);
    expectRefused(heap, [block!], DoubleFreeError);
  });

  test("the only small block", () => {
    const heap = newHeap(build);
    const block = heap.malloc(24);
    heap.free(block);
    expectRefused(heap, [block], DoubleFreeError);
  });

  test("small and freed before many others", () => {
    const heap = newHeap(build);
    const blocks = blocksOf(heap, 2000, 24);
    const freed = blocks.filter((_, index) => index % 3 !== 0);
    for (const block of freed) heap.free(block);
    expectRefused(heap, freed.slice(0, 300), DoubleFreeError);
  });

  test("small, in a pool that was given back", () => {
    const heap = newHeap(build);
    const blocks = blocksOf(heap, 100, 500);
    for (const block of blocks.slice(1)) heap.free(block);
    const free = new Set<number>(
      arenasOf(heap).flatMap((arena) =>
        readPools(heap.memory.memory, arena)
          .filter(({ state }) => state === "free")
          .map(({ address }) => address),
      ),
    );
    const stale = blocks.filter((block) => free.has(block - (block % POOL_SIZE)));
    expectRefused(heap, stale, DoubleFreeError);
  });

  test.each([0, WIDE_ADDRESS])("small, in an arena behind %d bytes that was given back", (ballast) => {
    const heap = newHeap(build);
    heap.malloc(ballast);
    const blocks = blocksOf(heap, 500, 512);
    const before = arenasOf(heap);
    for (const block of blocks) heap.free(block);
    const after = new Set(arenasOf(heap));
    const gone = new Set<number>(before.filter((arena) => !after.has(arena)));
    const stale = blocks.filter((block) => gone.has(block - (block % ARENA_SIZE)));
    expectRefused(heap, stale.slice(0, 50), DoubleFreeError);
  });

  test.each([
    ["alone", [1]],
    ["joined to the chunk before", [0, 1]],
    ["joined to the chunk behind", [2, 1]],
    ["joined on both sides", [0, 2, 1]],
    ["then swallowed from before", [1, 0]],
    ["joined to the top", [3, 2, 1]],
  ])("large, and %s", (_, order) => {
    const heap = newHeap(build);
    const blocks = blocksOf(heap, 4, 3000);
    for (const index of order) heap.free(blocks[index]!);
    expectRefused(
      heap,
      order.map((index) => blocks[index]!),
      DoubleFreeError,
    );
  });
});

describe.each(BUILDS)("%s: an address inside is told as such when it lies", (build) => {
  test.each([1, 24, 72, 512])("at any offset in a small block of %d bytes", (size) => {
    const heap = newHeap(build);
    const [, block] = blocksOf(heap, 3, size);
    expectRefused(heap, range(block! + 1, block! + heap.usableSize(block!)), InteriorPointerError);
  });

  test("at any offset in a small block of a wide pool, or in its header", () => {
    const heap = newHeap(build);
    heap.malloc(WIDE_ADDRESS);
    const [first, second] = blocksOf(heap, 2, 96);
    expectRefused(heap, range(first! + 1, second!), InteriorPointerError);
    expectRefused(heap, range(first! & -ARENA_SIZE, first!), InteriorPointerError);
  });

  test.each([0, WIDE_ADDRESS])("behind %d bytes, just past a pool's last block", (ballast) => {
    for (const size of CLASS_SIZES) {
      const heap = newHeap(build);
      heap.malloc(ballast);
      blocksOf(heap, (2 * ARENA_SIZE) / size, size);
      const { memory } = heap.memory;
      const pools = arenasOf(heap).flatMap((arena) => readPools(memory, arena));
      const ends = pools
        .filter(({ state }) => state !== "free")
        .map(({ address, first, blockSize, capacity }) => address + first + blockSize * capacity);
      const inside = ends.filter((end) => end % (ballast ? ARENA_SIZE : POOL_SIZE) !== 0);
      if (inside.length > 0) expectRefused(heap, inside.slice(0, 9), InteriorPointerError);
    }
  });

  test("in a pool's header", () => {
    const heap = newHeap(build);
    const pool = heap.malloc(24) & -POOL_SIZE;
    expectRefused(heap, range(pool, pool + POOL_HEADER_SIZE), InteriorPointerError);
  });

  test("in an arena's footer", () => {
    const heap = newHeap(build);
    blocksOf(heap, ARENA_SIZE / 500, 500); // so that the last pool is in use
    const [arena] = arenasOf(heap);
    const footer = arena! + ARENA_FOOTER;
    expectRefused(heap, range(footer, footer + ARENA_FOOTER_SIZE + CHUNK_HEADER_SIZE), InteriorPointerError);
  });

  test("at any offset in a large block", () => {
    const heap = newHeap(build);
    const [, block] = blocksOf(heap, 3, 600);
    expectRefused(heap, range(block! + 1, block! + heap.usableSize(block!)), InteriorPointerError);
  });

  test("in a large block that holds what chunks look like", () => {
    const heap = newHeap(build);
    const [, block] = blocksOf(heap, 3, 5000);
    // a copy of its own header at each multiple of 16, but for the size that would have to fit
    heap.writeBytes(block!, new Uint8Array(heap.usableSize(block!)).fill(3));
    expectRefused(heap, range(block! + 16, block! + 5000, 16), InteriorPointerError);
  });
});

describe.each(BUILDS)("%s: an address that is not this heap's is told as such when it lies", (build) => {
  test("behind memory", () => {
    const heap = newHeap(build);
    heap.malloc(24);
    const { footprintBytes } = heap.stats();
    const last = 2 ** 32;
    expectRefused(
      heap,
      [footprintBytes, footprintBytes + 16, footprintBytes * 2, 2 ** 31, last - 16, last - 8, last - 1],
      ForeignPointerError,
    );
  });

  test("before the heap", () => {
    const heap = newHeap(build);
    heap.malloc(24);
    expectRefused(heap, [1, 8, 16, HEAP_ADDRESS - 8, HEAP_ADDRESS, HEAP_ADDRESS + 1], ForeignPointerError);
  });

  test("in another, larger heap", () => {
    const heap = newHeap(build);
    const other = newHeap(build);
    heap.malloc(24);
    const foreign = blocksOf(other, 300, 1000).filter((block) => block > heap.stats().footprintBytes);
    expectRefused(heap, foreign.slice(0, 20), ForeignPointerError);
  });

  test("in memory that was never handed out", () => {
    const heap = newHeap(build);
    const block = heap.malloc(1000);
    expectRefused(heap, range(block + 2000, block + 10_000, 400), ForeignPointerError);
  });
});

describe.each(BUILDS)("%s:", (build) => {
  test.each([4, 8, 24, 512])("a used block of %d bytes that holds the mark of free ones is freed", (size) => {
    const heap = newHeap(build);
    const blocks = blocksOf(heap, 20, size);
    for (const block of blocks) {
      heap.view("u32", block, Math.floor(heap.usableSize(block) / 4)).array.fill(BLOCK_FREE);
    }
    const gone = heap.realloc(blocks.pop()!, 2 * size);
    heap.free(gone);
    for (const block of blocks) {
      expect(heap.usableSize(block)).toBeGreaterThanOrEqual(size);
      heap.free(block);
      expectRefused(heap, [block], DoubleFreeError);
    }
    expect(heap.stats().bytes.usedBlocks).toBe(0);
  });

  test("a block that is handed out anew can be freed anew", () => {
    const heap = newHeap(build);
    for (const size of [24, 5000]) {
      const seen = new Set<number>();
      for (let i = 0; i < 1000; i += 1) {
        const block = heap.malloc(size);
        heap.free(block);
        seen.add(block);
      }
      expect(seen.size).toBeLessThan(1000);
    }
    heap.verify();
  });
});
