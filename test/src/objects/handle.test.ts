// test/src/objects/handle.test.ts: a handle owns one reference, gives it up once, and is of no use afterwards.

import { describe, expect, test } from "vitest";
import { ForeignHandleError, InvalidArgumentError, ReleasedHandleError } from "../../../src/errors.js";
import { Handle, RELEASED } from "../../../src/objects/handle.js";
import { BUILDS, newObjectHeap } from "../../support/checked-core.js";
import { leftBy, NOTHING } from "../../support/objects.js";

describe.each(BUILDS)("%s:", (build) => {
  const heap = newObjectHeap(build);

  test("a handle is one reference, dup() another", () => {
    const list = heap.list();
    expect(heap.refcount(list)).toBe(1);
    const second = list.dup();
    expect([heap.refcount(list), second.is(list), second === list]).toEqual([2, true, false]);
    second.dispose();
    expect(heap.refcount(list)).toBe(1);
    list.dispose();
  });

  test("it knows its heap, its type and its object's address", () => {
    const list = heap.list();
    expect([list.heap, list.typeName, list instanceof Handle]).toEqual([heap, "list", true]);
    expect(heap.handle(list.address).is(list)).toBe(true);
    list.dispose();
  });

  test("once disposed of, it is released, and a second time nothing happens", () => {
    const run = (): void => {
      const list = heap.list([1]);
      const second = list.dup();
      list.dispose();
      list.dispose();
      expect([list.isReleased, second.isReleased]).toEqual([true, false]);
      expect(second.get(0)).toBe(1);
      second[Symbol.dispose]();
      expect(second.isReleased).toBe(true);
    };
    expect(leftBy(heap, run)).toEqual(NOTHING);
  });

  test("del refuses what is released", () => {
    const list = heap.list();
    heap.del(list);
    expect(() => heap.del(list)).toThrow(ReleasedHandleError);
    expect(() => heap.del(list)).toThrow("the handle was released already; dup() it before");
  });

  test.each(["dispose", "a frame's end"])(
    "a handle released by %s throws wherever it is used, and nothing changes",
    (how) => {
      const other = heap.list([1]);
      const make = () =>
        [
          [
            heap.list([1]),
            ["append", "extend", "insert", "set", "get", "at", "pop", "delete", "clear", "length"],
          ],
          [heap.tuple([1]), ["get", "at", "length"]],
          [heap.dict([[1, 1]]), ["get", "require", "set", "has", "delete", "pop", "clear", "update", "size"]],
          [heap.set([1]), ["add", "has", "delete", "remove", "clear", "size"]],
          [heap.bytearray(1), ["get", "set", "resize", "extend", "bytes", "length"]],
          [heap.int(1000), ["value"]],
        ] as const;
      let made: ReturnType<typeof make> | undefined;
      if (how === "dispose") made = make();
      else {
        heap.frame(() => {
          made = make();
        });
      }
      for (const [handle, names] of made!) {
        if (how === "dispose") handle.dispose();
        for (const name of [...names, "dup", "toJS", "address", "typeName"]) {
          const use = (): unknown => {
            const member = (handle as unknown as Record<string, unknown>)[name];
            return typeof member === "function" ? member.call(handle, argumentOf(name), 1) : member;
          };
          expect(use, name).toThrow(ReleasedHandleError);
        }
        if (Symbol.iterator in handle)
          expect(() => [...(handle as Iterable<unknown>)]).toThrow(ReleasedHandleError);
        const uses = [
          () => other.append(handle),
          () => other.is(handle),
          () => heap.refcount(handle),
          () => heap.sys.getrefcount(handle),
          () => heap.sys.getsizeof(handle),
          () => heap.gc.isTracked(handle),
          () => heap.from([handle]),
          () => heap.tuple([handle]),
        ];
        for (const use of uses) expect(use).toThrow(ReleasedHandleError);
      }
      expect(other.toJS()).toEqual([1]);
      other.dispose();

      function argumentOf(name: string): unknown {
        if (name === "extend") return new Uint8Array(1);
        return name === "update" ? [[1, 1]] : 0;
      }
    },
  );

  test("a handle of another heap is refused, with what to do", () => {
    const other = newObjectHeap(build).list();
    const list = heap.list();
    for (const use of [
      () => list.is(other),
      () => heap.refcount(other),
      () => heap.del(other),
      () => heap.from(other),
    ]) {
      expect(use).toThrow(ForeignHandleError);
    }
    expect(() => heap.dict([[other, 1]])).toThrow("key is a handle of another heap; heaps share no objects");
    list.dispose();
  });

  test("what is no handle is refused where one is needed", () => {
    for (const value of [null, undefined, 5, {}, "list"]) {
      expect(() => heap.refcount(value as never)).toThrow(InvalidArgumentError);
      expect(() => heap.del(value as never)).toThrow(InvalidArgumentError);
    }
  });

  test("live handles are counted", () => {
    const before = heap.liveHandles;
    const handles = [heap.list(), heap.list()];
    expect(heap.liveHandles).toBe(before + 2);
    for (const handle of handles) handle.dispose();
    expect(heap.liveHandles).toBe(before);
  });

  test("a deep object dies, and lives, without recursion", () => {
    const run = (): void => {
      let inner = heap.list();
      for (let depth = 0; depth < 100_000; depth += 1) {
        const outer = heap.list([inner]);
        inner.dispose();
        inner = outer;
      }
      inner.dispose();
    };
    expect(leftBy(heap, build === "release" ? run : () => {})).toEqual(NOTHING);
  });
});

test("a released handle's address lies past all memory of a heap, with any struct's offset", () => {
  const heap = newObjectHeap("release", { maximumBytes: 2 ** 32 });
  expect(RELEASED >>> 0).toBe(heap.maximumBytes);
  expect((RELEASED + 0xffff + 8) >>> 0).toBeGreaterThan(heap.maximumBytes);
});
