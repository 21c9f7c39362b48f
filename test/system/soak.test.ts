// test/system/soak.test.ts: the long run, for a few seconds; and what its judgement finds. Needs build/.

import { describe, expect, test } from "vitest";
import { judge, type Sample } from "../../bench/soak/flatness.js";
import { runCommand } from "../support/command.js";

const soak = (...args: string[]): ReturnType<typeof runCommand> =>
  runCommand(["bench/run.mjs", "soak", "--minutes", "0.15", ...args]);

describe("the long run", () => {
  test("takes no more at its end than before, and draws it", async () => {
    const { code, stdout, stderr } = await soak();
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/linear memory: flat/);
    expect(stdout).toMatch(/left in use, all dropped: flat/);
    expect(stdout).toMatch(/[─╭╮┤┼]{3}/);
  });

  test("finds a leak that linear memory does not show yet, says by how much, and ends with 1", async () => {
    const { code, stdout, stderr } = await soak("--leak", "2000");
    expect(code).toBe(1);
    expect(stdout).toContain("left in use, all dropped: GROWS");
    expect(stderr).toMatch(/soak: left in use, all dropped grew by [\d,]+ bytes, from [\d,]+ to [\d,]+\n/);
  });

  test("ends with 2 for a time that is none", async () => {
    expect(await runCommand(["bench/run.mjs", "soak", "--minutes", "x"])).toMatchObject({
      code: 2,
      stdout: "",
    });
  });
});

describe("judging", () => {
  const MIB = 2 ** 20;
  const samplesOf = (heapBytes: (at: number) => number): Sample[] =>
    Array.from({ length: 100 }, (_, at) => ({
      ...{ seconds: at + 1, leftBytes: 1000, jsBytes: 10 * MIB, residentBytes: 100 * MIB },
      heapBytes: heapBytes(at),
    }));
  const isFlat = (samples: Sample[]): boolean => judge(samples).every((growth) => growth.isFlat);

  test("growth in the first quarter is none", () => {
    expect(isFlat(samplesOf((at) => Math.min(at, 20) * MIB + 50 * MIB))).toBe(true);
  });

  test("waves are none", () => {
    expect(isFlat(samplesOf((at) => (50 + 10 * Math.sin(at)) * MIB))).toBe(true);
  });

  test("going on growing is, slowly too", () => {
    expect(isFlat(samplesOf((at) => (50 + at / 20) * MIB))).toBe(false);
  });
});
