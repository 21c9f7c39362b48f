import { expect, test } from "vitest";
import type { StressPlan } from "../../../src/stress/plan.js";
import { failuresOf, toJson, toText } from "../../../src/stress/report.js";
import type { RunResult } from "../../../src/stress/result.js";
import { run } from "../../../src/stress/run.js";
import { createColors } from "../../../src/tour/colors.js";

const plan: StressPlan = {
  engine: "pymalloc",
  shape: "random",
  objects: 2000,
  churn: 0.1,
  passes: 2,
  seed: 1,
  maximumBytes: 2 ** 24,
  isUntilFull: false,
  pauseTargetMs: 0,
};
const plain = (parts: readonly RunResult[]): string => toText({ ours: parts }, 90, createColors(false));

test("two workers are told as one: operations of both, the time of the longer", async () => {
  const parts = [await run(plan), await run({ ...plan, seed: 2 })];
  const { total, workers } = toJson({ ours: parts }, "1.2.3");
  expect(workers).toEqual(parts);
  expect(total).toMatchObject({ mostObjects: parts[0]!.mostObjects + parts[1]!.mostObjects, failures: [] });
  for (const [at, { operations, ms }] of total.phases.entries()) {
    expect(operations).toBe(parts[0]!.phases[at]!.operations + parts[1]!.phases[at]!.operations);
    expect(ms).toBe(Math.max(parts[0]!.phases[at]!.ms, parts[1]!.phases[at]!.ms));
  }
  expect(total.generations[2]!.collected).toBe(
    parts[0]!.generations[2]!.collected! + parts[1]!.generations[2]!.collected!,
  );
  const text = plain(parts);
  expect(text).toContain("random: 4,000 objects, seed 1, 2 workers\nall as it must be: ");
  expect(text).toContain("pauses, by their length");
});

test("a failure is the first that is told", async () => {
  const failed = await run({ ...plan, damage: "count" });
  expect(plain([await run(plan), failed])).toMatch(/\nFAILED after .* s: the number of references /);
  expect(failuresOf({ ours: [await run(plan), failed] })).toEqual([failed.failure]);
});

test("plain objects stand beside, with ratios", async () => {
  const ours = await run(plan);
  const other = {
    ...ours,
    plan: { ...plan, engine: "js" as const },
    mostHeapBytes: 3 * ours.mostHeapBytes,
    indexBytes: 0,
  };
  const { comparison } = toJson({ ours: [ours], plain: [other] }, "1.2.3");
  expect(comparison!.map(({ what }) => what)).toEqual(["workMs", "heapBytes", "longestPauseMs"]);
  expect(comparison![1]!.ratio).toBeCloseTo(
    (3 * ours.mostHeapBytes) / (ours.mostHeapBytes + ours.indexBytes),
    10,
  );
  const text = toText({ ours: [ours], plain: [other] }, 90, createColors(false));
  expect(text).toMatch(/work, without checks .* 1\.00×/);
});
