// test/src/tracemalloc/snapshot.test.ts: what a snapshot makes of its traces. That CPython makes the same: test/system/tracemalloc-cpython.test.ts.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InvalidArgumentError } from "../../../src/errors.js";
import { Filter } from "../../../src/tracemalloc/filter.js";
import { weightOf } from "../../../src/tracemalloc/sampling.js";
import { anyTraces, snapshotOf, type WrittenTrace } from "../../support/snapshots.js";

const RAW = 0;
const OBJECTS = 1;
const USER = 2;

const TRACES: readonly WrittenTrace[] = [
  {
    domain: OBJECTS,
    size: 24,
    frames: [
      ["main.ts", 1],
      ["a.ts", 3],
    ],
    type: "list",
  },
  {
    domain: OBJECTS,
    size: 40,
    frames: [
      ["main.ts", 1],
      ["a.ts", 3],
    ],
  },
  {
    domain: RAW,
    size: 100,
    frames: [
      ["main.ts", 2],
      ["a.ts", 4],
    ],
  },
];

test("traces come by address, with place, domain and type", () => {
  const snapshot = snapshotOf(TRACES, { takenAt: 1000, tracebackLimit: 2 });
  expect(snapshot.length).toBe(3);
  expect(snapshot.tracebackLimit).toBe(2);
  expect(snapshot.takenAt).toEqual(new Date(1000));
  const traces = [...snapshot.traces];
  expect(traces.map(({ address, size, domain, type }) => [address, size, domain, type])).toEqual([
    [16, 24, "objects", "list"],
    [32, 40, "objects", undefined],
    [48, 100, "raw", undefined],
  ]);
  expect(traces[2]!.traceback.frames.map(({ lineno }) => lineno)).toEqual([2, 4]);
  expect([...snapshot.traces]).toHaveLength(3); // again
});

describe("statistics", () => {
  const told = (...args: Parameters<ReturnType<typeof snapshotOf>["statistics"]>) =>
    snapshotOf(TRACES)
      .statistics(...args)
      .map(({ traceback, size, count }) => [String(traceback), size, count]);

  test("by line, by file, by traceback", () => {
    expect(told("lineno")).toEqual([
      ["a.ts:4", 100, 1],
      ["a.ts:3", 64, 2],
    ]);
    expect(told("filename")).toEqual([["a.ts:0", 164, 3]]);
    expect(told("traceback")).toEqual([
      ["main.ts:2", 100, 1],
      ["main.ts:1", 64, 2],
    ]);
  });

  test("cumulative ones count a block for each of its frames", () => {
    expect(told("filename", { cumulative: true })).toEqual([
      ["main.ts:0", 164, 3],
      ["a.ts:0", 164, 3],
    ]);
    expect(told("filename", true)).toEqual(told("filename", { cumulative: true }));
    expect(told("filename", false)).toEqual(told("filename"));
    expect(() => told("traceback", true)).toThrow(/cumulative/);
  });

  test("a group that makes no sense is refused", () => {
    expect(() => told("line" as never)).toThrow(InvalidArgumentError);
    expect(() => told("traceback", { cumulative: true })).toThrow(/cumulative/);
    expect(() => snapshotOf([]).compareTo({} as never, "lineno")).toThrow(/^old /);
  });

  test("of no traces there are none", () => {
    expect(snapshotOf([]).statistics("lineno")).toEqual([]);
    expect(snapshotOf([]).total).toEqual({ size: 0, count: 0, sizeError: 0 });
  });

  test("their sums are the total, whatever the traces, and however they are grouped", () => {
    fc.assert(
      fc.property(
        anyTraces,
        fc.constantFrom("filename" as const, "lineno" as const, "traceback" as const),
        (traces, groupBy) => {
          const snapshot = snapshotOf(traces);
          const statistics = snapshot.statistics(groupBy);
          const sum = (of: (statistic: (typeof statistics)[number]) => number): number =>
            statistics.reduce((sum, statistic) => sum + of(statistic), 0);
          expect(sum(({ size }) => size)).toBe(snapshot.total.size);
          expect(sum(({ count }) => count)).toBe(traces.length);
        },
      ),
    );
  });
});

