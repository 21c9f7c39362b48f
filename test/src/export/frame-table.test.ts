// test/src/export/frame-table.test.ts: each frame has one number, and what is no profile is refused by name.

import { expect, test } from "vitest";
import { InvalidArgumentError, PymallocError } from "../../../src/errors.js";
import { FrameTable, shownName } from "../../../src/export/frame-table.js";
import { frame, profileOf, SMALL } from "../../support/allocation-profiles.js";

const samplesOf = (profile: unknown) => [...new FrameTable().samplesOf(profile as never)];
const [SAMPLE] = SMALL.samples;

test("frames of the same content are one, whichever objects they are", () => {
  const table = new FrameTable();
  expect([...table.samplesOf(SMALL)].map(({ stack }) => stack)).toEqual([[0], [0, 1], [2, 1], [2, 1], [3]]);
  expect(table.frames.map(({ functionName, lineno }) => [functionName, lineno])).toEqual([
    ["main", 3],
    ["load", 10],
    ["main", 4],
    ["(unknown)", 0],
  ]);
});

test("names can't run into each other", () => {
  const table = new FrameTable();
  const frames = [
    frame("a", "b,c"),
    frame("a,b", "c"),
    frame('a","b', "c"),
    frame("__proto__"),
    frame("toString"),
  ];
  const [numbered] = table.samplesOf(profileOf({ ...SAMPLE!, frames }));
  expect(numbered!.stack).toEqual([0, 1, 2, 3, 4]);
});

test("a function without a name is shown as anonymous", () => {
  expect([frame(""), frame("f")].map(shownName)).toEqual(["(anonymous)", "f"]);
});

test.each([
  ["profile", undefined],
  ["profile", "a profile"],
  ["samples", { takenAt: 0 }],
  ["takenAt", { samples: [] }],
  ["takenAt", { samples: [], takenAt: Number.NaN }],
  ["sampleBytes", { samples: [], takenAt: 0, sampleBytes: 0 }],
  ["sampleBytes", { samples: [], takenAt: 0, sampleBytes: "512" }],
  ["samples[0]", profileOf(null as never)],
  ["samples[1].frames", profileOf(SAMPLE!, { ...SAMPLE!, frames: "main" as never })],
  ["samples[0].bytes", profileOf({ ...SAMPLE!, bytes: -1 })],
  ["samples[0].bytes", profileOf({ ...SAMPLE!, bytes: Number.POSITIVE_INFINITY })],
  ["samples[0].count", profileOf({ ...SAMPLE!, count: "2" as never })],
  ["samples[0].domain", profileOf({ ...SAMPLE!, domain: "mem" as never })],
  ["samples[0].frames[0]", profileOf({ ...SAMPLE!, frames: [undefined as never] })],
  ["samples[0].frames[0].functionName", profileOf({ ...SAMPLE!, frames: [frame(1 as never)] })],
  ["samples[0].frames[0].filename", profileOf({ ...SAMPLE!, frames: [frame("f", null as never)] })],
  ["samples[0].frames[0].lineno", profileOf({ ...SAMPLE!, frames: [frame("f", "a", 1.5)] })],
  ["samples[0].frames[0].column", profileOf({ ...SAMPLE!, frames: [frame("f", "a", 1, -1)] })],
])("%s is refused, by that name", (argument, profile) => {
  expect(() => samplesOf(profile)).toThrow(InvalidArgumentError);
  expect(() => samplesOf(profile)).toThrow(PymallocError);
  expect(() => samplesOf(profile)).toThrow(new RegExp(`^${argument.replaceAll(/[[\].]/g, "\\$&")} is `));
});
