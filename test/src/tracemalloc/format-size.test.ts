// test/src/tracemalloc/format-size.test.ts: sizes read as CPython writes them. That any does: test/system/tracemalloc-cpython.test.ts.

import { expect, test } from "vitest";
import { formatSize } from "../../../src/tracemalloc/format-size.js";

test.each([
  [0, "0 B"],
  [99, "99 B"],
  [10_239, "10239 B"],
  [10_240, "10.0 KiB"],
  [102_348, "99.9 KiB"],
  [102_399, "100.0 KiB"],
  [102_400, "100 KiB"],
  [10 * 2 ** 20 - 1, "10240 KiB"],
  [10 * 2 ** 20, "10.0 MiB"],
  [10 * 2 ** 30, "10.0 GiB"],
  [10 * 2 ** 40, "10.0 TiB"],
  [20_000 * 2 ** 40, "20000 TiB"],
])("%d bytes are %s", (bytes, text) => {
  expect(formatSize(bytes)).toBe(text);
});

test("with a sign, what has not shrunk has a plus", () => {
  expect([5, 0, -5, -20_480].map((bytes) => formatSize(bytes, true))).toEqual([
    "+5 B",
    "+0 B",
    "-5 B",
    "-20.0 KiB",
  ]);
});

test("what is just between two numbers goes to the even one", () => {
  expect([0.5, 1.5, 2.5, -2.5, -3.5].map((bytes) => formatSize(bytes))).toEqual([
    "0 B",
    "2 B",
    "2 B",
    "-2 B",
    "-4 B",
  ]);
  expect([10.25, 10.75, -10.25, 11.25].map((kibibytes) => formatSize(kibibytes * 1024))).toEqual([
    "10.2 KiB",
    "10.8 KiB",
    "-10.2 KiB",
    "11.2 KiB",
  ]);
});
