import { expect, test } from "vitest";
import { createColors } from "../../../src/tour/colors.js";
import { bars, blockMap, bytes, hex, references } from "../../../src/tour/drawings.js";

const colors = createColors(false);

test("every name has its arrow to the one object", () => {
  expect(references(["a"], ["list", "1"], colors)).toEqual([
    "        ┌──────┐",
    "a ────▶ │ list │",
    "        │ 1    │",
    "        └──────┘",
  ]);
  expect(references(["a", "long"], ["list", "2", "[]"], colors)).toEqual([
    "           ┌──────┐",
    "           │ list │",
    "   a ──┬─▶ │ 2    │",
    "long ──┘   │ []   │",
    "           └──────┘",
  ]);
  const three = references(["a", "b", "c"], ["list"], colors);
  expect(three.slice(0, 3).map((line) => line.slice(0, 7))).toEqual(["a ──┐  ", "b ──┼─▶", "c ──┘  "]);
});

test("more names than the box has lines are all shown", () => {
  const names = ["a", "b", "c", "d", "e", "f", "g"];
  const drawn = references(names, ["x"], colors);
  for (const name of names) expect(drawn.filter((line) => line.startsWith(`${name} ──`))).toHaveLength(1);
  expect(drawn.filter((line) => line.includes("▶"))).toHaveLength(1);
});

test("bars are as long as their values, to an eighth of a cell", () => {
  const rows = [4, 2, 1, 0].map((value) => ({ label: "x", value, text: String(value) }));
  const drawn = bars(rows, 26, colors);
  const lengths = drawn.map((line) => [...line.slice(3, 3 + 20)].filter((cell) => cell !== " ").length);
  expect(lengths).toEqual([20, 10, 5, 0]);
  expect(bars([{ label: "x", value: 0, text: "0" }], 26, colors)[0]).not.toContain("█");
});

test("a map has a cell a block, full where it is used", () => {
  expect(blockMap([true, false, true, true, false], 3, colors)).toEqual(["█░█", "█░"]);
});

test("bytes and addresses are told as people read them", () => {
  expect([16, 1000, 4096, 32_768, 20_000, 20_000_000].map(bytes)).toEqual([
    "16 B",
    "1,000 B",
    "4 KiB",
    "32 KiB",
    "20 KiB",
    "19.1 MiB",
  ]);
  expect([hex(40), hex(0xffff_fff8)]).toEqual(["0x00028", "0xfffffff8"]);
});
