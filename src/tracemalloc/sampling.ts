// src/tracemalloc/sampling.ts: from a sample by bytes to what there is: how much each sample stands for, and how sure that is.
// Source: the Horvitz-Thompson estimator of a total and of its variance, with the inclusion probabilities of a Poisson process in bytes.

/** Largest mean distance, in bytes. */
export const SAMPLE_BYTES_MAX = 2 ** 40;

/** Probability that a block of `size` bytes is sampled, where the mean distance is `sampleBytes`. */
export function samplingProbability(size: number, sampleBytes: number): number {
  return -Math.expm1(-size / sampleBytes);
}

/** What one traced block stands for. */
export interface Weight {
  readonly bytes: number;
  readonly count: number;
  /** Its part of the variance of the sum of bytes. */
  readonly variance: number;
}

/** @param sampleBytes - undefined: every block is traced. */
export function weightOf(size: number, sampleBytes: number | undefined): Weight {
  // one of no bytes is in no sample
  if (sampleBytes === undefined || size === 0) return { bytes: size, count: 1, variance: 0 };
  const probability = samplingProbability(size, sampleBytes);
  return {
    bytes: size / probability,
    count: 1 / probability,
    variance: ((1 - probability) * size * size) / (probability * probability),
  };
}

/** Distances between samples: exponentially distributed, from a seed. */
export class Distances {
  readonly #mean: number;
  #state: number;

  constructor(mean: number, seed: number) {
    this.#mean = mean;
    this.#state = seed >>> 0;
  }

  /**
   * Bytes to the next sample; negative if the block at hand, of `size` bytes, is passed over: it was drawn as one of `measure` bytes, which
   * are drawn more often.
   */
  next(size: number, measure: number): number {
    const distance = Math.max(-Math.log1p(-this.#uniform()) * this.#mean, Number.MIN_VALUE);
    if (size === measure) return distance;
    const share = samplingProbability(size, this.#mean) / samplingProbability(measure, this.#mean);
    return this.#uniform() < share ? distance : -distance;
  }

  /** From 0 to 1, with 32 random bits. Source: Mulberry32, by Tommy Ettinger, public domain. */
  #uniform(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}
