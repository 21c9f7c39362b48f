// test/src/gc/pause-histogram.test.ts: percentiles of pauses, held against the library that the field has.

import fc from "fast-check";
import * as hdr from "hdr-histogram-js";
import { expect, test } from "vitest";
import { PauseHistogram } from "../../../src/gc/pause-histogram.js";

const pauses = fc.array(fc.double({ min: 0.0001, max: 5000, noNaN: true }), { minLength: 1, maxLength: 300 });
const SHARES = [
  ["p50Ms", 50],
  ["p90Ms", 90],
  ["p99Ms", 99],
  ["p999Ms", 99.9],
] as const;

test("percentiles are those of HdrHistogram, within a thirtieth", () => {
  fc.assert(
    fc.property(pauses, (lengths) => {
      const ours = new PauseHistogram();
      const theirs = hdr.build({
        bitBucketSize: 32,
        numberOfSignificantValueDigits: 3,
        highestTrackableValue: 1e9,
      });
      for (const length of lengths) {
        ours.record(length);
        theirs.recordValue(Math.max(1, Math.round(length * 10_000)));
      }
      const stats = ours.read();
      for (const [name, percentile] of SHARES) {
        const wanted = theirs.getValueAtPercentile(percentile) / 10_000;
        expect(Math.abs(stats[name] - wanted)).toBeLessThanOrEqual(wanted / 30 + 0.0002);
      }
    }),
  );
});

test("the buckets hold every pause, in ascending order, each no longer than its end", () => {
  fc.assert(
    fc.property(pauses, (lengths) => {
      const histogram = new PauseHistogram();
      for (const length of lengths) histogram.record(length);
      const { count, totalMs, maxMs, buckets } = histogram.read();
      expect(count).toBe(lengths.length);
      expect(maxMs).toBe(Math.max(...lengths));
      expect(totalMs).toBeCloseTo(
        lengths.reduce((sum, length) => sum + length, 0),
        6,
      );
      let below = 0;
      let last = -1;
      for (const { upToMs, count } of buckets) {
        expect(upToMs).toBeGreaterThan(last);
        last = upToMs;
        below += count;
        expect(lengths.filter((length) => Math.round(length * 10_000) / 10_000 <= upToMs + 1e-9).length).toBe(
          below,
        );
      }
    }),
  );
});

test("without pauses, all is 0", () => {
  expect(new PauseHistogram().read()).toEqual({
    ...{ count: 0, totalMs: 0, maxMs: 0, p50Ms: 0, p90Ms: 0, p99Ms: 0, p999Ms: 0 },
    buckets: [],
  });
});
