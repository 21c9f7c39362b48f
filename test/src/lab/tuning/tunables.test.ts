import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RAW_CLASS_COUNT } from "../../../../assembly/layout.js";
import { parseValues } from "../../../../src/lab/tuning/parse-values.js";
import { classesLog2, combine, LINEAR, RELEASE, TunableError } from "../../../../src/lab/tuning/tunables.js";

describe("values of a tunable", () => {
  test.each([
    ["4k..64k", [4096, 8192, 16384, 32768, 65536]],
    ["8,16", [8, 16]],
    ["512", [512]],
    ["4k,8k..16k,8K", [4096, 8192, 16384]],
    ["5k..12k", [5120, 10240]],
  ])("%s", (text, values) => {
    expect(parseValues("poolSize", text)).toEqual(values);
  });

  test("may be linear, of classes alone", () => {
    expect(parseValues("classesPerDoubling", "4..8,linear")).toEqual([4, 8, LINEAR]);
    expect(() => parseValues("poolSize", "linear")).toThrow(TunableError);
  });

  test.each(["", "x", "4k..", "64k..4k", "1..2..4", "-8", "4m", "8;16"])("are refused: %j", (text) => {
    expect(() => parseValues("poolSize", text)).toThrow(TunableError);
  });

  test("end for any numbers", () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (a, b) => {
        try {
          expect(parseValues("poolSize", `${a}..${b}`).length).toBeLessThan(40);
        } catch (error) {
          expect(error).toBeInstanceOf(TunableError);
        }
      }),
    );
  });
});

describe("combinations", () => {
  test("are all there, each with a name of what was chosen", () => {
    const { variants, impossible } = combine({ poolSize: [4096, 8192], spacing: [8, 16] });
    expect(variants.map(({ name }) => name)).toEqual([
      "pymalloc:pool=4k,spacing=8",
      "pymalloc:pool=4k,spacing=16",
      "pymalloc:pool=8k,spacing=8",
      "pymalloc:pool=8k,spacing=16",
    ]);
    expect(impossible).toEqual([]);
    // an arena that isn't chosen grows with its pools
    expect(variants.map(({ tunables }) => tunables.arenaSize / tunables.poolSize)).toEqual([8, 8, 8, 8]);
    expect(variants[0]!.tunables).toEqual(RELEASE);
  });

  test("that can't be are told, the others stay", () => {
    const { variants, impossible } = combine({ poolSize: [4096, 65536], arenaSize: [32768, 524288] });
    expect(variants.map(({ name }) => name)).toEqual([
      "pymalloc:pool=4k,arena=32k",
      "pymalloc:pool=64k,arena=512k",
    ]);
    expect(impossible.map(({ message }) => message)).toEqual([
      "arena 512k: an arena has 2 to 16 pools, not 128 of 4k",
      "arena 32k: an arena has 2 to 16 pools, not 0.5 of 64k",
    ]);
  });

  test("the release itself is among them where nothing differs", () => {
    expect(combine({ poolSize: [4096] }).variants).toHaveLength(1);
    expect(combine({}).variants.map(({ tunables }) => tunables)).toEqual([RELEASE]);
  });

  test.each([
    [{ poolSize: [5000] }, "pool 5000: not a power of two"],
    [{ poolSize: [2048] }, "pool 2k: not from 4k to 64k"],
    [{ spacing: [32] }, "spacing 32: not from 8 to 16"],
    [{ smallRequestMax: [4096] }, "small 4k: not from 128 to 2k"],
    [{ classesPerDoubling: [3] }, "classes 3: not a power of two"],
  ])("with values out of range are refused: %j", (choices, reason) => {
    expect(() => combine(choices)).toThrow(TunableError);
    expect(() => combine(choices)).toThrow(reason);
  });

  test("a linear choice is as many classes as there are steps", () => {
    expect(classesLog2({ ...RELEASE, classesPerDoubling: LINEAR })).toBe(5);
    expect((Math.log2(512 / 8) - 5 + 1) * 2 ** 5).toBe(64);
    expect((Math.log2(512 / 8) - classesLog2(RELEASE) + 1) * 2 ** classesLog2(RELEASE)).toBe(RAW_CLASS_COUNT);
  });
});
