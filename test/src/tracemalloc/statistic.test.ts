// test/src/tracemalloc/statistic.test.ts: the text and the order of statistics. That CPython has the same: test/system/tracemalloc-cpython.test.ts.

import { expect, test } from "vitest";
import {
  compareDiffs,
  compareStatistics,
  Statistic,
  StatisticDiff,
} from "../../../src/tracemalloc/statistic.js";
import { Traceback } from "../../../src/tracemalloc/traceback.js";
import { frameOf } from "../../support/snapshots.js";

const at = (...frames: (readonly [string, number])[]): Traceback => new Traceback(frames.map(frameOf));
const HERE = at(["a.ts", 3]);

test("a statistic tells its place, bytes, blocks and their mean", () => {
  expect(String(new Statistic(HERE, 12_288, 3))).toBe("a.ts:3: size=12.0 KiB, count=3, average=4096 B");
  expect(String(new Statistic(HERE, 0, 0))).toBe("a.ts:3: size=0 B, count=0");
});

test("several frames are named by the oldest", () => {
  expect(String(new Statistic(at(["main.ts", 1], ["a.ts", 3]), 8, 1))).toMatch(/^main\.ts:1: /);
});

test("an estimate tells its error, and whole blocks", () => {
  expect(String(new Statistic(HERE, 20_480.4, 2.6, 1024))).toBe(
    "a.ts:3: size=20.0 KiB ± 1024 B, count=3, average=7877 B",
  );
  expect(String(new StatisticDiff(HERE, 100, -50.2, 1, -0.4, 10.4))).toBe(
    "a.ts:3: size=100 B (-50 B ± 10 B), count=1 (0), average=100 B",
  );
});

test("a difference tells what it was before", () => {
  expect(String(new StatisticDiff(HERE, 100, 40, 2, 1))).toBe(
    "a.ts:3: size=100 B (+40 B), count=2 (+1), average=50 B",
  );
  expect(String(new StatisticDiff(HERE, 0, -40, 0, -1))).toBe("a.ts:3: size=0 B (-40 B), count=0 (-1)");
});

test("statistics are in order of bytes, blocks, and of frames: files by code points, lines, then how many", () => {
  const inOrder = [
    new Statistic(HERE, 9, 1),
    new Statistic(HERE, 8, 2),
    new Statistic(at(["😀", 1]), 8, 1),
    new Statistic(at(["\uffee", 1]), 8, 1),
    new Statistic(at(["ab", 1]), 8, 1),
    new Statistic(at(["a", 10], ["a", 1]), 8, 1),
    new Statistic(at(["a", 10]), 8, 1),
    new Statistic(at(["a", 9]), 8, 1),
    new Statistic(at(["", 9]), 8, 1),
  ];
  for (const turned of [[...inOrder].reverse(), [...inOrder.slice(4), ...inOrder.slice(0, 4)]]) {
    expect(turned.sort(compareStatistics)).toEqual(inOrder);
  }
});

test("differences are in order of the change in bytes, bytes, the change in blocks, blocks, and of frames", () => {
  const inOrder = [
    new StatisticDiff(HERE, 0, -9, 0, 0),
    new StatisticDiff(HERE, 7, 8, 0, 0),
    new StatisticDiff(HERE, 6, -8, 0, -3),
    new StatisticDiff(HERE, 6, 8, 5, 2),
    new StatisticDiff(at(["b.ts", 1]), 6, 8, 4, 2),
    new StatisticDiff(HERE, 6, 8, 4, -2),
  ];
  expect([...inOrder].reverse().sort(compareDiffs)).toEqual(inOrder);
});
