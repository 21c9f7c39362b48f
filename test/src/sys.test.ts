// test/src/sys.test.ts: the table that sys._debugmallocstats() prints.

import { expect, test, vi } from "vitest";
import { PAGE_SIZE } from "../../assembly/layout.js";
import { formatStats } from "../../src/sys.js";
import { newHeap } from "../support/checked-core.js";

function tableOf(heap = newHeap("release")): string[] {
  const lines: string[] = [];
  heap.sys._debugmallocstats((line) => lines.push(line));
  return lines;
}

/** The figure at the end of the line that starts with `label`. */
function figure(lines: readonly string[], label: string): number {
  const line = lines.find((line) => line.startsWith(label));
  return Number(line?.split("=")[1]?.replaceAll(",", "").trim());
}

test("each class in use has a row: its number, size, pools, blocks in use and free", () => {
  const heap = newHeap("release");
  for (let i = 0; i < 3; i += 1) heap.malloc(24);
  heap.malloc(500);
  const rows = tableOf(heap).filter((line) => /^ +\d+ +\d+ +\d+ +\d+ +\d+$/.test(line));
  const { classes } = heap.stats();
  const expected = classes.flatMap((c, index) =>
    c.pools === 0 ? [] : [[index, c.blockBytes, c.pools, c.usedBlocks, c.freeBlocks]],
  );
  expect(rows.map((row) => row.trim().split(/ +/).map(Number))).toEqual(expected);
  expect(expected).toHaveLength(2);
});

test("the lines of bytes add up to the total, which is all of memory", () => {
  const heap = newHeap("release");
  const large = [2000, 2000, 3 * PAGE_SIZE].map((size) => heap.malloc(size));
  for (let i = 0; i < 500; i += 1) heap.malloc(i);
  heap.free(large[0]!);
  const lines = tableOf(heap);
  const start = lines.findIndex((line) => line.startsWith("# bytes in allocated blocks"));
  const end = lines.findIndex((line) => line.startsWith("Total"));
  const figures = lines.slice(start, end).map((line) => figure([line], ""));
  expect(figures.reduce((sum, bytes) => sum + bytes)).toBe(heap.stats().footprintBytes);
  expect(figure(lines, "Total")).toBe(heap.stats().footprintBytes);
});

test("arenas are told as allocated, reclaimed, highwater and current", () => {
  const heap = newHeap("release");
  for (const block of Array.from({ length: 300 }, () => heap.malloc(512))) heap.free(block);
  const lines = tableOf(heap);
  const { arenas } = heap.stats();
  expect(figure(lines, "# arenas allocated total")).toBe(arenas.total);
  expect(figure(lines, "# arenas reclaimed")).toBe(arenas.total - arenas.inUse);
  expect(figure(lines, "# arenas highwater mark")).toBe(arenas.highwater);
  expect(figure(lines, "# arenas allocated current")).toBe(arenas.inUse);
});

test("all figures of a column end at the same place", () => {
  const heap = newHeap("release");
  for (let i = 0; i < 5000; i += 1) heap.malloc(i % 3000);
  const ends = tableOf(heap).filter((line) => line.includes(" = "));
  expect(new Set(ends.map((line) => line.length)).size).toBe(1);
});

test("it goes to stderr by default, as CPython's does", () => {
  const print = vi.spyOn(console, "error").mockImplementation(() => {});
  const heap = newHeap("release");
  heap.sys._debugmallocstats();
  expect(print.mock.calls.map(([line]) => line)).toEqual(formatStats(heap.stats()));
  print.mockRestore();
});
