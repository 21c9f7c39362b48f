// test/src/kinds/bytearray.test.ts: bytearray handles.

import { describe, expect, test } from "vitest";
import { IndexError, InvalidArgumentError, MemoryError } from "../../../src/errors.js";
import { BUILDS, newObjectHeap } from "../../support/checked-core.js";
import { leftBy, NOTHING, runOutAtEach } from "../../support/objects.js";

describe.each(BUILDS)("%s:", (build) => {
  const heap = newObjectHeap(build);

  test("it is made of zeros, or of a copy of bytes", () => {
    heap.frame(() => {
      expect([...heap.bytearray(3)]).toEqual([0, 0, 0]);
      const bytes = Uint8Array.of(1, 2);
      const bytearray = heap.bytearray(bytes);
      bytes[0] = 9;
      expect([...bytearray]).toEqual([1, 2]);
      expect(bytearray.toJS()).toEqual(Uint8Array.of(1, 2));
      expect([heap.bytearray().length, [...heap.bytearray(new Uint8Array())]]).toEqual([0, []]);
    });
  });

  test("bytes are got and set from either end", () => {
    heap.frame(() => {
      const bytearray = heap.bytearray(Uint8Array.of(1, 2, 3));
      bytearray.set(-1, 255);
      expect([bytearray.get(0), bytearray.get(-1)]).toEqual([1, 255]);
      for (const index of [3, -4]) expect(() => bytearray.get(index)).toThrow(IndexError);
      for (const byte of [-1, 256, 0.5, Number.NaN]) {
        expect(() => bytearray.set(0, byte)).toThrow(InvalidArgumentError);
      }
      expect(() => bytearray.get(0.5)).toThrow(InvalidArgumentError);
      expect([...bytearray]).toEqual([1, 2, 255]);
    });
  });

  test("its bytes may be written in place", () => {
    heap.frame(() => {
      const bytearray = heap.bytearray(4);
      bytearray.bytes.set([1, 2], 1);
      heap.malloc(1 << 20);
      expect([...bytearray.bytes]).toEqual([0, 1, 2, 0]);
    });
  });

  test("it grows and shrinks, new bytes are 0", () => {
    heap.frame(() => {
      const bytearray = heap.bytearray(Uint8Array.of(1, 2, 3));
      bytearray.resize(5);
      expect([...bytearray]).toEqual([1, 2, 3, 0, 0]);
      bytearray.resize(1);
      bytearray.resize(3);
      expect([...bytearray]).toEqual([1, 0, 0]);
      bytearray.extend(bytearray.bytes);
      expect([...bytearray]).toEqual([1, 0, 0, 1, 0, 0]);
      bytearray.resize(100_000);
      expect([bytearray.length, bytearray.get(3), bytearray.get(-1)]).toEqual([100_000, 1, 0]);
    });
  });

  test("its memory is given back", () => {
    expect(leftBy(heap, () => heap.bytearray(5000).dispose())).toEqual(NOTHING);
    expect(runOutAtEach(heap, () => heap.bytearray(600).dispose())).toBe(1);
  });

  test("a length that is none is refused, one too large has no memory", () => {
    for (const length of [-1, 0.5, Number.NaN, 2 ** 32, "1", null]) {
      expect(() => heap.bytearray(length as number)).toThrow(InvalidArgumentError);
    }
    expect(() => heap.bytearray(2 ** 32 - 1)).toThrow(MemoryError);
    heap.frame(() => {
      const bytearray = heap.bytearray(1);
      expect(() => bytearray.resize(2 ** 32 - 1)).toThrow(MemoryError);
      expect(bytearray.length).toBe(1);
    });
  });
});
