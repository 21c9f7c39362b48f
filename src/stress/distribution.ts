// src/stress/distribution.ts: times, and how often each occurred: recorded on one thread, merged and read on another.

import { build, type JsHistogram } from "hdr-histogram-js";

const DIGITS = 2;

/** A time in nanoseconds, to two digits, and how often it occurred. */
export type Occurrence = readonly [ns: number, count: number];

export interface Percentiles {
  readonly count: number;
  readonly p50Ns: number;
  readonly p90Ns: number;
  readonly p99Ns: number;
  readonly maxNs: number;
}

export class Distribution {
  readonly #histogram = build({ numberOfSignificantValueDigits: DIGITS }) as JsHistogram;

  static of(occurrences: readonly Occurrence[]): Distribution {
    const distribution = new Distribution();
    distribution.add(occurrences);
    return distribution;
  }

  record(ns: number, count = 1): void {
    if (count > 0) this.#histogram.recordValueWithCount(Math.max(0, Math.round(ns)), count);
  }

  add(occurrences: readonly Occurrence[]): void {
    for (const [ns, count] of occurrences) this.record(ns, count);
  }

  read(): Percentiles {
    const at = (percent: number): number => this.#histogram.getValueAtPercentile(percent);
    return {
      count: this.#histogram.totalCount,
      ...{ p50Ns: at(50), p90Ns: at(90), p99Ns: at(99), maxNs: this.#histogram.maxValue },
    };
  }

  /** In ascending order. */
  occurrences(): Occurrence[] {
    const { recordedValuesIterator: iterator } = this.#histogram;
    const found: Occurrence[] = [];
    iterator.reset();
    while (iterator.hasNext()) {
      const { valueIteratedTo, countAddedInThisIterationStep } = iterator.next();
      if (countAddedInThisIterationStep > 0) found.push([valueIteratedTo, countAddedInThisIterationStep]);
    }
    return found;
  }
}
