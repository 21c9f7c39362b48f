// test/src/kinds/tuple.test.ts: tuple handles. Items by index: list.test.ts, as both share src/sequence.ts.

import { describe, expect, test } from "vitest";
import { IndexError, UnhashableError } from "../../../src/errors.js";
import { BUILDS, newObjectHeap } from "../../support/checked-core.js";
import { leftBy, NOTHING, runOutAtEach } from "../../support/objects.js";

describe.each(BUILDS)("%s:", (build) => {
  const heap = newObjectHeap(build);

  test("a tuple has its items for good", () => {
    heap.frame(() => {
      const tuple = heap.tuple([1, "a", heap.list([2])]);
      expect(tuple.toJS()).toEqual([1, "a", [2]]);
      expect([tuple.length, tuple.get(-2), tuple.at(3)]).toEqual([3, "a", undefined]);
      expect(() => tuple.get(3)).toThrow(IndexError);
      expect([...heap.tuple("ab")]).toEqual(["a", "b"]);
    });
  });

  test("the empty one is there once", () => {
    heap.frame(() => {
      expect(heap.tuple().is(heap.tuple([]))).toBe(true);
      expect(heap.sys.isImmortal(heap.tuple())).toBe(true);
      expect([...heap.tuple()]).toEqual([]);
    });
  });

  test("tuples of equal keys are one key, those that hold a list none", () => {
    heap.frame(() => {
      const dict = heap.dict([[heap.tuple([1, "a"]), "found"]]);
      expect(dict.get(heap.tuple([1.0, "a"]))).toBe("found");
      expect(dict.get(heap.tuple([1, "b"]))).toBeUndefined();
      expect(() => dict.set(heap.tuple([heap.list()]), 1)).toThrow(UnhashableError);
      expect(dict.size).toBe(1);
    });
  });

  test("nothing is left of those that can't be made", () => {
    const broken = (): void => {
      expect(() => heap.tuple([heap.list(), "text", () => {}])).toThrow();
    };
    expect(leftBy(heap, () => heap.frame(broken))).toEqual(NOTHING);
    expect(runOutAtEach(heap, () => heap.tuple([1000, "a", 0.5]).dispose())).toBe(5);
  });
});
