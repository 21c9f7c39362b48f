import { expect, test } from "vitest";
import type { RunProgress } from "../../../src/stress/result.js";
import { viewOf } from "../../../src/stress/view.js";
import { createColors } from "../../../src/tour/colors.js";

const progress: RunProgress = {
  phase: "link",
  done: 0.5,
  passes: 0,
  objects: 5_000_000,
  heapBytes: 122 * 2 ** 20,
  operationNs: 213.4,
  pauses: 2310,
  longestPauseMs: 152,
  collections: [2290, 208, 10],
};
const state = { title: "pymalloc: random: 10,000,000 objects", seconds: 12.7, parts: [progress, undefined] };

test("has a line for the run, one for the heads, and a row a worker", () => {
  const lines = viewOf(state, 119, createColors(false)).map((line) => line.trimEnd());
  expect(lines).toEqual([
    "pymalloc: random: 10,000,000 objects 12 s",
    "worker  phase         done      objects      bytes   ns/op  pauses  longest   generations  passes",
    "     1  link          50 %    5,000,000    122 MiB   213.4   2,310   152 ms  2,290/208/10       0  ████████",
    "     2",
  ]);
});

test.each([200, 120, 80, 60, 40, 20])("fits into %i columns", (width) => {
  for (const line of viewOf(state, width, createColors(false)))
    expect(line.length).toBeLessThanOrEqual(width);
});
