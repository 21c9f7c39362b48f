// test/src/kinds/list.test.ts: list handles do what Python's lists do. Scalars in and out: box.test.ts.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ForeignHandleError, IndexError, InvalidArgumentError, MemoryError } from "../../../src/errors.js";
import type { ListHandle } from "../../../src/kinds/list.js";
import type { Handle } from "../../../src/objects/handle.js";
import { BUILDS, newObjectHeap } from "../../support/checked-core.js";
import { leftBy, NOTHING, runOutAtEach } from "../../support/objects.js";

const INDEX = fc.integer({ min: -6, max: 6 });
const STEP = fc.oneof(
  fc.record({ name: fc.constant("append" as const), value: fc.integer() }),
  fc.record({ name: fc.constant("extend" as const), values: fc.array(fc.integer(), { maxLength: 5 }) }),
  fc.record({ name: fc.constant("insert" as const), index: INDEX, value: fc.integer() }),
  fc.record({ name: fc.constant("set" as const), index: INDEX, value: fc.integer() }),
  fc.record({ name: fc.constant("pop" as const), index: INDEX }),
  fc.record({ name: fc.constant("delete" as const), index: INDEX }),
  fc.record({ name: fc.constant("slice" as const), from: INDEX, to: INDEX }),
  fc.record({ name: fc.constant("clear" as const) }),
);
type Step = typeof STEP extends fc.Arbitrary<infer S> ? S : never;

/** One step on the list and on an array; both fail, or none. */
function take(step: Step, list: ListHandle, model: number[]): void {
  const isIn = "index" in step && step.index < model.length && step.index >= -model.length;
  const place =
    "index" in step && step.index < 0 ? step.index + model.length : "index" in step ? step.index : 0;
  const onItem = (onList: () => unknown, onModel: () => unknown): void => {
    if (isIn) expect(onList()).toEqual(onModel());
    else expect(onList).toThrow(IndexError);
  };
  switch (step.name) {
    case "append":
      list.append(step.value);
      model.push(step.value);
      break;
    case "extend":
      list.extend(step.values);
      model.push(...step.values);
      break;
    case "insert":
      list.insert(step.index, step.value);
      model.splice(step.index, 0, step.value);
      break;
    case "set":
      onItem(
        () => list.set(step.index, step.value),
        () => void model.splice(place, 1, step.value),
      );
      break;
    case "pop":
      onItem(
        () => list.pop(step.index),
        () => model.splice(place, 1)[0],
      );
      break;
    case "delete":
      onItem(
        () => list.delete(step.index),
        () => void model.splice(place, 1),
      );
      break;
    case "slice": {
      const [first, end] = [step.from, step.to].map((index) =>
        index < 0 ? Math.max(index + model.length, 0) : index,
      ) as [number, number];
      list.delete(step.from, step.to);
      model.splice(first, Math.max(end - first, 0));
      break;
    }
    case "clear":
      list.clear();
      model.length = 0;
  }
}

