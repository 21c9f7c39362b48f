// test/src/kinds/set.test.ts: set handles. Keys: dict.test.ts, as both share src/table.ts.

import { describe, expect, test } from "vitest";
import { ConcurrentModificationError, KeyError, UnhashableError } from "../../../src/errors.js";
import { BUILDS, newObjectHeap } from "../../support/checked-core.js";
import { leftBy, NOTHING, runOutAtEach } from "../../support/objects.js";

describe.each(BUILDS)("%s:", (build) => {
  const heap = newObjectHeap(build);

  test("a key is in it once", () => {
    heap.frame(() => {
      const set = heap.set([1, 1.0, true, "a", "a"]);
      expect([set.size, ...set]).toEqual([2, 1, "a"]);
      expect([set.has(1), set.has("b")]).toEqual([true, false]);
      expect(set.add("b").add("b").size).toBe(3);
      expect(set.toJS()).toEqual(new Set([1, "a", "b"]));
    });
  });

  test("keys are removed, and missed if that is asked for", () => {
    heap.frame(() => {
      const set = heap.set("abc");
      expect([set.delete("a"), set.delete("a")]).toEqual([true, false]);
      set.remove("b");
      expect(() => set.remove("b")).toThrow(KeyError);
      expect([...set]).toEqual(["c"]);
      set.clear();
      expect(set.size).toBe(0);
    });
  });

  test("a list is no key, and stays out", () => {
    heap.frame(() => {
      const set = heap.set();
      expect(() => set.add(heap.list())).toThrow(UnhashableError);
      expect(() => set.has(heap.list())).toThrow(UnhashableError);
      expect(() => heap.set([1, heap.list()])).toThrow(UnhashableError);
      expect(set.size).toBe(0);
    });
  });

  test("a change of size during iteration is told", () => {
    heap.frame(() => {
      const set = heap.set([1, 2]);
      const grow = (): void => {
        for (const key of set) set.add((key as number) + 10);
      };
      expect(grow).toThrow(ConcurrentModificationError);
    });
  });

  test("an iteration that makes the next key each time comes to an end", () => {
    heap.frame(() => {
      const set = heap.set(Array(100).keys());
      let seen = 0;
      const replace = (): void => {
        for (const key of set) {
          seen += 1;
          set.delete(key);
          set.add((key as number) + 100);
        }
      };
      expect(replace).toThrow("the set changed its keys during iteration");
      expect(seen).toBe(100);
    });
  });

  test("nothing is left of one, nor if memory runs out", () => {
    const run = (): void => heap.set(["a", 0.5, 10 ** 6, null]).dispose();
    expect(leftBy(heap, run)).toEqual(NOTHING);
    expect(runOutAtEach(heap, run)).toBeGreaterThan(6);
  });
});
