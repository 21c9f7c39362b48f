// test/src/kinds/stream.test.ts: a stream's values live one at a time.

import { describe, expect, test } from "vitest";
import type { ScalarHandle } from "../../../src/kinds/scalar.js";
import type { Handle } from "../../../src/objects/handle.js";
import { BUILDS, newObjectHeap } from "../../support/checked-core.js";
import { leftBy, NOTHING } from "../../support/objects.js";

function* texts(count: number): Generator<string> {
  for (let index = 0; index < count; index += 1) yield `text ${index}`;
}

describe.each(BUILDS)("%s:", (build) => {
  const heap = newObjectHeap(build);

  test("while one value is there, no other is", () => {
    const run = (): void => {
      const before = heap.sys.getallocatedblocks();
      const seen: Handle[] = [];
      for (const handle of heap.stream(texts(100))) {
        expect(heap.sys.getallocatedblocks() - before).toBe(1);
        seen.push(handle);
      }
      expect(seen.every((handle) => handle.isReleased)).toBe(true);
    };
    expect(leftBy(heap, run)).toEqual(NOTHING);
  });

  test("a list of the same takes room for all of them", () => {
    const { sys } = heap;
    const list = heap.list(texts(1000));
    const before = sys.getallocatedblocks();
    const most = heap.stream(texts(1000)).reduce((most) => Math.max(most, sys.getallocatedblocks()), 0);
    expect([most - before, list.length]).toEqual([1, 1000]);
    list.dispose();
  });

  test("it ends where the loop is left, by break or by an error", () => {
    const run = (): void => {
      for (const _ of heap.stream(texts(10))) break;
      const fail = (): void =>
        heap.stream(texts(10)).forEach((_, index) => {
          if (index === 3) throw new Error("enough");
        });
      expect(fail).toThrow("enough");
    };
    expect(leftBy(heap, run)).toEqual(NOTHING);
  });

  test("reduce and forEach give handles and their numbers", () => {
    const sum = heap
      .stream([1, 2, 3])
      .reduce((sum, handle) => sum + (handle as ScalarHandle<number>).value, 0);
    const seen: unknown[] = [];
    heap.stream("ab").forEach((handle, index) => void seen.push([(handle as ScalarHandle).value, index]));
    expect([sum, seen]).toEqual([
      6,
      [
        ["a", 0],
        ["b", 1],
      ],
    ]);
  });

  test("a handle in it is referred to once more while it is looked at", () => {
    const list = heap.list();
    for (const handle of heap.stream([list])) {
      expect([handle.is(list), heap.refcount(list)]).toEqual([true, 2]);
    }
    expect(heap.refcount(list)).toBe(1);
    list.dispose();
  });

  test("what can't be iterated over is refused at once", () => {
    expect(() => heap.stream(5 as never)).toThrow("values is 5; it must be iterable");
  });
});
