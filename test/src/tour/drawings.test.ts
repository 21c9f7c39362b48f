import { expect, test } from "vitest";
import { createColors } from "../../../src/tour/colors.js";
import { bareBars, bars, references, tiles } from "../../../src/tour/drawings.js";

const colors = createColors(false);

test("every name has a box, and an arrow to the one object", () => {
  expect(references([{ name: "a" }], ["list", "1", "[]"], colors)).toEqual([
    "┌───┐      ┌──────┐",
    "│ a ├────▶ │ list │",
    "└───┘      │ 1    │",
    "           │ []   │",
    "           └──────┘",
  ]);
  const names = [{ name: "a" }, { name: "long", isWeak: true }];
  expect(references(names, ["list"], colors)).toEqual([
    "┌──────┐      ┌──────┐",
    "│ a    ├────▶ │ list │",
    "└──────┘      │      │",
    "┌──────┐      │      │",
    "│ long ├┄┄┄┄▷ │      │",
    "└──────┘      └──────┘",
  ]);
});

test("a dead object is dashed, and no arrow reaches it", () => {
  expect(references([{ name: "w", isWeak: true }], ["freed"], colors, true)).toEqual([
    "┌───┐      ┌╌╌╌╌╌╌╌┐",
    "│ w ├┄┄┄┄✕ ┆ freed ┆",
    "└───┘      └╌╌╌╌╌╌╌┘",
  ]);
  expect(references([], ["freed"], colors, true)[1]).toBe("┆ freed ┆");
});

test("bars are as long as their values, to an eighth of a cell", () => {
  expect(bareBars([4, 2, 1, 0], 4, colors)).toEqual(["████", "██  ", "█   ", "    "]);
  expect(bareBars([80, 5], 10, colors)[1]).toBe("▋         ");
  expect(bareBars([0], 4, colors)).toEqual(["    "]);
});

test("a bar that stands for little is short, never nothing", () => {
  expect(bareBars([1e9, 1], 4, colors)[1]).toBe("▏   ");
});

test("bars stand between their labels and texts, in the width given", () => {
  const rows = [
    { label: "a", value: 2, text: "2 B" },
    { label: "long", value: 1, text: "10 B" },
  ];
  expect(bars(rows, 24, colors)).toEqual(["a     ████████████   2 B", "long  ██████        10 B"]);
});

test("a pool's map has a cell a block, full where it is used; a free pool has none", () => {
  const used = Array.from({ length: 20 }, (_, index) => index % 2 === 0);
  const pools = [
    { head: "0x0a000", foot: "10/20", used },
    { head: "0x0b000", foot: "free", used: [] },
  ];
  expect(tiles(pools, 4 * 15 + 3 * 2, colors)).toEqual([
    "┌─ 0x0a000 ───┐  ┌╌ 0x0b000 ╌╌╌┐",
    "│█░█░█░█░█░█░█│  ┆             ┆",
    "│░█░█░█░      │  ┆             ┆",
    "└───── 10/20 ─┘  └╌╌╌╌╌╌ free ╌┘",
  ]);
});

test("more pools than a row has go into the next", () => {
  const pool = { head: "0x0a000", foot: "1/1", used: [true] };
  const lines = tiles([pool, pool, pool, pool, pool], 78, colors);
  expect(lines).toHaveLength(6);
  expect(lines[0]!.match(/0x0a000/g)).toHaveLength(4);
  expect(lines[3]!.match(/0x0a000/g)).toHaveLength(1);
});
