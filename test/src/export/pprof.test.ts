// test/src/export/pprof.test.ts: what is written for pprof is read back, and by another reader of protobufs than the one that wrote it.
// Not here: viewers opening it (test/system/export-viewers.test.ts).

import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { Profile } from "pprof-format";
import { expect, test } from "vitest";
import { InvalidArgumentError } from "../../../src/errors.js";
import { toGzippedPprof, toPprof } from "../../../src/export/pprof.js";
import {
  bytesOf,
  countOf,
  frame,
  largeProfile,
  profileOf,
  profiles,
  SMALL,
  TAKEN_AT,
  total,
} from "../../support/allocation-profiles.js";

/** A profile with numbers resolved to what they name. */
function read(bytes: Uint8Array) {
  const profile = Profile.decode(bytes);
  const { strings } = profile.stringTable;
  const text = (index: number | bigint): string => strings[Number(index)]!;
  const functions = new Map(profile.function.map((called) => [Number(called.id), called]));
  const locations = new Map(
    profile.location.map(({ id, line }) => {
      const [{ functionId, line: lineno, column }] = line as [(typeof line)[0]];
      const called = functions.get(Number(functionId))!;
      const place = `${text(called.filename)}:${lineno}:${column}`;
      return [Number(id), `${text(called.name)} ${place}`];
    }),
  );
  const types = profile.sampleType.map(({ type, unit }) => `${text(type)}/${text(unit)}`);
  return {
    profile,
    text,
    strings,
    types,
    samples: profile.sample.map(({ locationId, value, label }) => ({
      stack: locationId.map((id) => locations.get(Number(id))!),
      value: value.map(Number),
      labels: label.map(({ key, str }) => `${text(key)}=${text(str)}`),
    })),
  };
}

test("samples have counts and bytes, their stacks from the allocating line on, and their domain as a label", () => {
  const { types, samples } = read(toPprof(SMALL));
  expect(types).toEqual(["inuse_objects/count", "inuse_space/bytes"]);
  const [load, main3, main4] = ["load app.js:10:5", "main app.js:3:1", "main app.js:4:1"];
  expect(samples).toEqual([
    { stack: [main3], value: [2, 100], labels: ["domain=user"] },
    { stack: [load, main3], value: [1, 4096], labels: ["domain=raw"] },
    { stack: [load, main4], value: [4, 64], labels: ["domain=objects"] },
    { stack: [load, main4], value: [3, 36], labels: ["domain=raw"] },
    { stack: ["(unknown) :0:0"], value: [1, 8], labels: ["domain=raw"] },
  ]);
});

test("the profile says when it was taken, what it sampled, and that it needs no symbols", () => {
  const { profile, text } = read(toPprof({ ...SMALL, sampleBytes: 524288 }));
  expect(profile.timeNanos).toBe(BigInt(TAKEN_AT) * 1_000_000n);
  expect(profile.period).toBe(524288);
  expect([text(profile.periodType!.type), text(profile.periodType!.unit)]).toEqual(["space", "bytes"]);
  expect(text(profile.defaultSampleType)).toBe("inuse_space");
  expect(profile.mapping).toMatchObject([
    { id: 1, hasFunctions: true, hasFilenames: true, hasLineNumbers: true },
  ]);
  expect(read(toPprof(SMALL)).profile.period).toBe(1);
});

test("places in one function are locations of one function", () => {
  const { profile } = read(toPprof(SMALL));
  expect(profile.location.length).toBe(4);
  expect(profile.function.length).toBe(3);
});

test("compressed, it is a gzip file of the same bytes", async () => {
  const zipped = await toGzippedPprof(SMALL);
  expect(new Uint8Array(gunzipSync(zipped))).toEqual(toPprof(SMALL));
});

test("what is no profile is refused, by the promise too", async () => {
  const broken = { samples: [], takenAt: -1 };
  expect(() => toPprof(broken)).toThrow(InvalidArgumentError);
  await expect(toGzippedPprof(broken)).rejects.toThrow(InvalidArgumentError);
});

test("an empty profile has types and no samples", () => {
  const { types, samples, profile } = read(toPprof(profileOf()));
  expect(types.length).toBe(2);
  expect([samples, profile.location]).toEqual([[], []]);
});

test("of any profile, no byte, block or name is lost", () => {
  fc.assert(
    fc.property(profiles, (profile) => {
      const { samples, strings } = read(toPprof(profile));
      expect(total(samples.map(({ value }) => value[0]!))).toBe(countOf(profile));
      expect(total(samples.map(({ value }) => value[1]!))).toBe(bytesOf(profile));
      expect(strings[0]).toBe("");
      for (const [index, { stack }] of samples.entries()) {
        const { frames } = profile.samples[index]!;
        const expected = frames.length === 0 ? [frame("(unknown)")] : frames.toReversed();
        expect(stack).toEqual(
          expected.map(
            ({ functionName, filename, lineno, column }) =>
              `${functionName || "(anonymous)"} ${filename}:${lineno}:${column}`,
          ),
        );
      }
    }),
  );
});

test("estimates are rounded to whole numbers", () => {
  const [sample] = SMALL.samples;
  const { samples } = read(toPprof(profileOf({ ...sample!, bytes: 2.5 ** 40, count: 1.4 })));
  expect(samples[0]!.value).toEqual([1, Math.round(2.5 ** 40)]);
});

test("a hundred thousand samples, a hundred calls deep, share their locations", () => {
  const profile = largeProfile(100_000, 100);
  const { profile: decoded } = read(toPprof(profile));
  expect(decoded.location.length).toBe(99 + 100); // the trunk but for its last, one leaf a length
  expect(total(decoded.sample.map(({ value }) => Number(value[1])))).toBe(bytesOf(profile));
});
