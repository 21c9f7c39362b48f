// test/system/tracemalloc-cpython.test.ts: what is made of traces is what CPython's own Lib/tracemalloc.py makes of the same traces.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CPython } from "../../conformance/cpython.js";
import { DomainFilter, Filter } from "../../src/tracemalloc/filter.js";
import type { Snapshot } from "../../src/tracemalloc/snapshot.js";
import { DOMAINS } from "../../src/tracemalloc/snapshot-content.js";
import type { Statistic, StatisticDiff } from "../../src/tracemalloc/statistic.js";
import { Traceback } from "../../src/tracemalloc/traceback.js";
import { anyTraces, filenames, frameOf, snapshotOf, type WrittenTrace } from "../support/snapshots.js";

/** Domains are words here and numbers there: the index into DOMAINS. A trace's frames are the newest first there. */
const DRIVER = `
import json, tracemalloc

def snapshot_of(traces):
    return tracemalloc.Snapshot(
        [(t["domain"], t["size"], tuple(map(tuple, reversed(t["frames"]))), len(t["frames"])) for t in traces], 25)

def frames_of(traceback):
    return [[frame.filename, frame.lineno] for frame in traceback]

def statistics(traces, key, cumulative):
    return [[str(s), frames_of(s.traceback), s.size, s.count] for s in snapshot_of(traces).statistics(key, cumulative)]

def compare(old, new, key, cumulative):
    return [[str(s), frames_of(s.traceback), s.size, s.size_diff, s.count, s.count_diff]
            for s in snapshot_of(new).compare_to(snapshot_of(old), key, cumulative)]

def filtered(traces, filters):
    made = [tracemalloc.DomainFilter(f["inclusive"], f["domain"]) if "pattern" not in f else
            tracemalloc.Filter(f["inclusive"], f["pattern"], f["lineno"], f["allFrames"], f["domain"])
            for f in filters]
    return [[t.domain, t.size, frames_of(t.traceback)] for t in snapshot_of(traces).filter_traces(made).traces]

def formatted(frames, limit, most_recent_first):
    return tracemalloc.Traceback(tuple(map(tuple, reversed(frames)))).format(limit, most_recent_first)

def call(name, text):
    return json.dumps(globals()[name](*json.loads(text)))
`;

