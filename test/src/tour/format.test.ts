import { expect, test } from "vitest";
import { createHeapSync } from "../../../src/embedded.js";
import { bytes, format, hex, plural } from "../../../src/tour/format.js";

test("bytes, addresses and counts are told as people read them", () => {
  expect([0, 16, 1000, 4096, 32_768, 20_000, 20_000_000].map(bytes)).toEqual([
    "0 B",
    "16 B",
    "1,000 B",
    "4 KiB",
    "32 KiB",
    "20 KiB",
    "19.1 MiB",
  ]);
  expect([hex(40), hex(0xffff_fff8)]).toEqual(["0x00028", "0xfffffff8"]);
  expect([plural(1, "pool"), plural(2000, "pool")]).toEqual(["1 pool", "2,000 pools"]);
});

test("results are told in a few characters", () => {
  expect([undefined, 1234, "a", null, true, [1, 2, 3, 4, 5], class Node {}].map(format)).toEqual([
    "",
    "1,234",
    '"a"',
    "null",
    "true",
    "[1, 2, 3, 4, … 5 in all]",
    "class Node",
  ]);
  expect([{ a: 1, b: "x" }, {}, () => 1, new Map(), new RangeError("no")].map(format)).toEqual([
    '{ a: 1, b: "x" }',
    "{}",
    "",
    "",
    "RangeError: no",
  ]);
});

test("a handle is told by its type and address, a namespace not at all", () => {
  const heap = createHeapSync();
  const list = heap.list();
  expect(format(list)).toBe(`list at ${hex(list.address)}`);
  list.dispose();
  expect(format(list)).toBe("a released handle");
  expect(format(heap.namespace())).toBe("");
});
