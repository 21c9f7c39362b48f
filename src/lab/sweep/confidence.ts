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
  const rounds = own.length;
  const logs = own.map((time, round) => Math.log(time / others[round]!));
  const mean = logs.reduce((sum, log) => sum + log, 0) / rounds;
  const variance = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / (rounds - 1);
  const reach = studentt.inv((1 + CONFIDENCE) / 2, rounds - 1) * Math.sqrt(variance / rounds);
  const interval = { value: Math.exp(mean), low: Math.exp(mean - reach), high: Math.exp(mean + reach) };
  return { ...interval, verdict: verdictOf(interval.low, interval.high, noise) };
}

function verdictOf(low: number, high: number, noise: number): Verdict {
  const threshold = Math.max(noise, 1 / noise);
  if (high < 1 / threshold) return "faster";
  if (low > threshold) return "slower";
  return "no difference seen";
}
