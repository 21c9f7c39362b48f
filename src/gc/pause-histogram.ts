// src/gc/pause-histogram.ts: how long the program has waited, and how often: percentiles in constant room.
// Not a dependency: the libraries that do this weigh more than all of the facade; a test holds it against one of them.
// Source: Gil Tene, HdrHistogram: buckets that double, cut into equal parts, so that the error is a constant share.

/** Parts of a doubling: a value is told to within 1 / 2^this of itself. */
const PARTS_LOG2 = 5;
const PARTS = 1 << PARTS_LOG2;
/** Values are whole numbers below 2^31: nanoseconds in units of 100, more than three minutes. */
const UNITS_PER_MS = 10_000;
const VALUE_MAX = 2 ** 31 - 1;
const BUCKETS = (31 - PARTS_LOG2 + 1) * PARTS;

/** Milliseconds that the program has waited for collections, each time. */
export interface PauseStats {
  readonly count: number;
  readonly totalMs: number;
  readonly maxMs: number;
  /** Half of all pauses were no longer; and so on. */
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  /** Lengths that occurred, in ascending order: pauses up to so many milliseconds, longer than those before. */
  readonly buckets: readonly { readonly upToMs: number; readonly count: number }[];
}

export class PauseHistogram {
  readonly #counts = new Uint32Array(BUCKETS);
  #count = 0;
  #totalMs = 0;
  #maxMs = 0;

  record(pauseMs: number): void {
    this.#counts[bucketOf(pauseMs)]! += 1;
    this.#count += 1;
    this.#totalMs += pauseMs;
    this.#maxMs = Math.max(this.#maxMs, pauseMs);
  }

  read(): PauseStats {
    return {
      count: this.#count,
      totalMs: this.#totalMs,
      maxMs: this.#maxMs,
      p50Ms: this.#percentile(0.5),
      p90Ms: this.#percentile(0.9),
      p99Ms: this.#percentile(0.99),
      p999Ms: this.#percentile(0.999),
      buckets: [...this.#counts.entries()]
        .filter(([, count]) => count > 0)
        .map(([bucket, count]) => ({ upToMs: endOf(bucket), count })),
    };
  }

  /** The length that so many of all pauses did not exceed; 0 if there were none. */
  #percentile(share: number): number {
    const wanted = Math.ceil(share * this.#count);
    let count = 0;
    for (const [bucket, inBucket] of this.#counts.entries()) {
      count += inBucket;
      if (inBucket > 0 && count >= wanted) return Math.min(endOf(bucket), this.#maxMs);
    }
    return 0;
  }
}

function bucketOf(pauseMs: number): number {
  const value = Math.min(Math.max(Math.round(pauseMs * UNITS_PER_MS), 0), VALUE_MAX);
  const doublings = Math.max(31 - Math.clz32(value) - PARTS_LOG2, 0);
  return doublings * PARTS + (value >>> doublings);
}

/** The longest pause that falls into a bucket, in milliseconds. */
function endOf(bucket: number): number {
  const doublings = Math.max((bucket >>> PARTS_LOG2) - 1, 0);
  const part = bucket - doublings * PARTS;
  return ((part + 1) * 2 ** doublings - 1) / UNITS_PER_MS;
}
