import { describe, expect, test } from "vitest";
import { Experiment } from "../../../src/graph/experiment.js";
import { shares, toJson, toText } from "../../../src/graph/report.js";
import { newObjectHeap } from "../../support/checked-core.js";
import { graphOf, ONE_OF_EACH, ONE_OF_EACH_ANSWERS } from "../../support/small-graphs.js";

const experiment = new Experiment(graphOf(ONE_OF_EACH), () => newObjectHeap("release"));
experiment.run();
const result = experiment.result!;

describe("as text", () => {
  test("there is a row for each measure, the picture and the verdict", () => {
    const text = toText(result, false);
    for (const part of [
      "small: 12 nodes, 19 edges",
      "bytes a node",
      "collection, all alive",
      "freed by reference counting",
      "held by cycles",
      "CPython 3.11.7, x86-64",
      "4.50 ms",
      "freed by reference counting 25.0 %",
      "alive 33.3 %",
      "every count is the file's",
    ]) {
      expect(text).toContain(part);
    }
    expect(text).not.toContain("\u001b");
    expect(text).not.toContain("✗");
  });

  test("a wrong count is marked", () => {
    const text = toText({ ...result, collected: 4, isRight: false }, true);
    expect(text).toContain("✗");
    expect(text).toContain("failed");
    expect(text).toContain("\u001b");
  });

  test("the picture's parts fill its width, and none that there is vanishes", () => {
    expect(shares([1, 1, 2], 72)).toEqual([18, 18, 36]);
    expect(shares([1, 0, 99_999], 72)).toEqual([1, 0, 71]);
    expect(shares([1, 1, 1], 4).reduce((sum, it) => sum + it)).toBe(4);
    expect(shares([0, 0, 0], 4)).toEqual([0, 0, 0]);
  });
});

test("as JSON there are the measures, and what was expected of them", () => {
  expect(JSON.parse(JSON.stringify(toJson(result, "1.2.3")))).toMatchObject({
    program: "pymalloc graph",
    version: "1.2.3",
    graph: "small",
    nodes: 12,
    edges: 19,
    bytesPerNode: expect.any(Number),
    buildMs: expect.any(Number),
    liveCollectMs: expect.any(Number),
    garbageCollectMs: expect.any(Number),
    ...ONE_OF_EACH_ANSWERS,
    expected: { ...ONE_OF_EACH_ANSWERS, liveCollected: 0 },
    isRight: true,
    cpython: { liveCollectMs: 4.5, garbageCollectMs: 5.5 },
  });
});