let cpython: CPython;
let folder: string;
beforeAll(async () => {
  cpython = await CPython.load();
  cpython.evaluate(DRIVER);
  folder = mkdtempSync(join(tmpdir(), "lines-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What a function of the driver returns. */
function inPython(name: string, ...args: readonly unknown[]): unknown {
  const text = JSON.stringify(JSON.stringify(args));
  return JSON.parse(cpython.evaluate(`call("${name}", ${text})`) as string);
}

const framesOf = (traceback: Traceback): unknown =>
  traceback.frames.map(({ filename, lineno }) => [filename, lineno]);

const groupings = fc.constantFrom(
  { groupBy: "filename", cumulative: false } as const,
  { groupBy: "filename", cumulative: true } as const,
  { groupBy: "lineno", cumulative: false } as const,
  { groupBy: "lineno", cumulative: true } as const,
  { groupBy: "traceback", cumulative: false } as const,
);

test("statistics: groups, sums, order and text", () => {
  const told = (statistic: Statistic): unknown[] => {
    const { traceback, size, count } = statistic;
    return [String(statistic), framesOf(traceback), size, count];
  };
  fc.assert(
    fc.property(anyTraces, groupings, (traces, { groupBy, cumulative }) => {
      expect(snapshotOf(traces).statistics(groupBy, { cumulative }).map(told)).toEqual(
        inPython("statistics", traces, groupBy, cumulative),
      );
    }),
    { numRuns: 1000 },
  );
});

test("compareTo: groups, differences, order and text", () => {
  const told = (diff: StatisticDiff): unknown[] => {
    const { traceback, size, sizeDiff, count, countDiff } = diff;
    return [String(diff), framesOf(traceback), size, sizeDiff, count, countDiff];
  };
  // the same places before and after
  const twice = anyTraces.chain((traces) =>
    fc.tuple(fc.subarray(traces), fc.oneof(anyTraces, fc.subarray(traces))),
  );
  fc.assert(
    fc.property(twice, groupings, ([before, after], { groupBy, cumulative }) => {
      expect(snapshotOf(after).compareTo(snapshotOf(before), groupBy, { cumulative }).map(told)).toEqual(
        inPython("compare", before, after, groupBy, cumulative),
      );
    }),
    { numRuns: 1000 },
  );
});

describe("filterTraces", () => {
  const pattern = fc.oneof(
    filenames,
    fc.string({
      unit: fc.constantFrom(
        ...["a", "b", "c", "*", "?", "[", "]", "!", "-", "^", "\\", "/", ".", "&&", "--", "~~", "||", "😀"],
      ),
      maxLength: 8,
    }),
    fc.constantFrom(
      "*",
      "?.ts",
      "src/*",
      "[ab].ts",
      "[!a].ts",
      "[b-a].ts",
      "[!b-a].ts",
      "[b-aa].ts",
      "*[]]",
      "[!]]*",
    ),
  );
  const domain = fc.nat(DOMAINS.length - 1);
  const filter = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        inclusive: fc.boolean(),
        pattern,
        lineno: fc.option(fc.nat(4)),
        allFrames: fc.boolean(),
        domain: fc.option(domain),
      }),
    },
    { weight: 1, arbitrary: fc.record({ inclusive: fc.boolean(), domain }) },
  );
  type WrittenFilter = typeof filter extends fc.Arbitrary<infer Value> ? Value : never;

  const filterOf = (written: WrittenFilter): Filter | DomainFilter =>
    "pattern" in written
      ? new Filter(written.inclusive, written.pattern, {
          allFrames: written.allFrames,
          ...(written.lineno === null ? {} : { lineno: written.lineno }),
          ...(written.domain === null ? {} : { domain: DOMAINS[written.domain]! }),
        })
      : new DomainFilter(written.inclusive, DOMAINS[written.domain]!);

  const tracesOf = (snapshot: Snapshot): unknown =>
    [...snapshot.traces].map(({ domain, size, traceback }) => [
      DOMAINS.indexOf(domain),
      size,
      framesOf(traceback),
    ]);

  test("the same traces pass any filters", () => {
    fc.assert(
      fc.property(anyTraces, fc.array(filter, { maxLength: 3 }), (traces, filters) => {
        expect(tracesOf(snapshotOf(traces).filterTraces(filters.map(filterOf)))).toEqual(
          inPython("filtered", traces, filters),
        );
      }),
      { numRuns: 2000 },
    );
  });

  test("a pattern means the same, whatever is in it", () => {
    fc.assert(
      fc.property(pattern, fc.array(filenames, { minLength: 1, maxLength: 8 }), (pattern, names) => {
        const traces = names.map((name): WrittenTrace => ({ domain: 0, size: 1, frames: [[name, 1]] }));
        const filters = [{ inclusive: true, pattern, lineno: null, allFrames: false, domain: null }];
        expect(tracesOf(snapshotOf(traces).filterTraces(filters.map(filterOf)))).toEqual(
          inPython("filtered", traces, filters),
        );
      }),
      { numRuns: 3000 },
    );
  });
});

test("format: places and lines of source, any limit, in either order", () => {
  const file = join(folder, "lines of a file.ts");
  const text = "first();\n\n  third ( 3 );\t\r\n    // fünf\n\f\nlast()";
  writeFileSync(file, text);
  cpython.evaluate(`
import os
os.makedirs(${JSON.stringify(folder)}, exist_ok=True)
with open(${JSON.stringify(file)}, "w", newline="", encoding="utf-8") as f: f.write(${JSON.stringify(text)})
`);
  const frame = fc.tuple(fc.constantFrom(file, "not there.ts"), fc.nat(9));
  fc.assert(
    fc.property(
      fc.array(frame, { minLength: 1, maxLength: 5 }),
      fc.option(fc.integer({ min: -7, max: 7 })),
      fc.boolean(),
      (frames, limit, mostRecentFirst) => {
        const options = { mostRecentFirst, ...(limit === null ? {} : { limit }) };
        expect(new Traceback(frames.map(frameOf)).format(options)).toEqual(
          inPython("formatted", frames, limit, mostRecentFirst),
        );
      },
    ),
    { numRuns: 500 },
  );
});
