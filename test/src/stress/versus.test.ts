import { expect, test } from "vitest";
import { mergeResults } from "../../../src/stress/merge.js";
import { run } from "../../../src/stress/run.js";
import { compareRuns, longestPauseMs } from "../../../src/stress/versus.js";

const result = await run({
  ...{ engine: "pymalloc", shape: "list", objects: 300_000, churn: 0, passes: 1, seed: 1 },
  ...{ maximumBytes: 2 ** 26, isUntilFull: false, pauseTargetMs: 0 },
});
const merged = mergeResults([result]);

test("a run is as good as itself", () => {
  for (const { ratio } of compareRuns(merged, merged)) expect(ratio).toBe(1);
});

test("work is what has to be done anyway, not what is verified", () => {
  const slower = {
    ...merged,
    phases: merged.phases.map((it) => (it.phase === "verify heap" ? { ...it, ms: 1000 * it.ms } : it)),
  };
  expect(compareRuns(merged, slower)[0]!.ratio).toBe(1);
  const twice = { ...merged, phases: merged.phases.map((it) => ({ ...it, ms: 2 * it.ms })) };
  expect(compareRuns(merged, twice)[0]!.ratio).toBeCloseTo(2, 10);
});

test("the deaths of all nodes at once are a pause, though no collection's", () => {
  const longest = merged.phases.find(({ phase }) => phase === "drop")!.longestMs;
  expect(longestPauseMs({ ...merged, pauses: [[1000, 1]] })).toBe(longest);
});
