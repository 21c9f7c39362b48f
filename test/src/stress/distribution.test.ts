import { expect, test } from "vitest";
import { Distribution } from "../../../src/stress/distribution.js";

test("tells percentiles of what was recorded, to two digits", () => {
  const distribution = new Distribution();
  for (let ns = 1; ns <= 1000; ns += 1) distribution.record(ns);
  const { count, p50Ns, p99Ns, maxNs } = distribution.read();
  expect(count).toBe(1000);
  expect(Math.abs(p50Ns - 500)).toBeLessThanOrEqual(5);
  expect(Math.abs(p99Ns - 990)).toBeLessThanOrEqual(10);
  expect(Math.abs(maxNs - 1000)).toBeLessThanOrEqual(10);
});

test("parts that are merged are as one that has recorded all", () => {
  const [one, other, whole] = [new Distribution(), new Distribution(), new Distribution()];
  for (let i = 0; i < 500; i += 1) {
    const ns = (i * 7919) % 100_000;
    (i % 2 === 0 ? one : other).record(ns, i);
    whole.record(ns, i);
  }
  const merged = Distribution.of(one.occurrences());
  merged.add(other.occurrences());
  expect(merged.occurrences()).toEqual(whole.occurrences());
  expect(merged.read().count).toBe(whole.read().count);
});

test("without a record there is nothing", () => {
  expect(new Distribution().occurrences()).toEqual([]);
  expect(new Distribution().read().count).toBe(0);
});
