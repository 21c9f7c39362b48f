// test/src/objects/text.test.ts: strings keep every character, in as few bytes as the widest of them allows.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  FLAG_WIDTH_MASK,
  FLAG_WIDTH_SHIFT,
  OBJECT_FLAGS,
  STR_CHARACTERS,
} from "../../../assembly/object-layout.js";
import type { ScalarHandle } from "../../../src/kinds/scalar.js";
import { BUILDS, newObjectHeap } from "../../support/checked-core.js";

/** Bytes a character. */
function widthOf(str: ScalarHandle<string>): number {
  const flags = str.heap.memory.u16[(str.address + OBJECT_FLAGS) / 2]!;
  return 1 << ((flags & FLAG_WIDTH_MASK) >> FLAG_WIDTH_SHIFT);
}

function lengthOf(str: ScalarHandle<string>): number {
  return str._objects.core.str_length(str.address) >>> 0;
}

describe.each(BUILDS)("%s:", (build) => {
  const heap = newObjectHeap(build);

  test.each([
    ["", 1, 0],
    ["a", 1, 1],
    ["\0", 1, 1],
    ["ÿ", 1, 1],
    ["Ā", 2, 1],
    ["\uffff", 2, 1],
    ["aÿ€", 2, 3],
    ["😀", 4, 1],
    ["a😀b", 4, 3],
    ["\ud83d", 2, 1],
    ["\ude00\ud83d", 2, 2],
    ["\ud83d😀\ude00", 4, 3],
    ["\u{10ffff}", 4, 1],
  ])("%j takes %d bytes a character, %d characters", (text, width, length) => {
    const str = heap.str(text);
    expect([str.value, widthOf(str), lengthOf(str)]).toEqual([text, width, length]);
    str.dispose();
  });

  test("any string comes out as it went in, lone surrogates too", () => {
    const unit = fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code));
    const units = fc.oneof(fc.constantFrom("\ud83d", "\ude00", "a", "é", "€"), unit);
    for (const text of [
      fc.string({ unit: units, maxLength: 60 }),
      fc.string({ unit: "binary", size: "large" }),
    ]) {
      fc.assert(
        fc.property(text, (text) => {
          const str = heap.str(text);
          expect(str.value).toBe(text);
          expect(lengthOf(str)).toBe([...text].length);
          str.dispose();
        }),
      );
    }
  });

  test.each(["a", "€", "😀"])(
    "a long string of %s too, at every length around a piece of it",
    (character) => {
      for (const length of [23, 24, 25, 4095, 4096, 4097, 8193, 100_000]) {
        const text = character.repeat(length - 1) + character;
        const str = heap.str(text);
        expect(str.value === text).toBe(true);
        str.dispose();
      }
    },
  );

  test("two of one text are equal keys, whatever the width", () => {
    const dict = heap.dict([
      ["a", 1],
      ["€", 2],
      ["😀\ud800", 3],
    ]);
    expect(["a", "€", "😀\ud800", "\ud800", "😀"].map((key) => dict.get(key))).toEqual([
      1,
      2,
      3,
      undefined,
      undefined,
    ]);
    dict.dispose();
  });
});

test("characters stand one behind the other from STR_CHARACTERS on", () => {
  const heap = newObjectHeap("release");
  const { address } = heap.str("añ");
  expect([...heap.readBytes(address + STR_CHARACTERS, 2)]).toEqual([0x61, 0xf1]);
});
