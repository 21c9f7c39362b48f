// test/src/tracemalloc/filter.test.ts: which traces filters keep. That CPython keeps the same: test/system/tracemalloc-cpython.test.ts.

import { describe, expect, test } from "vitest";
import { InvalidArgumentError } from "../../../src/errors.js";
import { DomainFilter, Filter, type FilterOptions, passes } from "../../../src/tracemalloc/filter.js";
import { Traceback } from "../../../src/tracemalloc/traceback.js";
import type { Domain } from "../../../src/tracemalloc/tracer.js";
import { frameOf } from "../../support/snapshots.js";

/** A trace that was called from main.ts:1, and allocates where it says. */
function traceAt(filename: string, lineno = 7, domain: Domain = "raw") {
  return {
    traceback: new Traceback([frameOf(["main.ts", 1]), frameOf([filename, lineno])]),
    domain,
  };
}

const matches = (pattern: string, filename: string): boolean =>
  new Filter(true, pattern).matches(traceAt(filename));

describe("a pattern", () => {
  test.each([
    ["a.ts", "a.ts", true],
    ["a.ts", "aats", false],
    ["a.ts", "A.ts", false],
    ["a.ts", "src/a.ts", false],
    ["*", "", true],
    ["*.ts", "/x/y z/ä.ts", true],
    ["*.ts", "a.tsx", false],
    ["*a*b*", "a\nb", true],
    ["?.ts", ".ts", false],
    ["?.ts", "😀.ts", true],
    ["[ab].ts", "b.ts", true],
    ["[!ab].ts", "b.ts", false],
    ["[!ab].ts", "c.ts", true],
    ["[a-c].ts", "b.ts", true],
    ["[a-].ts", "-.ts", true],
    ["[]].ts", "].ts", true],
    ["[!]].ts", "].ts", false],
    ["[^a].ts", "^.ts", true],
    ["[[:].ts", "[.ts", true],
    ["[\\].ts", "\\.ts", true],
    ["[.ts", "[.ts", true],
    ["[!", "[!", true],
    ["[z-a].ts", "m.ts", false],
    ["[!z-a].ts", "m.ts", true],
    ["[z-ab].ts", "b.ts", true],
    ["$^.+(|){1}", "$^.+(|){1}", true],
  ])("%j on %j: %j", (pattern, filename, isMatch) => {
    expect(matches(pattern, filename)).toBe(isMatch);
  });
});

test("a filter looks at the newest frame only, or at all", () => {
  const filter = (inclusive: boolean, options: FilterOptions = {}): boolean =>
    new Filter(inclusive, "main.ts", options).matches(traceAt("a.ts"));
  expect(filter(true)).toBe(false);
  expect(filter(true, { allFrames: true })).toBe(true);
  expect(filter(true, { allFrames: true, lineno: 1 })).toBe(true);
  expect(filter(true, { allFrames: true, lineno: 7 })).toBe(false); // that is the line of a.ts
  expect(filter(false)).toBe(true);
  expect(filter(false, { allFrames: true })).toBe(false);
  expect(filter(false, { allFrames: true, lineno: 7 })).toBe(true);
});

test("a filter's domain narrows what it keeps, and what it leaves out", () => {
  const kept = (inclusive: boolean, filename: string, domain: Domain): boolean =>
    new Filter(inclusive, "a.ts", { domain: "objects" }).matches(traceAt(filename, 7, domain));
  expect(kept(true, "a.ts", "objects")).toBe(true);
  expect(kept(true, "a.ts", "raw")).toBe(false);
  expect(kept(true, "b.ts", "objects")).toBe(false);
  expect(kept(false, "a.ts", "objects")).toBe(false);
  expect(kept(false, "a.ts", "raw")).toBe(true);
  expect(kept(false, "b.ts", "objects")).toBe(true);
});

test("a trace passes that one filter keeps, if any is to keep, and none leaves out", () => {
  const trace = traceAt("a.ts");
  const keepsA = new Filter(true, "a.ts");
  const keepsB = new Filter(true, "b.ts");
  expect(passes(trace, [])).toBe(true);
  expect(passes(trace, [keepsB])).toBe(false);
  expect(passes(trace, [keepsB, keepsA])).toBe(true);
  expect(passes(trace, [keepsA, new DomainFilter(false, "raw")])).toBe(false);
  expect(passes(trace, [keepsA, new DomainFilter(false, "user")])).toBe(true);
  expect(passes(trace, [keepsB, new DomainFilter(true, "raw")])).toBe(true);
  expect(passes(trace, [new Filter(false, "b.ts"), new Filter(false, "a.ts")])).toBe(false);
});

test.each([
  ["inclusive", () => new Filter(1 as never, "*")],
  ["filenamePattern", () => new Filter(true, /a/ as never)],
  ["lineno", () => new Filter(true, "*", { lineno: -1 })],
  ["lineno", () => new Filter(true, "*", { lineno: 1.5 })],
  ["domain", () => new Filter(true, "*", { domain: "heap" as never })],
  ["inclusive", () => new DomainFilter("yes" as never, "raw")],
  ["domain", () => new DomainFilter(true, 0 as never)],
])("an argument %s that makes no sense is refused", (name, make) => {
  expect(make).toThrow(InvalidArgumentError);
  expect(make).toThrow(new RegExp(`^${name} `));
});