describe("of a sample", () => {
  const sampleBytes = 1000;
  const one = weightOf(100, sampleBytes);

  test("each block stands for many, and the errors of several add up as variances do", () => {
    const trace: WrittenTrace = { domain: RAW, size: 100, frames: [["a.ts", 1]] };
    const [statistic] = snapshotOf([trace, trace], { sampleBytes }).statistics("lineno");
    expect(statistic!.size).toBeCloseTo(2 * one.bytes);
    expect(statistic!.count).toBeCloseTo(2 * one.count);
    expect(statistic!.sizeError).toBeCloseTo(Math.sqrt(2 * one.variance));
  });

  test("a block that counts twice at a place, for two frames there, has twice the error", () => {
    const trace: WrittenTrace = {
      domain: RAW,
      size: 100,
      frames: [
        ["a.ts", 1],
        ["a.ts", 1],
      ],
    };
    const [statistic] = snapshotOf([trace], { sampleBytes }).statistics("lineno", { cumulative: true });
    expect(statistic!.size).toBeCloseTo(2 * one.bytes);
    expect(statistic!.sizeError).toBeCloseTo(2 * Math.sqrt(one.variance));
  });

  test("blocks that track() was told of are traced each: they are exact", () => {
    const trace: WrittenTrace = { domain: USER, size: 100, frames: [["a.ts", 1]] };
    const snapshot = snapshotOf([trace, { ...trace, size: 0 }], { sampleBytes });
    expect(snapshot.total).toEqual({ size: 100, count: 2, sizeError: 0 });
    expect(snapshot.profile().samples).toMatchObject([{ bytes: 100, count: 2 }]);
  });

  test("a difference has the errors of both", () => {
    const trace: WrittenTrace = { domain: RAW, size: 100, frames: [["a.ts", 1]] };
    const now = snapshotOf([trace, trace], { sampleBytes });
    const [diff] = now.compareTo(snapshotOf([trace], { sampleBytes }), "lineno");
    expect(diff!.sizeDiff).toBeCloseTo(one.bytes);
    expect(diff!.sizeError).toBeCloseTo(Math.sqrt(3 * one.variance));
    const [gone] = snapshotOf([], { sampleBytes }).compareTo(now, "lineno");
    expect([gone!.size, gone!.count]).toEqual([0, 0]);
    expect(gone!.sizeDiff).toBeCloseTo(-2 * one.bytes);
  });
});

test("filtering leaves the snapshot as it was, and keeps all of the traces that pass", () => {
  const snapshot = snapshotOf(TRACES);
  const filtered = snapshot.filterTraces([new Filter(true, "a.ts", { lineno: 3 })]);
  expect([...filtered.traces]).toEqual([...snapshot.traces].slice(0, 2));
  expect(snapshot.length).toBe(3);
  expect([...snapshot.filterTraces([]).traces]).toEqual([...snapshot.traces]);
  expect(() => snapshot.filterTraces(["a.ts" as never])).toThrow(InvalidArgumentError);
});

test("a profile has a sample for each place and domain", () => {
  const both: WrittenTrace[] = [...TRACES, { ...TRACES[0]!, domain: RAW, size: 1 }];
  const { samples, takenAt, ...others } = snapshotOf(both, { takenAt: 5 }).profile();
  expect(samples.map(({ frames, bytes, count, domain }) => [frames.length, bytes, count, domain])).toEqual([
    [2, 64, 2, "objects"],
    [2, 100, 1, "raw"],
    [2, 1, 1, "raw"],
  ]);
  expect([takenAt, others]).toEqual([5, {}]);
  expect(snapshotOf(TRACES, { sampleBytes: 64 }).profile().sampleBytes).toBe(64);
});
