import { expect, test } from "vitest";
import { formatRun, type MprofRun, parseRun } from "../../../src/profile/mprof-file.js";

const RUN: MprofRun = {
  command: ["a.ts", "x"],
  date: "2025-01-01T00:00:00.000Z",
  exitCode: 3,
  series: [{ backend: "heap", samples: [{ ms: 0, bytes: 5 }] }],
  brackets: [
    { name: "f", from: { ms: 0, bytes: [5] }, to: { ms: 1, bytes: [6] } },
    { name: "g", from: { ms: 2, bytes: [6] } },
  ],
};

test("a run is read as it was written", () => {
  expect(parseRun(formatRun(RUN), "x")).toMatchObject(RUN);
});

test.each<[string, string, string]>([
  ["no JSON", "mem 1 2", "f.json: it is no JSON; mprof run writes such files"],
  ["null", "null", "f.json: its format is not pymalloc-mprof"],
  ["other JSON", '{"name":"x"}', "f.json: its format is not pymalloc-mprof"],
  [
    "a later version",
    formatRun(RUN).replace('"version":1', '"version":2'),
    "f.json: its version is 2, and this reads 1",
  ],
  ["a missing part", formatRun(RUN).replace('"brackets"', '"braces"'), "f.json: something in it is missing"],
  [
    "text for a number",
    formatRun(RUN).replace('"bytes":5', '"bytes":"5"'),
    "f.json: something in it is missing",
  ],
  ["an unknown backend", formatRun(RUN).replace('"heap"', '"gpu"'), "f.json: something in it is missing"],
  [
    "a null sample",
    formatRun(RUN).replace('{"ms":0,"bytes":5}', "null"),
    "f.json: something in it is missing",
  ],
])("%s is refused", (_, text, message) => {
  expect(() => parseRun(text, "f.json")).toThrow(message);
});
