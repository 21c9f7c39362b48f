// test/src/objects/box.test.ts: scalars go into objects and come out the same. Strings: text.test.ts.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Heap } from "../../../src/heap.js";
import { BUILDS, newObjectHeap } from "../../support/checked-core.js";
import { leftBy, NOTHING, runOutAtEach } from "../../support/objects.js";

/** What comes out of an object of `value`, and the name of its type. */
function through(heap: Heap, value: unknown): { value: unknown; type: string } {
  return heap.frame(() => {
    const list = heap.list([value]);
    return { value: list.get(0), type: heap.handle(list.addressAt(0)).typeName };
  });
}

const BOUNDARIES = [
  ...[-6, -5, -1, 0, 1, 256, 257, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), -(2 ** 31) - 1, 2 ** 32, -(2 ** 32)],
  ...[2 ** 32 - 1, 2 ** 53 - 1, -(2 ** 53) + 1],
];

describe.each(BUILDS)("%s:", (build) => {
  const heap = newObjectHeap(build);

  test("a safe integer is an int", () => {
    for (const value of BOUNDARIES) expect(through(heap, value)).toEqual({ value, type: "int" });
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        expect(through(heap, value)).toEqual({ value, type: "int" });
      }),
    );
  });

  test("any other number is a float, -0 too", () => {
    for (const value of [-0, 0.5, 2 ** 53, -(2 ** 53), Number.NaN, Number.POSITIVE_INFINITY, 5e-324]) {
      expect(through(heap, value)).toEqual({ value, type: "float" });
    }
    fc.assert(
      fc.property(fc.double(), (value) => {
        expect(Object.is(through(heap, value).value, value)).toBe(true);
      }),
    );
  });

  test("a bigint of any size is an int, which comes out as a number where that is exact", () => {
    const powers = [31n, 32n, 52n, 53n, 62n, 63n, 64n, 127n, 128n, 1000n, 4096n].map((bits) => 2n ** bits);
    const values = powers.flatMap((power) =>
      [-1n, 0n, 1n].flatMap((delta) => [power + delta, -power + delta]),
    );
    for (const value of values) {
      const isSafe = Number.isSafeInteger(Number(value));
      expect(through(heap, value)).toEqual({ value: isSafe ? Number(value) : value, type: "int" });
    }
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 700n), max: 2n ** 700n }), (value) => {
        expect(BigInt(through(heap, value).value as bigint)).toBe(value);
      }),
    );
  });

  test("null and undefined are None, booleans bool", () => {
    expect(through(heap, null)).toEqual({ value: null, type: "NoneType" });
    expect(through(heap, undefined)).toEqual({ value: null, type: "NoneType" });
    expect(through(heap, true)).toEqual({ value: true, type: "bool" });
    expect(through(heap, false)).toEqual({ value: false, type: "bool" });
  });

  test("bytes are copied, both ways", () => {
    for (const length of [0, 1, 7, 8, 500, 505, 5000, 100_000]) {
      const bytes = new Uint8Array(length).map((_, index) => index * 31);
      expect(through(heap, bytes)).toEqual({ value: bytes, type: "bytes" });
    }
    const bytes = Uint8Array.of(1, 2);
    heap.frame(() => {
      const list = heap.list([bytes]);
      bytes[0] = 9;
      (list.get(0) as Uint8Array)[1] = 9;
      expect(list.get(0)).toEqual(Uint8Array.of(1, 2));
    });
  });

  test("a part of a buffer is copied as such, a Buffer too", () => {
    const bytes = Uint8Array.of(0, 1, 2, 3, 4);
    expect(through(heap, bytes.subarray(1, 3)).value).toEqual(Uint8Array.of(1, 2));
    expect(through(heap, Buffer.from("ab")).value).toEqual(Uint8Array.of(97, 98));
  });

  test("nothing is left of any of them", () => {
    const values = [1, 300, 2 ** 40, 0.5, "text", 2n ** 99n, null, true, Uint8Array.of(1), ...BOUNDARIES];
    heap.frame(() => heap.list(values));
    expect(leftBy(heap, () => heap.frame(() => heap.list(values)).dispose())).toEqual(NOTHING);
  });

  test("memory that runs out leaves nothing either", () => {
    const make = (): void => heap.list([300, 2 ** 40, 0.5, "text", 2n ** 99n, Uint8Array.of(1)]).dispose();
    expect(runOutAtEach(heap, make)).toBeGreaterThan(6);
  });
});

test.each([
  ["a function", () => {}],
  ["a symbol", Symbol("s")],
  ["an array", [1]],
  ["a plain object", {}],
  ["a Date", new Date()],
  ["another view", new Float64Array(1)],
])("%s is none, and the error says what to use", (_, value) => {
  const heap = newObjectHeap("release");
  const list = heap.list([1]);
  const error = expect.objectContaining({ name: "InvalidArgumentError", argument: "value", value });
  expect(() => list.append(value)).toThrow(error);
  expect(() => list.append(value)).toThrow(/heap\.from\(\).*heap\.host\(\)/);
  expect([...list]).toEqual([1]);
});

test("what stands for a handle is boxed as the handle's object, and returned from a frame as the handle is", () => {
  const heap = newObjectHeap("checked");
  heap.frame(() => {
    const list = heap.list();
    const standIn = {};
    heap.objectHeap.standIns.set(standIn, list);
    expect((heap.list([standIn]).get(0) as typeof list).is(list)).toBe(true);
    expect((heap.from({ a: [standIn] }).get("a") as typeof list).length).toBe(1);
    const returned = heap.frame(() => {
      const inner = {};
      heap.objectHeap.standIns.set(inner, heap.list());
      return inner;
    });
    expect(heap.objectHeap.standIns.get(returned)!.isReleased).toBe(false);
  });
});
