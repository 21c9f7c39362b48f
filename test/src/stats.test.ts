// test/src/stats.test.ts: statistics count what a heap was asked for. Their sums: test/support/shadow-heap.ts.

import { expect, test } from "vitest";
import { ARENA_SIZE, HEAP_ADDRESS, PAGE_SIZE, POOLS_PER_ARENA, WIDE_ADDRESS } from "../../assembly/layout.js";
import type { HeapStats } from "../../src/stats.js";
import { newHeap } from "../support/checked-core.js";

function sumOf({ bytes }: HeapStats): number {
  return Object.values(bytes).reduce((sum: number, part: number) => sum + part, 0);
}

test("an empty heap is state, headers and the top", () => {
  const stats = newHeap("release").stats();
  expect(stats).toMatchObject({
    footprintBytes: PAGE_SIZE,
    arenas: { inUse: 0, highwater: 0, total: 0, bytesEach: ARENA_SIZE },
    pools: { inUse: 0, free: 0 },
    large: { blocks: 0, bytes: 0 },
    growCalls: 0,
    bytes: { usedBlocks: 0, freeBlocks: 0, largeBlocks: 0, freeChunks: 0, state: HEAP_ADDRESS },
  });
  expect(sumOf(stats)).toBe(PAGE_SIZE);
});

test("each small block is counted in its class", () => {
  const heap = newHeap("release");
  for (const [index, { blockBytes }] of heap.stats().classes.entries()) {
    for (let i = 0; i <= index; i += 1) heap.malloc(blockBytes);
  }
  const { classes, bytes } = heap.stats();
  for (const [index, stats] of classes.entries()) {
    expect(stats.usedBlocks).toBe(index + 1);
    expect(stats.pools).toBeGreaterThan(0);
  }
  expect(bytes.usedBlocks).toBe(classes.reduce((sum, c) => sum + c.usedBlocks * c.blockBytes, 0));
  expect(bytes.freeBlocks).toBe(classes.reduce((sum, c) => sum + c.freeBlocks * c.blockBytes, 0));
});

test("arenas are counted now, at most, and ever", () => {
  const heap = newHeap("release");
  const round = (): void => {
    const blocks = Array.from({ length: 300 }, () => heap.malloc(512));
    for (const block of blocks) heap.free(block);
  };
  round();
  const once = heap.stats().arenas;
  round();
  const twice = heap.stats().arenas;
  expect(once.highwater).toBeGreaterThan(once.inUse);
  expect(twice.highwater).toBe(once.highwater);
  expect(twice.total).toBeGreaterThan(once.total);
});

test("the pools of an arena are in use or free", () => {
  const heap = newHeap("release");
  heap.malloc(8);
  const { pools, arenas } = heap.stats();
  expect([pools.inUse, pools.free, arenas.inUse]).toEqual([1, POOLS_PER_ARENA - 1, 1]);
});

test("large blocks are counted with what they can hold", () => {
  const heap = newHeap("release");
  const blocks = [600, 5000, 100_000].map((size) => heap.malloc(size));
  const usable = blocks.map((block) => heap.usableSize(block)).reduce((sum, bytes) => sum + bytes);
  expect(heap.stats().large).toEqual({ blocks: 3, bytes: usable });
  heap.free(blocks[1]!);
  expect(heap.stats()).toMatchObject({ large: { blocks: 2 }, bytes: { freeChunks: expect.any(Number) } });
  expect(heap.stats().bytes.freeChunks).toBeGreaterThanOrEqual(5000);
});

test("every growth of memory is counted", () => {
  const heap = newHeap("release");
  heap.malloc(PAGE_SIZE);
  heap.malloc(3 * PAGE_SIZE);
  expect(heap.stats().growCalls).toBe(2);
});

test("blocks of wide pools are counted as others are", () => {
  const heap = newHeap("release");
  heap.malloc(WIDE_ADDRESS);
  const blocks = Array.from({ length: 1000 }, () => heap.malloc(72));
  const stats = heap.stats();
  expect(stats.bytes.usedBlocks).toBe(1000 * heap.usableSize(blocks[0]!));
  expect(stats.large.blocks).toBe(1);
  expect(sumOf(stats)).toBe(stats.footprintBytes);
});

test("reading statistics changes nothing", () => {
  const heap = newHeap("release");
  heap.malloc(100);
  const before = Buffer.from(heap.memory.u8);
  expect(heap.stats()).toEqual(heap.stats());
  expect(before.equals(heap.memory.u8)).toBe(true);
});
