import { expect, test } from "vitest";
import { createBackend } from "../../../src/profile/backend.js";
import { HeapBytes } from "../../../src/profile/heap-bytes.js";
import { Meter } from "../../../src/profile/meter.js";

test("resident memory and V8's heap are some megabytes at least", () => {
  for (const name of ["rss", "v8"] as const) {
    expect(createBackend(name, new HeapBytes()).read()).toBeGreaterThan(1e6);
  }
});

/** Of a few numbers, some of them this test's own; a reading alone leaves several hundred. */
const BYTES_BETWEEN_PROBES_MAX = 128;

test("what probes leave in V8's heap is not in their readings", () => {
  const meter = new Meter([createBackend("v8", new HeapBytes())]);
  const deltas = new Float64Array(2000);
  let last = 0;
  for (let index = 0; index < deltas.length; index += 1) {
    meter.stop();
    deltas[index] = meter.readings[0]! - last;
    last = meter.readings[0]!;
    meter.go();
  }
  const median = deltas.slice(1000).toSorted()[500]!;
  expect(median).toBeGreaterThanOrEqual(0);
  expect(median).toBeLessThanOrEqual(BYTES_BETWEEN_PROBES_MAX);
});

test("a line that fills V8's heap shows, though there are probes on every side", () => {
  const meter = new Meter([createBackend("v8", new HeapBytes())]);
  meter.stop();
  const before = meter.readings[0]!;
  meter.go();
  const kept = new Array(100_000).fill(0);
  meter.stop();
  expect(meter.readings[0]! - before).toBeGreaterThan(790_000);
  expect(meter.readings[0]! - before).toBeLessThan(900_000);
  meter.go();
  expect(kept).toHaveLength(100_000);
});

test("the clock stands still while the meter does", () => {
  const meter = new Meter([]);
  meter.stop();
  const before = meter.nowMs;
  const end = performance.now() + 50;
  while (performance.now() < end);
  meter.go();
  meter.stop();
  expect(meter.nowMs - before).toBeLessThan(25);
  meter.go();
});

test("errands are run by probes, seldom if they take long, and not once they are ended", () => {
  const meter = new Meter([]);
  let runs = 0;
  const end = meter.every(0, () => {
    runs += 1;
    // an errand's own readings run no errands
    meter.stop();
    meter.go();
    const until = performance.now() + 5;
    while (performance.now() < until);
  });
  const until = performance.now() + 60;
  while (performance.now() < until) {
    meter.stop();
    meter.go();
  }
  expect(runs).toBe(1);
  end();
  meter.stop();
  meter.go();
  expect(runs).toBe(1);
});
