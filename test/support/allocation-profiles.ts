// test/support/allocation-profiles.ts: allocation profiles: random ones, with names that formats trip over, and a large one with deep stacks.

import fc from "fast-check";
import type { AllocationProfile, ProfileSample } from "../../src/tracemalloc/allocation-profile.js";
import type { Frame } from "../../src/tracemalloc/frame.js";

export const TAKEN_AT = Date.UTC(2025, 2, 4, 5, 6, 7, 89);

export function frame(functionName: string, filename = "", lineno = 0, column = 0): Frame {
  return { functionName, filename, lineno, column };
}

export function profileOf(...samples: ProfileSample[]): AllocationProfile {
  return { samples, takenAt: TAKEN_AT };
}

/** Two functions of one file, three places, one stack that is not known. */
export const SMALL: AllocationProfile = profileOf(
  { frames: [frame("main", "app.js", 3, 1)], bytes: 100, count: 2, domain: "user" },
  {
    frames: [frame("main", "app.js", 3, 1), frame("load", "app.js", 10, 5)],
    bytes: 4096,
    count: 1,
    domain: "raw",
  },
  {
    frames: [frame("main", "app.js", 4, 1), frame("load", "app.js", 10, 5)],
    bytes: 64,
    count: 4,
    domain: "objects",
  },
  {
    frames: [frame("main", "app.js", 4, 1), frame("load", "app.js", 10, 5)],
    bytes: 36,
    count: 3,
    domain: "raw",
  },
  { frames: [], bytes: 8, count: 1, domain: "raw" },
);

const ODD_NAMES = [
  "",
  " ",
  "a;b",
  "line\nbreak",
  "carriage\rreturn",
  "quo\"te's",
  "back\\slash",
  "größe_測定",
  "😀",
  "\u2028",
  "\u0000",
  "name 12",
  "(root)",
  "#private",
  "<anonymous>",
  "__proto__",
];

const names = fc.oneof(fc.constantFrom(...ODD_NAMES), fc.string({ unit: "grapheme", maxLength: 12 }));

const frames: fc.Arbitrary<Frame> = fc.record({
  functionName: names,
  filename: names,
  lineno: fc.nat({ max: 3 }),
  column: fc.nat({ max: 3 }),
});

/** Few frames, in many stacks. */
export const profiles: fc.Arbitrary<AllocationProfile> = fc
  .array(frames, { minLength: 1, maxLength: 6 })
  .chain((all) =>
    fc.record({
      samples: fc.array(
        fc.record({
          frames: fc.array(fc.constantFrom(...all), { maxLength: 6 }),
          bytes: fc.oneof(fc.nat({ max: 5 }), fc.nat({ max: 2 ** 40 })),
          count: fc.nat({ max: 2 ** 20 }),
          domain: fc.constantFrom("raw" as const, "objects" as const, "user" as const),
        }),
        { maxLength: 20 },
      ),
      takenAt: fc.nat({ max: TAKEN_AT }),
    }),
  );

export const bytesOf = ({ samples }: AllocationProfile): number => total(samples.map(({ bytes }) => bytes));
export const countOf = ({ samples }: AllocationProfile): number => total(samples.map(({ count }) => count));
export const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** Stacks that go down to `depth` and fork in the middle; frames are objects of their own in every other sample. */
export function largeProfile(sampleCount: number, depth: number): AllocationProfile {
  const trunk = Array.from({ length: depth }, (_, level) => frame(`f${level}`, "deep.js", level + 1, 1));
  return profileOf(
    ...Array.from({ length: sampleCount }, (_, index): ProfileSample => {
      const length = 1 + (index % depth);
      const stack = trunk.slice(0, length);
      stack[length - 1] = frame(`leaf${index % 10}`, "deep.js", length, 1);
      return { frames: stack, bytes: 16 + (index % 100), count: 1, domain: "objects" };
    }),
  );
}
