// src/lab/sweep/confidence.ts: what times of the same rounds say about two allocators, and how sure that is.
// Source: Student's t interval of the mean of logarithms of paired ratios; a ratio and its inverse are treated alike.

import { studentt } from "jstat";
import type { RatioResult, Verdict } from "./result.js";

const CONFIDENCE = 0.95;
/** Fewer rounds give no interval. */
export const ROUNDS_MIN = 2;

/**
 * One allocator's times as a multiple of another's.
 *
 * @param own - one a round, at least ROUNDS_MIN.
 * @param others - of the same rounds.
 * @param noise - ratio of an allocator to itself, as measured beside: differences no larger than that are not told.
 */
export function ratioOf(own: readonly number[], others: readonly number[], noise = 1): RatioResult {
  const { mean, errorSquared } = momentsOf(own.map((time, round) => Math.log(time / others[round]!)));
  return intervalOf(mean, errorSquared, own.length - 1, noise);
}

/** The same of times that were not taken together; undefined if there are less than ROUNDS_MIN of either. Welch's interval. */
export function unpairedRatioOf(
  own: readonly number[],
  others: readonly number[],
  noise = 1,
): RatioResult | undefined {
  if (Math.min(own.length, others.length) < ROUNDS_MIN) return undefined;
  const [a, b] = [momentsOf(own.map(Math.log)), momentsOf(others.map(Math.log))];
  const errorSquared = a.errorSquared + b.errorSquared;
  const degrees =
    errorSquared ** 2 / (a.errorSquared ** 2 / (own.length - 1) + b.errorSquared ** 2 / (others.length - 1));
  return intervalOf(a.mean - b.mean, errorSquared, Number.isNaN(degrees) ? 1 : degrees, noise);
}

/** Mean, and the variance of that mean. */
function momentsOf(values: readonly number[]): { mean: number; errorSquared: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return { mean, errorSquared: variance / values.length };
}

/** @param mean - of logarithms. */
function intervalOf(mean: number, errorSquared: number, degrees: number, noise: number): RatioResult {
  const reach = studentt.inv((1 + CONFIDENCE) / 2, degrees) * Math.sqrt(errorSquared);
  const interval = { value: Math.exp(mean), low: Math.exp(mean - reach), high: Math.exp(mean + reach) };
  return { ...interval, verdict: verdictOf(interval.low, interval.high, noise) };
}

function verdictOf(low: number, high: number, noise: number): Verdict {
  const threshold = Math.max(noise, 1 / noise);
  if (high < 1 / threshold) return "faster";
  if (low > threshold) return "slower";
  return "no difference seen";
}
