// test/src/export/folded.test.ts: folded stacks can be read back line by line, whatever the names are.
// Not here: speedscope opening them (test/system/export-viewers.test.ts).

import fc from "fast-check";
import { expect, test } from "vitest";
import { InvalidArgumentError } from "../../../src/errors.js";
import { toFolded } from "../../../src/export/folded.js";
import type { AllocationProfile } from "../../../src/tracemalloc/allocation-profile.js";
import {
  bytesOf,
  countOf,
  frame,
  largeProfile,
  profileOf,
  profiles,
  SMALL,
  total,
} from "../../support/allocation-profiles.js";

/** Reads as flamegraph.pl does: the amount is behind the last blank, frames are between semicolons. */
function read(text: string): { stack: string[]; amount: number }[] {
  expect(text === "" || text.endsWith("\n")).toBe(true);
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => {
      const [, stack, amount] = /^(.*)\s+?(\d+(?:\.\d*)?)$/u.exec(line)!;
      return { stack: stack!.split(";"), amount: Number(amount) };
    });
}

const onStack = (...functionNames: string[]): AllocationProfile =>
  profileOf({ frames: functionNames.map((name) => frame(name)), bytes: 1, count: 1, domain: "raw" });

test("a line is a stack, oldest call first, and its bytes; the same stack is one line", () => {
  expect(toFolded(SMALL)).toBe(
    [
      "(unknown) 8",
      "main (app.js:3) 100",
      "main (app.js:3);load (app.js:10) 4096",
      "main (app.js:4);load (app.js:10) 100",
      "",
    ].join("\n"),
  );
});

test("blocks are counted in place of bytes on request", () => {
  expect(read(toFolded(SMALL, { value: "count" })).map(({ amount }) => amount)).toEqual([1, 2, 1, 7]);
});

test("what separates frames and lines is replaced in names, and a name may end in a number", () => {
  expect(toFolded(onStack("a;b", "c\r\nd", "", "e 12"))).toBe("a:b;c d;(anonymous);e 12 1\n");
});

test("amounts are whole: sums are rounded, not what they are made of, and nothing is no line", () => {
  const [sample] = SMALL.samples;
  const half = { ...sample!, bytes: 0.5 };
  expect(toFolded(profileOf(half, half))).toBe("main (app.js:3) 1\n");
  expect(toFolded(profileOf({ ...half, bytes: 0.25 }))).toBe("");
  expect(toFolded(profileOf())).toBe("");
});

test("the order of samples changes nothing", () => {
  fc.assert(
    fc.property(profiles, (profile) => {
      const reversed = { ...profile, samples: profile.samples.toReversed() };
      expect(toFolded(reversed)).toBe(toFolded(profile));
    }),
  );
});

test("of any profile, no byte or block is lost, and a line has as many frames as a stack of the profile", () => {
  fc.assert(
    fc.property(profiles, (profile) => {
      const lines = read(toFolded(profile));
      expect(total(lines.map(({ amount }) => amount))).toBe(bytesOf(profile));
      expect(total(read(toFolded(profile, { value: "count" })).map(({ amount }) => amount))).toBe(
        countOf(profile),
      );
      const depths = new Set(profile.samples.map(({ frames }) => Math.max(frames.length, 1)));
      for (const { stack } of lines) expect(depths).toContain(stack.length);
    }),
  );
});

test("a hundred thousand samples, a hundred calls deep, become a line a stack", () => {
  const profile = largeProfile(100_000, 100);
  const lines = read(toFolded(profile));
  expect(lines.length).toBe(100);
  expect(total(lines.map(({ amount }) => amount))).toBe(bytesOf(profile));
});

test("nothing else of a sample can be counted", () => {
  expect(() => toFolded(SMALL, { value: "frames" as never })).toThrow(InvalidArgumentError);
});
