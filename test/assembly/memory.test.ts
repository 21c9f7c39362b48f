// test/assembly/memory.test.ts: how linear memory grows. That it can't: exhaustion.test.ts.

import { expect, test } from "vitest";
import { GROWTH_SHIFT, PAGE_SIZE } from "../../assembly/layout.js";
import { newHeap } from "../support/checked-core.js";

test("memory grows geometrically, but by little more than is needed", () => {
  const heap = newHeap("release");
  const count = 4000;
  for (let i = 1; i <= count; i += 1) {
    heap.malloc(PAGE_SIZE);
    const needed = (i + 1) * (PAGE_SIZE + 16);
    expect(heap.memory.u8.length).toBeLessThanOrEqual(needed * (1 + 1 / 2 ** GROWTH_SHIFT) + 2 * PAGE_SIZE);
  }
  expect(heap.stats().growCalls).toBeLessThan(count / 8);
});

test("a growth that would pass the limit stops at it", () => {
  const maximumBytes = ((2 << GROWTH_SHIFT) + 1) * PAGE_SIZE;
  const heap = newHeap("release", { maximumBytes });
  heap.malloc(maximumBytes - 2 * PAGE_SIZE);
  expect(heap.memory.u8.length).toBe(maximumBytes - PAGE_SIZE);
  heap.malloc(PAGE_SIZE);
  expect(heap.memory.u8.length).toBe(maximumBytes);
});
