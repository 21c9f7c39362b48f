// test/src/inspect/object-preview.test.ts: previews are short, and tell kinds of numbers apart.

import { describe, expect, test } from "vitest";
import { previewOf, previewOfKey } from "../../../src/inspect/object-preview.js";
import type { Handle } from "../../../src/objects/handle.js";
import { BUILDS, newObjectHeap } from "../../support/checked-core.js";

describe.each(BUILDS)("%s:", (build) => {
  const heap = newObjectHeap(build);
  const preview = (handle: Handle, length = 5): string | undefined =>
    previewOf(heap.objectHeap, handle.address, length);

  test("a str is its beginning, cut between characters", () => {
    const texts = ["", "five!", "sixsix", "größer", "測定測定測定", "😀😀😀😀😀😀", "\ud800"];
    expect(texts.map((text) => preview(heap.str(text)))).toEqual([
      "",
      "five!",
      "sixsi…",
      "größe…",
      "測定測定測…",
      "😀😀😀😀😀…",
      "\ud800",
    ]);
    expect(preview(heap.str("x".repeat(1_000_000)), 3)).toBe("xxx…");
  });

  test("an int is its digits, unless they are many", () => {
    const ints = [0, -5, 2 ** 40, 2n ** 63n, -(2n ** 200n), 2n ** 300n];
    expect(ints.map((value) => preview(heap.int(value)))).toEqual([
      "0",
      "-5",
      "1099511627776",
      "9223372036854775808",
      String(-(2n ** 200n)),
      "(320 bits)",
    ]);
  });

  test("a float has a point, or is none of the ints", () => {
    const floats = [1, -0, 2.5, 1e21, Number.NaN, Number.NEGATIVE_INFINITY];
    expect(floats.map((value) => preview(heap.float(value)))).toEqual([
      "1.0",
      "-0.0",
      "2.5",
      "1e+21",
      "NaN",
      "-Infinity",
    ]);
  });

  test("other objects have none, but None, True and False have one as keys", () => {
    const others = [heap.none, heap.bool(true), heap.bool(false), heap.bytes(new Uint8Array(3)), heap.list()];
    expect(others.map((handle) => preview(handle))).toEqual(others.map(() => undefined));
    const keys = others.map((handle) => previewOfKey(heap.objectHeap, handle.address, 5));
    expect(keys).toEqual(["None", "True", "False", undefined, undefined]);
    expect(previewOfKey(heap.objectHeap, heap.str("a key").address, 3)).toBe("a k…");
  });
});
