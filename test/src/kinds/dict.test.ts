// test/src/kinds/dict.test.ts: dict handles do what Python's dicts do.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  ConcurrentModificationError,
  InvalidArgumentError,
  KeyError,
  UnhashableError,
} from "../../../src/errors.js";
import type { ListHandle } from "../../../src/kinds/list.js";
import { BUILDS, newObjectHeap } from "../../support/checked-core.js";
import { leftBy, NOTHING, runOutAtEach } from "../../support/objects.js";

const KEY = fc.oneof(fc.integer({ min: -8, max: 8 }), fc.constantFrom("a", "b", "", "€"), fc.constant(null));
const STEP = fc.record({ name: fc.constantFrom("set", "delete", "pop", "clear"), key: KEY, value: fc.nat() });

describe.each(BUILDS)("%s:", (build) => {
  const heap = newObjectHeap(build);

  test("a dict and a Map stay the same through any steps", () => {
    const run = (): void =>
      fc.assert(
        fc.property(fc.array(STEP, { maxLength: 60 }), (steps) => {
          const dict = heap.dict();
          const model = new Map<unknown, unknown>();
          for (const { name, key, value } of steps) {
            if (name === "set") {
              dict.set(key, value);
              model.set(key, value);
            } else if (name === "delete") {
              expect(dict.delete(key)).toBe(model.delete(key));
            } else if (name === "pop" && model.has(key)) {
              expect(dict.pop(key)).toBe(model.get(key));
              model.delete(key);
            } else if (name === "pop") {
              expect(() => dict.pop(key)).toThrow(KeyError);
            } else if (value % 5 === 0) {
              dict.clear();
              model.clear();
            }
            expect([...dict]).toEqual([...model]);
            expect(dict.size).toBe(model.size);
            expect(dict.has(key)).toBe(model.has(key));
            expect(dict.get(key)).toBe(model.get(key));
          }
          dict.dispose();
        }),
        { numRuns: 60 },
      );
    expect(leftBy(heap, run)).toEqual(NOTHING);
  });

  test("its keys are Python's: 1, 1.0 and true are one, handles count by what they hold", () => {
    heap.frame(() => {
      const dict = heap.dict([[1, "one"]]);
      expect([dict.get(true), dict.get(heap.float(1)), dict.get(1n), dict.get("1")]).toEqual([
        ...["one", "one", "one", undefined],
      ]);
      dict
        .set(2n ** 80n, "big")
        .set(Uint8Array.of(1), "bytes")
        .set(heap.host(dict), "host")
        .set(Number.NaN, "nan");
      expect(dict.get(heap.int(2n ** 80n))).toBe("big");
      expect(dict.get(Uint8Array.of(1))).toBe("bytes");
      expect(dict.get(heap.host(dict))).toBe("host");
    });
  });

  test("lists, dicts, sets and bytearrays are no keys, and nothing changes", () => {
    heap.frame(() => {
      const dict = heap.dict({ a: 1 });
      for (const key of [heap.list(), heap.dict(), heap.set(), heap.bytearray(1)]) {
        for (const call of [
          () => dict.set(key, 1),
          () => dict.get(key),
          () => dict.has(key),
          () => dict.delete(key),
        ]) {
          expect(call).toThrow(UnhashableError);
        }
        expect(heap.refcount(key)).toBe(1);
      }
      expect(dict.toJS()).toEqual({ a: 1 });
    });
  });

  test("it is made of pairs, a Map, an object, another dict, a generator", () => {
    heap.frame(() => {
      function* pairs(): Generator<[string, number]> {
        yield ["a", 1];
        yield ["a", 2];
      }
      expect(heap.dict([["a", 1]]).toJS()).toEqual({ a: 1 });
      expect(heap.dict(new Map([["a", 1]])).toJS()).toEqual({ a: 1 });
      expect(heap.dict({ a: 1, b: null }).toJS()).toEqual({ a: 1, b: null });
      expect(heap.dict(heap.dict({ a: 1 })).toJS()).toEqual({ a: 1 });
      expect(heap.dict(pairs()).toJS()).toEqual({ a: 2 });
      expect(() => heap.dict(7 as never)).toThrow("entries is 7; it must be iterable");
      expect(() => heap.dict([7] as never)).toThrow();
    });
  });

  test("a missing key is undefined, or a KeyError that names it", () => {
    heap.frame(() => {
      const dict = heap.dict({ a: null });
      expect([dict.get("a"), dict.get("b"), dict.require("a")]).toEqual([null, undefined, null]);
      expect(() => dict.require("b")).toThrow(expect.objectContaining({ name: "KeyError", key: "b" }));
      expect(() => dict.pop("b")).toThrow('the dict has no key "b"; ask has() first');
    });
  });

  test("keys, values and entries come in the order of insertion", () => {
    heap.frame(() => {
      const dict = heap.dict({ b: 1, a: 2, c: 3 });
      dict.delete("b");
      dict.set("b", 4).set("a", 5);
      expect([[...dict.keys()], [...dict.values()], [...dict.entries()]]).toEqual([
        ["a", "c", "b"],
        [5, 3, 4],
        [
          ["a", 5],
          ["c", 3],
          ["b", 4],
        ],
      ]);
    });
  });

  test("a change of size during iteration is told, a change of values is none", () => {
    heap.frame(() => {
      const dict = heap.dict({ a: 1, b: 2 });
      for (const key of dict.keys()) dict.set(key, 0);
      expect(dict.toJS()).toEqual({ a: 0, b: 0 });
      const grow = (): void => {
        for (const key of dict.keys()) dict.set(`${key}!`, 0);
      };
      expect(grow).toThrow(ConcurrentModificationError);
      expect(grow).toThrow("the dict changed its size during iteration");
      const shrink = (): void => {
        for (const [key] of dict) dict.delete(key);
      };
      expect(shrink).toThrow(ConcurrentModificationError);
    });
  });

  test("other keys, as many as before, are told too, as by CPython, once all that there were have come", () => {
    heap.frame(() => {
      const dict = heap.dict(Array.from({ length: 100 }, (_, key) => [key, 0] as const));
      let seen = 0;
      const replace = (): void => {
        for (const key of dict.keys()) {
          seen += 1;
          if (seen > 1) continue;
          dict.delete(key);
          dict.set(`new, not ${key}`, 0);
        }
      };
      expect(replace).toThrow(ConcurrentModificationError);
      expect(seen).toBe(100);
      seen = 0;
      expect(replace).toThrow("the dict changed its keys during iteration");
    });
  });

  test("values are released when they are replaced, removed, or the dict dies", () => {
    heap.frame(() => {
      const values = ["a", "b", "c"].map((name) => heap.list([name]));
      const dict = heap.dict([
        [1, values[0]],
        [2, values[1]],
        [3, values[2]],
      ]);
      dict.set(1, null);
      dict.delete(2);
      expect(values.map((value) => heap.refcount(value))).toEqual([1, 1, 2]);
      expect((dict.pop(3) as ListHandle).get(0)).toBe("c");
    });
  });

  test("memory that runs out leaves it as it was", () => {
    const entries = Array.from({ length: 20 }, (_, index) => [`key ${index}`, index * 1000] as const);
    expect(runOutAtEach(heap, () => heap.dict(entries).dispose())).toBeGreaterThan(50);
    const dict = heap.dict({ a: "old" });
    const b = heap.str("b");
    const add = (): void => {
      expect(dict.toJS()).toEqual({ a: "old" });
      dict.set("b", "new");
      dict.delete(b);
    };
    expect(runOutAtEach(heap, add)).toBe(3);
    b.dispose();
    dict.dispose();
  });
});

test("entries that are no pairs are refused, and no dict is left", () => {
  const heap = newObjectHeap("release");
  const left = leftBy(heap, () => {
    for (const wrong of [[1, 2], [[1]], [[1, 2, 3]], ["ab"]]) {
      expect(() => heap.dict(wrong as never)).toThrow(InvalidArgumentError);
      expect(() => new heap.weakref.WeakValueDictionary(wrong as never)).toThrow(InvalidArgumentError);
    }
  });
  expect(left.handles).toBe(NOTHING.handles);
});
