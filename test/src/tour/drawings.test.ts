import { expect, test } from "vitest";
import { createColors } from "../../../src/tour/colors.js";
import { bareBars, bars, histogram, references, ring, tiles } from "../../../src/tour/drawings.js";

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

test("two objects that refer to each other stand one above the other, with their names", () => {
  const upper = { name: "a", lines: ["Node one", "2 references"] };
  const lower = { name: "b", lines: ["Node two", "2 references"] };
  expect(ring({ upper, lower, down: "next", up: "back" }, colors)).toEqual([
    "┌───┐      ┌──────────────┐",
    "│ a ├────▶ │ Node one     │",
    "└───┘      │ 2 references │",
    "           └───┬──────▲───┘",
    "          next │      │ back",
    "           ┌───▼──────┴───┐",
    "┌───┐      │ Node two     │",
    "│ b ├────▶ │ 2 references │",
    "└───┘      └──────────────┘",
  ]);
});

test("a weak reference back is dashed; a name that is gone leaves its place; dead objects refer to nothing", () => {
  const upper = { lines: ["Node one", "1 reference"] };
  const lower = { lines: ["Node two", "1 reference"] };
  const weak = ring({ upper, lower, down: "a", up: "b", isUpWeak: true }, colors);
  expect(weak.slice(2, 6)).toEqual([
    "           │ 1 reference │",
    "           └───┬─────△───┘",
    "             a │     ┆ b",
    "           ┌───▼─────┴───┐",
  ]);
  const dead = { upper: { lines: ["freed 1"] }, lower: { lines: ["freed 2"] } };
  expect(ring({ ...dead, down: "a", up: "b", isDead: true }, colors)).toEqual([
    "           ┌╌╌╌╌╌╌╌╌╌┐",
    "           ┆ freed 1 ┆",
    "           └╌╌╌╌╌╌╌╌╌┘",
    "           ┌╌╌╌╌╌╌╌╌╌┐",
    "           ┆ freed 2 ┆",
    "           └╌╌╌╌╌╌╌╌╌┘",
  ]);
});

test("a histogram has a row a class, from the first that occurs to the last, and a column a series", () => {
  const labels = ["< 1", "< 10", "< 100", "< 1000"];
  const series = [
    { head: "one", counts: [0, 8, 0, 0] },
    { head: "two", counts: [0, 0, 4, 0] },
  ];
  expect(histogram(labels, series, 33, colors).map((line) => line.trimEnd())).toEqual([
    "        one           two",
    " < 10   8 █████████",
    "< 100                 4 ████▌",
  ]);
  expect(histogram(labels, [{ head: "none", counts: [0, 0, 0, 0] }], 33, colors)).toHaveLength(2);
});
