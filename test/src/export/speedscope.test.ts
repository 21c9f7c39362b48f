// test/src/export/speedscope.test.ts: what is written for speedscope is what its published schema has, and its sums are the profile's.
// Not here: speedscope itself opening it (test/system/export-viewers.test.ts).

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { Ajv } from "ajv";
import fc from "fast-check";
import { expect, test } from "vitest";
import { InvalidArgumentError } from "../../../src/errors.js";
import { type SpeedscopeFile, toSpeedscope } from "../../../src/export/speedscope.js";
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

const schemaFile = createRequire(import.meta.url).resolve("speedscope/dist/release/file-format-schema.json");
const isSpeedscopeFile = new Ajv({ strict: false }).compile(JSON.parse(readFileSync(schemaFile, "utf8")));

/** As it is after a file. */
function written(file: SpeedscopeFile): SpeedscopeFile {
  const read = JSON.parse(JSON.stringify(file)) as SpeedscopeFile;
  expect(isSpeedscopeFile(read), JSON.stringify(isSpeedscopeFile.errors)).toBe(true);
  return read;
}

test("the schema refuses what is no file of speedscope's", () => {
  const { $schema: _, ...headless } = toSpeedscope(SMALL);
  expect(isSpeedscopeFile(headless)).toBe(false);
  expect(isSpeedscopeFile({ ...toSpeedscope(SMALL), profiles: [{ type: "sampled" }] })).toBe(false);
});

test("stacks are shared by two profiles, of bytes and of blocks", () => {
  const { name, activeProfileIndex, shared, profiles } = written(toSpeedscope(SMALL, { name: "app" }));
  expect({ name, activeProfileIndex, frames: shared.frames }).toEqual({
    name: "app",
    activeProfileIndex: 0,
    frames: [
      { name: "main", file: "app.js", line: 3, col: 1 },
      { name: "load", file: "app.js", line: 10, col: 5 },
      { name: "main", file: "app.js", line: 4, col: 1 },
      { name: "(unknown)" },
    ],
  });
  const samples = [[0], [0, 1], [2, 1], [2, 1], [3]];
  const common = { type: "sampled", startValue: 0, samples };
  expect(profiles).toEqual([
    { ...common, name: "app: live bytes", unit: "bytes", weights: [100, 4096, 64, 36, 8], endValue: 4304 },
    { ...common, name: "app: live blocks", unit: "none", weights: [2, 1, 4, 3, 1], endValue: 11 },
  ]);
});

test("a function without a name is anonymous, and what is not known of a frame is left out", () => {
  const [sample] = SMALL.samples;
  const { shared } = written(toSpeedscope(profileOf({ ...sample!, frames: [frame("", "a.js", 0, 7)] })));
  expect(shared.frames).toEqual([{ name: "(anonymous)", file: "a.js", col: 7 }]);
});

test("an empty profile is a file without samples", () => {
  const { shared, profiles } = written(toSpeedscope(profileOf()));
  expect(shared.frames).toEqual([]);
  for (const { samples, weights, endValue } of profiles)
    expect([samples, weights, endValue]).toEqual([[], [], 0]);
});

test("of any profile, the file is valid, every stack has its frames, and no byte or block is lost", () => {
  fc.assert(
    fc.property(profiles, (profile) => {
      const { shared, profiles: views } = written(toSpeedscope(profile));
      expect(views.map(({ weights }) => total(weights))).toEqual([bytesOf(profile), countOf(profile)]);
      expect(views.map(({ endValue }) => endValue)).toEqual([bytesOf(profile), countOf(profile)]);
      for (const { samples } of views) {
        const files = samples.map((stack) => stack.map((index) => shared.frames[index]!.file ?? ""));
        expect(files).toEqual(
          profile.samples.map(({ frames }) =>
            frames.length === 0 ? [""] : frames.map(({ filename }) => filename),
          ),
        );
      }
    }),
  );
});

test("a hundred thousand samples, a hundred calls deep, share their frames", () => {
  const profile = largeProfile(100_000, 100);
  const { shared, profiles: views } = toSpeedscope(profile);
  expect(shared.frames.length).toBe(99 + 100); // the trunk but for its last, one leaf a length
  expect(views[0]!.samples.length).toBe(100_000);
  expect(views.map(({ endValue }) => endValue)).toEqual([bytesOf(profile), countOf(profile)]);
});

test("a name that is no string is refused", () => {
  expect(() => toSpeedscope(SMALL, { name: 5 as never })).toThrow(InvalidArgumentError);
});
