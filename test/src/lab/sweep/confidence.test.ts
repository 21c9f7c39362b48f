import { describe, expect, test } from "vitest";
import { Random } from "../../../../src/lab/random.js";
import { ratioOf, unpairedRatioOf } from "../../../../src/lab/sweep/confidence.js";

/** Normally distributed. Box and Muller. */
function normal(random: Random): number {
  const uniform = (): number => (random.below(2 ** 30) + 1) / 2 ** 30;
  return Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

describe("ratios of paired times", () => {
  test("are geometric means, with Student's interval", () => {
    // logs ln 2 and ln 8: mean ln 4, standard error ln 2, t(0.975, 1) = 12.706
    const { value, low, high } = ratioOf([2, 8], [1, 1]);
    expect(value).toBeCloseTo(4);
    expect(Math.log(high / value) / Math.LN2).toBeCloseTo(12.706, 2);
    expect(Math.log(value / low) / Math.LN2).toBeCloseTo(12.706, 2);
  });

  test("take what slows both for nothing", () => {
    const { value, low, high } = ratioOf([10, 30, 20], [5, 15, 10]);
    expect([value, low, high]).toEqual([2, 2, 2].map((it) => expect.closeTo(it, 9)));
  });

  test("hold the true ratio in 95 of 100 intervals", () => {
    const seed = Date.now() | 0;
    const random = new Random(seed);
    const trials = 3000;
    let hits = 0;
    for (let trial = 0; trial < trials; trial += 1) {
      const rounds = Array.from({ length: 5 }, () => Math.exp(0.1 * normal(random)));
      const { low, high } = ratioOf(
        rounds.map((it) => it * 1.3),
        rounds.map(() => Math.exp(0.05 * normal(random))),
      );
      // the paired noise is of both; the mean of its logarithm is that of 1.3
      if (low <= 1.3 && high >= 1.3) hits += 1;
    }
    expect(hits / trials, `seed ${seed}`).toBeGreaterThan(0.93);
    expect(hits / trials, `seed ${seed}`).toBeLessThan(0.97);
  });

  test("get a verdict only where the whole interval is on one side of 1, and beyond the noise", () => {
    expect(ratioOf([2, 2.1, 2.05], [1, 1, 1]).verdict).toBe("slower");
    expect(ratioOf([0.5, 0.51, 0.52], [1, 1, 1]).verdict).toBe("faster");
    expect(ratioOf([0.5, 2, 1.5], [1, 1, 1]).verdict).toBe("no difference seen");
    expect(ratioOf([1.2, 1.21, 1.2], [1, 1, 1], 1.3).verdict).toBe("no difference seen");
    expect(ratioOf([1 / 1.2, 1 / 1.21, 1 / 1.2], [1, 1, 1], 1 / 1.3).verdict).toBe("no difference seen");
  });
});

describe("ratios of times of two runs", () => {
  test("have Welch's interval", () => {
    // logs 0, ln 4 and 0, 0: means ln 2 and 0, standard error ln 2, one degree of freedom
    const { value, high } = unpairedRatioOf([1, 4], [1, 1])!;
    expect(value).toBeCloseTo(2);
    expect(Math.log(high / value) / Math.LN2).toBeCloseTo(12.706, 2);
  });

  test("are certain where no time ever differs", () => {
    expect(unpairedRatioOf([2, 2, 2], [1, 1])).toEqual({ value: 2, low: 2, high: 2, verdict: "slower" });
  });

  test("need two rounds of each", () => {
    expect(unpairedRatioOf([2], [1, 1])).toBeUndefined();
  });
});
