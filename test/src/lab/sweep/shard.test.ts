import { describe, expect, test } from "vitest";
import { findShard, ShardError } from "../../../../src/lab/sweep/shard.js";

describe("the shard to measure", () => {
  test("is the whole where nothing says otherwise", () => {
    expect(findShard(undefined, {})).toEqual({ index: 0, count: 1 });
  });

  test("is as the option says, counted from 1", () => {
    expect(findShard("1/4", {})).toEqual({ index: 0, count: 4 });
    expect(findShard("4/4", { CI_NODE_INDEX: "1", CI_NODE_TOTAL: "2" })).toEqual({ index: 3, count: 4 });
  });

  test.each([
    ["Slurm", { SLURM_ARRAY_TASK_ID: "7", SLURM_ARRAY_TASK_MIN: "5", SLURM_ARRAY_TASK_COUNT: "3" }, 2, 3],
    ["GitLab", { CI_NODE_INDEX: "1", CI_NODE_TOTAL: "5" }, 0, 5],
    ["CircleCI", { CIRCLE_NODE_INDEX: "1", CIRCLE_NODE_TOTAL: "5" }, 1, 5],
    ["Buildkite", { BUILDKITE_PARALLEL_JOB: "0", BUILDKITE_PARALLEL_JOB_COUNT: "2" }, 0, 2],
    ["Azure", { SYSTEM_JOBPOSITIONINPHASE: "2", SYSTEM_TOTALJOBSINPHASE: "2" }, 1, 2],
  ])("is as %s says", (_, environment, index, count) => {
    expect(findShard(undefined, environment)).toEqual({ index, count });
  });

  test("takes its number from Kubernetes, which does not tell how many there are", () => {
    expect(findShard("/8", { JOB_COMPLETION_INDEX: "7" })).toEqual({ index: 7, count: 8 });
    expect(findShard(undefined, { JOB_COMPLETION_INDEX: "7" })).toEqual({ index: 0, count: 1 });
  });

  test.each(["0/3", "4/3", "1/0", "x", "1", "1/x", "-1/3", "/3", "1.5/2"])("is none for %s", (option) => {
    expect(() => findShard(option, {})).toThrow(ShardError);
  });

  test("is none where a scheduler's number is out of range", () => {
    expect(() => findShard("/3", { JOB_COMPLETION_INDEX: "3" })).toThrow("JOB_COMPLETION_INDEX=3");
  });
});
