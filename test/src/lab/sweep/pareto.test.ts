import { describe, expect, test } from "vitest";
import { paretoPoints } from "../../../../src/lab/sweep/pareto.js";
import { paretoText } from "../../../../src/lab/sweep/pareto-text.js";
import type { SweepResult } from "../../../../src/lab/sweep/result.js";
import { fakeSource } from "../../../support/fake-allocator.js";
import { smallSweep, strategyOf } from "../../../support/sweeps.js";

const names = ["a", "fast", "small", "worse", "equal", "floor", "unfinished"];
const measured = await smallSweep(
  { rounds: 2 },
  names.map((name) => strategyOf({ ...fakeSource(name), neverFrees: name === "floor" })),
);

/** Time and memory of each strategy, on both workloads. */
const COSTS: Record<string, [number, number]> = {
  a: [1, 2],
  fast: [0.5, 4],
  small: [2, 1],
  worse: [1.5, 2],
  equal: [1, 2],
  floor: [0.1, 0.1],
  unfinished: [0.1, 0.1],
};

const result: SweepResult = {
  ...measured,
  workloads: measured.workloads.map((it) => ({ ...it, peakLiveBytes: 1000 })),
  cells: measured.cells
    .filter(({ workload, strategy }) => workload !== "w" || strategy !== "unfinished")
    .map((cell) => {
      const [time, memory] = COSTS[cell.strategy]!;
      return {
        ...cell,
        time: { ...cell.time, ratio: { value: time, low: time, high: time, verdict: "slower" } },
        memory: { ...cell.memory!, footprintBytes: memory * 1000 },
      };
    }),
};

describe("the front of time against memory", () => {
  test("holds what no other beats, equals included; floors and what did not finish are no rivals", () => {
    const points = paretoPoints(result);
    expect(points.map(({ strategy }) => strategy)).toEqual(["fast", "a", "equal", "worse", "small"]);
    expect(points.filter(({ isOnFront }) => isOnFront).map(({ strategy }) => strategy)).toEqual([
      ...["fast", "a", "equal", "small"],
    ]);
    for (const { strategy, time, memory } of points) {
      expect([time, memory]).toEqual(COSTS[strategy]!.map((cost) => expect.closeTo(cost, 9)));
    }
  });

  test("is drawn with the fastest lowest and the smallest to the left", () => {
    const lines = paretoText(paretoPoints(result), "a", false).split("\n");
    const rows = lines
      .filter((line) => line.includes("│") && !/[a-z]/.test(line))
      .map((line) => line.split("│")[1]!);
    expect(rows[0]!.indexOf("●")).toBe(0); // slowest, smallest
    expect(rows.at(-1)!.trimEnd().length).toBe(64); // fastest, largest
    expect(lines.join("\n")).toContain("4 of 5 on the front");
  });

  test("is told to be empty", () => {
    expect(paretoText([], "a", false)).toBe("no strategy finished all workloads");
  });
});
