import { expect, test } from "vitest";
import { decodeTrace } from "../../../../src/lab/atr1.js";
import { workloadFacts } from "../../../../src/lab/sweep/workload-facts.js";
import { writeAtr1 } from "../../../support/atr1-writer.js";

test("a workload's sizes, lifetimes and calls are counted", () => {
  const trace = decodeTrace(
    writeAtr1([
      { op: "malloc", slot: 0, size: 0 },
      { op: "malloc", slot: 1, size: 1 },
      { op: "free", slot: 1 }, // no allocation since its birth but its own
      { op: "calloc", slot: 1, size: 5 },
      { op: "realloc", slot: 1, size: 1024 },
      { op: "malloc", slot: 2, size: 7 },
      { op: "free", slot: 0 },
    ]),
    "t.atr",
  );
  const facts = workloadFacts(trace, "here");
  expect(facts).toMatchObject({ name: "t", source: "here", events: 7, immortalBlocks: 2 });
  expect(facts.calls).toMatchObject({ malloc: 3, calloc: 1, realloc: 1, free: 2, memalign: 0 });
  const filled = (bins: typeof facts.sizes): number[][] =>
    bins.filter(({ count }) => count > 0).map(({ from, count }) => [from, count]);
  expect(filled(facts.sizes)).toEqual([
    [0, 1],
    [1, 1],
    [4, 2],
    [1024, 1],
  ]);
  expect(filled(facts.lifetimes)).toEqual([
    [1, 1],
    [4, 1],
  ]);
});

test("an empty trace has no sizes", () => {
  const facts = workloadFacts(decodeTrace(writeAtr1([]), "t.atr"), "here");
  expect(facts).toMatchObject({ sizes: [], lifetimes: [], immortalBlocks: 0 });
});
