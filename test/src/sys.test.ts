// test/src/sys.test.ts: what sys tells of objects, and the table that sys._debugmallocstats() prints.

import { describe, expect, test, vi } from "vitest";
import { PAGE_SIZE } from "../../assembly/layout.js";
import { InvalidArgumentError } from "../../src/errors.js";
import { formatStats } from "../../src/sys.js";
import { BUILDS, newHeap, newObjectHeap } from "../support/checked-core.js";

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

test("each class in use has a row: its number, size, pools, blocks in use and free, and kind", () => {
  const heap = newObjectHeap("release");
  for (let i = 0; i < 3; i += 1) heap.malloc(24);
  heap.malloc(500);
  const list = heap.list(["a", "b"]);
  const rows = tableOf(heap).filter((line) => /^ +\d+( +\d+){4} +[a-z]+$/.test(line));
  const { classes } = heap.stats();
  const expected = classes.flatMap((c, index) =>
    c.pools === 0 ? [] : [[index, c.blockBytes, c.pools, c.usedBlocks, c.freeBlocks, c.kind].map(String)],
  );
  expect(rows.map((row) => row.trim().split(/ +/))).toEqual(expected);
  expect(expected.length).toBeGreaterThan(3);
  list.dispose();
  expect(new Set(expected.map((row) => row.at(-1)))).toEqual(
    new Set(["raw", "container", "atomic", "buffer"]),
  );
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

describe.each(BUILDS)("%s:", (build) => {
  const heap = newObjectHeap(build);
  const { sys } = heap;

  test("getrefcount counts its argument too, heap.refcount does not", () => {
    heap.frame(() => {
      const list = heap.list();
      expect([sys.getrefcount(list), heap.refcount(list)]).toEqual([2, 1]);
      heap.list([list, list]);
      expect([sys.getrefcount(list), heap.refcount(list)]).toEqual([4, 3]);
    });
  });

  test("getsizeof tells what an object takes with its parts, a value what it would take", () => {
    heap.frame(() => {
      const list = heap.list();
      const empty = sys.getsizeof(list);
      for (let i = 0; i < 100; i += 1) list.append(0);
      expect(sys.getsizeof(list)).toBeGreaterThanOrEqual(empty + 400);
      const Node = heap.struct("Sized", { next: "ref", x: "i32" });
      expect(sys.getsizeof(new Node())).toBe(Node.size);
      expect(sys.getsizeof("a".repeat(100))).toBeGreaterThan(sys.getsizeof("a"));
      expect(sys.getsizeof("€".repeat(100))).toBeGreaterThan(sys.getsizeof("a".repeat(100)) + 90);
      expect(sys.getsizeof(2n ** 640n)).toBeGreaterThan(sys.getsizeof(1000) + 60);
      for (const value of [1, 0.5, null, true, Uint8Array.of(1)])
        expect(sys.getsizeof(value)).toBeGreaterThan(0);
      expect(() => sys.getsizeof([])).toThrow(InvalidArgumentError);
    });
  });

  test("getallocatedblocks counts raw blocks, large blocks and objects alike", () => {
    const before = sys.getallocatedblocks();
    const blocks = [8, 600, 100_000].map((size) => heap.malloc(size));
    const int = heap.int(1000);
    expect(sys.getallocatedblocks()).toBe(before + 4);
    for (const block of blocks) heap.free(block);
    int.dispose();
    expect(sys.getallocatedblocks()).toBe(before);
  });

  test("intern gives one object for one text", () => {
    heap.frame(() => {
      const first = sys.intern("an interned text");
      expect(sys.intern("an interned text").is(first)).toBe(true);
      expect(sys.intern(heap.str("an interned text")).is(first)).toBe(true);
      expect(heap.str("an interned text").is(first)).toBe(false);
      const own = heap.str("its own");
      expect(sys.intern(own).is(own)).toBe(true);
      for (const value of [5, null, heap.int(5), heap.list()]) {
        expect(() => sys.intern(value as never)).toThrow(InvalidArgumentError);
      }
    });
  });

  test("isImmortal tells what is never released", () => {
    heap.frame(() => {
      const list = heap.list();
      expect([heap.none, heap.int(5), heap.tuple(), list].map((handle) => sys.isImmortal(handle))).toEqual([
        ...[true, true, true, false],
      ]);
      heap.immortalize(list);
      expect(sys.isImmortal(list)).toBe(true);
    });
  });
});
