// test/assembly/high-addresses.test.ts: live data above 2 GiB and up to the end of 4 GiB.
// Memory is asked for but hardly touched, so all of this costs few pages.

import { describe, expect, test } from "vitest";
import { PAGE_COUNT_MAX, PAGE_SIZE } from "../../assembly/layout.js";
import { DoubleFreeError, ForeignPointerError, InteriorPointerError, MemoryError } from "../../src/errors.js";
import type { Heap } from "../../src/heap.js";
import { BUILDS, newHeap } from "../support/checked-core.js";
import { ShadowHeap } from "../support/shadow-heap.js";

const GIB = 2 ** 30;
const END = PAGE_COUNT_MAX * PAGE_SIZE;
const SIZES = [1, 24, 500, 512, 513, 5000, 100_000];

/** Blocks of `size` bytes until there is no room, all of them real addresses. */
function exhaust(heap: Heap, size: number): number[] {
  const blocks: number[] = [];
  for (;;) {
    try {
      blocks.push(heap.malloc(size));
    } catch (error) {
      expect(error).toBeInstanceOf(MemoryError);
      expect(Math.min(...blocks, END)).toBeGreaterThan(0);
      expect(Math.max(...blocks, 0)).toBeLessThan(END);
      return blocks;
    }
  }
}

describe.each(BUILDS)("%s: above 2 GiB,", (build) => {
  test("blocks of every kind keep what they hold, move, and come back", () => {
    const shadow = new ShadowHeap(newHeap(build), 2 * GIB);
    const { heap } = shadow;
    for (const size of SIZES) {
      for (let i = 0; i < 10; i += 1) shadow.malloc(size);
      shadow.calloc(3, size);
      shadow.alignedAlloc(4096, size);
    }
    expect(shadow.blocks[0]!.address).toBeGreaterThan(2 * GIB);
    shadow.check();
    for (const block of [...shadow.blocks]) shadow.realloc(block, block.size * 2 + 7);
    for (const block of [...shadow.blocks]) shadow.realloc(block, block.size >> 2);
    shadow.check();
    const { address } = shadow.malloc(400);
    heap.view("f64", address, 50).array[49] = Math.PI;
    expect(heap.memory.f64[address / 8 + 49]).toBe(Math.PI);
    heap.writeBytes(address, new Uint8Array(400).fill(7));
    expect(heap.readBytes(address, 400).every((byte) => byte === 7)).toBe(true);
    const text = heap.mallocString("hoch oben: ÄÖÜ 🐍");
    expect(heap.readString(text.address, text.byteLength)).toBe("hoch oben: ÄÖÜ 🐍");
  });

  test("wrong addresses are told as below", () => {
    const heap = newHeap(build);
    heap.malloc(2 * GIB);
    for (const size of [24, 5000]) {
      const [block, other] = [heap.malloc(size), heap.malloc(size)];
      heap.malloc(size);
      expect(() => heap.free(other + 8)).toThrow(InteriorPointerError);
      heap.free(block);
      expect(() => heap.free(block)).toThrow(DoubleFreeError);
      expect(() => heap.free(block)).toThrow(expect.objectContaining({ address: block }));
    }
    expect(() => heap.free(END - 16)).toThrow(ForeignPointerError);
    heap.verify();
  });

  test("a block moves across 2 GiB and back", () => {
    const heap = newHeap(build);
    const below = heap.malloc(1000);
    heap.writeBytes(below, new Uint8Array(1000).fill(9));
    const ballast = heap.malloc(2 * GIB);
    const above = heap.realloc(below, 200_000);
    expect(above).toBeGreaterThan(2 * GIB);
    expect(heap.readBytes(above, 1000).every((byte) => byte === 9)).toBe(true);
    heap.free(ballast);
    const back = heap.realloc(above, 500);
    expect(back).toBeLessThan(2 * GIB);
    expect(heap.readBytes(back, 500).every((byte) => byte === 9)).toBe(true);
    heap.verify();
  });

  test("memory fills up to the end of 4 GiB and empties again", () => {
    const heap = newHeap(build);
    const blocks = [64 << 20, 1 << 20, PAGE_SIZE, 600, 512, 100, 8].flatMap((size) => exhaust(heap, size));
    expect(heap.stats().footprintBytes).toBe(END);
    expect(Math.max(...blocks)).toBeGreaterThan(END - 4096);
    heap.verify();
    for (const call of [
      () => heap.malloc(1),
      () => heap.calloc(1, 1),
      () => heap.alignedAlloc(PAGE_SIZE, 1),
      () => heap.realloc(blocks[0]!, 65 << 20),
    ]) {
      expect(call).toThrow(MemoryError);
    }
    for (const block of blocks) heap.free(block);
    heap.verify();
    const { bytes, large } = heap.stats();
    expect([bytes.usedBlocks, large.blocks]).toEqual([0, 0]);
    heap.free(heap.malloc(3 * GIB));
    heap.verify();
  });

  test("the largest block there is can be had, and grows to that where it stands", () => {
    const heap = newHeap(build);
    const half = heap.malloc(2 * GIB);
    const most = 4 * GIB - (2 << 20);
    expect(heap.realloc(half, most)).toBe(half);
    expect(heap.usableSize(half)).toBeGreaterThanOrEqual(most);
    heap.memory.u8[half + most - 1] = 5;
    expect(heap.realloc(half, 600)).toBe(half);
    heap.verify();
  });
});

test.each(BUILDS)(
  "%s: an aligned request that would end past 4 GiB is refused, though a free chunk almost fits",
  (build) => {
    const heap = newHeap(build);
    const size = 1_900_000_000;
    const blocks = [END - size - 600_000, size, 1000].map((bytes) => heap.malloc(bytes));
    heap.free(blocks[1]!);
    expect(() => heap.alignedAlloc(64, size + 8_000_000)).toThrow(MemoryError);
    heap.verify();
  },
);