describe.each(BUILDS)("%s:", (build) => {
  const heap = newObjectHeap(build);

  test("a list and an array stay the same through any steps", () => {
    const run = (): void =>
      fc.assert(
        fc.property(fc.array(STEP, { maxLength: 40 }), (steps) => {
          const list = heap.list();
          const model: number[] = [];
          for (const step of steps) {
            take(step, list, model);
            expect(list.toJS()).toEqual(model);
            expect(list.length).toBe(model.length);
          }
          list.dispose();
        }),
        { numRuns: 60 },
      );
    expect(leftBy(heap, run)).toEqual(NOTHING);
  });

  test("items are got from either end", () => {
    const list = heap.list("abc");
    expect([0, 2, -1, -3].map((index) => list.get(index))).toEqual(["a", "c", "c", "a"]);
    expect([0, -3, 3, -4].map((index) => list.at(index))).toEqual(["a", "a", undefined, undefined]);
    for (const index of [3, -4, 2 ** 40]) {
      expect(() => list.get(index)).toThrow(
        expect.objectContaining({ name: "IndexError", index, length: 3 }),
      );
    }
    expect(() => list.get(3)).toThrow("list index 3 is out of range; it must be from -3 to 2");
    expect(() => heap.list().pop()).toThrow("list index -1 is out of range: the list is empty");
    list.dispose();
  });

  test.each([0.5, Number.NaN, "0", undefined, null, 1n])("%s is no index", (index) => {
    const list = heap.list([1, 2]);
    const wrong = index as number;
    for (const call of [() => list.get(wrong), () => list.set(wrong, 1), () => list.insert(wrong, 1)]) {
      expect(call).toThrow(InvalidArgumentError);
    }
    expect(list.toJS()).toEqual([1, 2]);
    list.dispose();
  });

  test("containers in it come out as handles of themselves", () => {
    heap.frame(() => {
      const inner = heap.list([1]);
      const outer = heap.list([inner, inner]);
      const out = outer.get(0) as ListHandle;
      expect(out.is(inner)).toBe(true);
      expect(out).not.toBe(inner);
      out.append(2);
      expect(outer.toJS()).toEqual([
        [1, 2],
        [1, 2],
      ]);
      expect(heap.refcount(inner)).toBe(4);
    });
  });

  test("what is popped keeps its last reference, what is cleared loses it", () => {
    heap.frame(() => {
      const outer = heap.list([heap.list(["a"]), heap.list(["b"])]);
      heap.frame(() => {
        const popped = outer.pop() as ListHandle;
        expect([heap.refcount(popped), popped.get(0)]).toEqual([2, "b"]);
      });
      outer.clear();
      expect(outer.length).toBe(0);
    });
  });

  test("it can be extended by itself, by another list, a tuple, a generator, a string", () => {
    heap.frame(() => {
      const list = heap.list([1, 2]);
      list.extend(list);
      list.extend(heap.tuple([3]));
      list.extend(
        (function* () {
          yield 4;
          yield* "ab";
        })(),
      );
      expect(list.toJS()).toEqual([1, 2, 1, 2, 3, 4, "a", "b"]);
    });
  });

  test("is iterated over as it is at each step", () => {
    const list = heap.list([1, 2]);
    const seen: unknown[] = [];
    for (const item of list) {
      seen.push(item);
      if (list.length < 6) list.append((item as number) * 10);
    }
    expect(seen).toEqual([1, 2, 10, 20, 100, 200]);
    list.dispose();
  });

  test("one of an array takes as many slots as the array has, one that grew some more", () => {
    const array = heap.list([1, 2, 3]);
    const grown = heap.list();
    for (const item of [1, 2, 3, 4, 5]) grown.append(item);
    expect(heap.sys.getsizeof(array)).toBeLessThan(heap.sys.getsizeof(grown));
    array.dispose();
    grown.dispose();
  });

  test("that can't be extended wholly stays as it was", () => {
    heap.frame(() => {
      const list = heap.list([1]);
      function* broken(): Generator<unknown> {
        yield 2;
        yield heap.list([3]);
        throw new Error("broken");
      }
      expect(() => list.extend(broken())).toThrow("broken");
      expect(() => list.extend([2, () => {}])).toThrow(InvalidArgumentError);
      expect(() => list.extend(7 as never)).toThrow("values is 7; it must be iterable");
      expect(list.toJS()).toEqual([1]);
    });
  });

  test("memory that runs out leaves it as it was", () => {
    expect(runOutAtEach(heap, () => heap.list([1, 1000, 0.5, "a", 2 ** 40]).dispose())).toBeGreaterThan(6);
    const list = heap.list([1]);
    const insert = (): void => {
      expect(list.toJS()).toEqual([1]);
      list.insert(0, "more");
      list.delete(0);
    };
    const append = (value: unknown): void => {
      expect(list.toJS()).toEqual([1]);
      list.append(value);
      list.pop();
    };
    const extend = (): void => {
      expect(list.toJS()).toEqual([1]);
      list.extend(["a", 0.5, 1000]);
      list.delete(1, 4);
    };
    for (const call of [insert, extend, ...[1000, 0.5, "a", 2 ** 40].map((value) => () => append(value))]) {
      expect(runOutAtEach(heap, call)).toBeGreaterThan(0);
    }
    list.dispose();
  });

  test("a handle of another heap is refused", () => {
    const other = newObjectHeap(build);
    const list = heap.list();
    expect(() => list.append(other.list())).toThrow(ForeignHandleError);
    expect(() => list.extend(other.list([1]))).toThrow(ForeignHandleError);
    expect(list.length).toBe(0);
    list.dispose();
  });
});

test("a list too large for the heap throws MemoryError, and the heap goes on", () => {
  const heap = newObjectHeap("checked", { maximumBytes: 1 << 20 });
  heap.none.dispose();
  const blocks = heap.sys.getallocatedblocks();
  expect(() => heap.list(Array.from({ length: 1_000_000 }, (_, i) => i))).toThrow(MemoryError);
  expect(() => heap.list(Array.from({ length: 100_000 }, (_, i) => i * 1000))).toThrow(MemoryError);
  expect(heap.sys.getallocatedblocks()).toBe(blocks);
  const list: Handle = heap.list([1, 2, 3]);
  expect(list.toJS()).toEqual([1, 2, 3]);
  heap.verify();
});

test("an index that is no integer is refused by every reader", () => {
  const heap = newObjectHeap("release");
  heap.frame(() => {
    const list = heap.list([1, 2]);
    for (const wrong of ["a", Number.NaN, 1.5]) {
      expect(() => list.at(wrong as never)).toThrow(InvalidArgumentError);
      expect(() => list.get(wrong as never)).toThrow(InvalidArgumentError);
    }
    expect([list.at(2), list.at(-3), list.at(-1)]).toEqual([undefined, undefined, 2]);
  });
});
