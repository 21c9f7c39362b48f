// test/src/objects/frame.test.ts: frames release the handles made in them, but for those that are returned.

import { describe, expect, test } from "vitest";
import { DeadObjectError, InvalidArgumentError, ReleasedHandleError } from "../../../src/errors.js";
import type { ListHandle } from "../../../src/kinds/list.js";
import type { Handle } from "../../../src/objects/handle.js";
import { BUILDS, newObjectHeap } from "../../support/checked-core.js";
import { leftBy, NOTHING } from "../../support/objects.js";

describe.each(BUILDS)("%s:", (build) => {
  const heap = newObjectHeap(build);

  test("handles end with their frame, whatever their number", () => {
    for (const count of [0, 1, 7, 8, 9, 1023, 1024, 1025, 2100]) {
      const run = (): void => {
        const handles = heap.frame(() => ({ all: Array.from({ length: count }, () => heap.list([1])) }));
        expect(handles.all.every((handle) => handle.isReleased)).toBe(true);
      };
      run();
      expect(leftBy(heap, run)).toEqual(NOTHING);
    }
  });

  test("using one afterwards says that its frame has ended", () => {
    const { list } = heap.frame(() => ({ list: heap.list() }));
    expect(() => list.append(1)).toThrow(ReleasedHandleError);
    expect(() => list.append(1)).toThrow("the handle was released when its frame ended");
  });

  test("what the frames that run own is told, once for each reference, and no variables", () => {
    const owned = (): number[] => [...heap.objectHeap.frames.owned()];
    expect(owned()).toEqual([]);
    heap.frame((locals) => {
      const list = heap.list();
      const released = heap.list();
      locals.named = heap.list();
      const inner = heap.frame(() => {
        const set = heap.set();
        released.dispose();
        const again = heap.handle(list.address);
        expect(owned().sort()).toEqual([list.address, set.address, again.address].sort());
        return set;
      });
      expect(owned().sort()).toEqual([list.address, inner.address].sort());
    });
    expect(owned()).toEqual([]);
  });

  test("what it returns comes out, a handle with its reference", () => {
    expect(heap.frame(() => 5)).toBe(5);
    const list = heap.frame(() => heap.list([1]));
    expect([list.get(0), heap.refcount(list)]).toEqual([1, 1]);
    list.dispose();
  });

  test("so do the handles of an array that it returns", () => {
    const [first, number, second] = heap.frame(() => {
      const list = heap.list();
      return [list, 5, list] as const;
    });
    expect([first.isReleased, number, first === second]).toEqual([false, 5, true]);
    first.dispose();
  });

  test("a handle that was made outside is left alone", () => {
    const list = heap.list();
    expect(heap.frame(() => list)).toBe(list);
    heap.frame(() => {
      const inner = heap.list();
      expect(heap.frame(() => inner)).toBe(inner);
      expect(heap.refcount(inner)).toBe(1);
    });
    expect(heap.refcount(list)).toBe(1);
    list.dispose();
  });

  test("a returned handle belongs to the frame around", () => {
    const seen: Handle[] = [];
    heap.frame(() => {
      seen.push(heap.frame(() => heap.list()));
      expect(seen[0]!.isReleased).toBe(false);
    });
    expect(seen[0]!.isReleased).toBe(true);
  });

  test("a frame ends when its function throws", () => {
    const seen: Handle[] = [];
    const fail = (): never =>
      heap.frame(() => {
        seen.push(heap.list());
        heap.frame(() => {
          seen.push(heap.list());
          throw new Error("inside");
        });
        throw new Error("unreachable");
      });
    expect(fail).toThrow("inside");
    expect(seen.map((handle) => handle.isReleased)).toEqual([true, true]);
    const outside = heap.list();
    expect(outside._scope.isWatched).toBe(true);
    outside.dispose();
  });

  test("an async function is refused, and its handles are released", async () => {
    const seen: Handle[] = [];
    const call = (): unknown =>
      heap.frame(async () => {
        seen.push(heap.list());
        throw new Error("nobody hears it");
      });
    expect(call).toThrow(InvalidArgumentError);
    expect(call).toThrow("it must be synchronous: a frame ends when its function returns");
    expect(seen.every((handle) => handle.isReleased)).toBe(true);
    await new Promise((resolve) => setTimeout(resolve));
  });

  test("a handle may be disposed of before its frame ends", () => {
    const run = (): void =>
      heap.frame(() => {
        for (let i = 0; i < 5000; i += 1) heap.list().dispose();
        const kept = heap.list();
        for (let i = 0; i < 5000; i += 1) heap.list().dispose();
        expect(kept.length).toBe(0);
      });
    run();
    expect(leftBy(heap, run)).toEqual(NOTHING);
  });

  test("handles are released in the order of their making, then the locals in theirs", () => {
    const order: unknown[] = [];
    const Named = heap.struct("Named", { id: "i32" }, { finalizer: (self) => void order.push(self.id) });
    const names = (ids: number[]): Handle[] => ids.map((id) => new Named({ id }));
    heap.frame((locals) => {
      [locals.a, locals.b] = names([7, 8]);
      names([1, 2, 3]);
    });
    expect(order).toEqual([1, 2, 3, 7, 8]);
    order.length = 0;
    const many = Array.from({ length: 3000 }, (_, id) => id);
    heap.frame(() => void names(many));
    expect(order).toEqual(many);
  });

  test("its locals end with it, but for one that is returned", () => {
    const seen: Handle[] = [];
    const list = heap.frame((locals) => {
      locals.a = heap.list(["a"]);
      locals.b = heap.list(["b"]);
      seen.push(locals.a);
      return locals.b as ListHandle;
    });
    expect([seen[0]!.isReleased, list.get(0), heap.refcount(list)]).toEqual([true, "b", 1]);
    expect(() => seen[0]!.address).toThrow("released when its frame ended");
    list.dispose();
  });

  test("locals can't be bound once their frame has ended", () => {
    const { locals } = heap.frame((locals) => ({ locals }));
    expect(() => {
      locals.a = heap.none;
    }).toThrow(InvalidArgumentError);
  });

  test("finalizers that open frames of their own while one ends do not disturb it", () => {
    const dead: number[] = [];
    const Node = heap.struct(
      "Framed",
      { id: "i32" },
      {
        finalizer(self) {
          heap.frame(() => Array.from({ length: 20 }, () => heap.list([heap.list()])));
          dead.push(self.id);
        },
      },
    );
    const run = (): void => {
      dead.length = 0;
      heap.frame(() => void Array.from({ length: 1500 }, (_, id) => new Node({ id })));
      expect(dead).toEqual(Array.from({ length: 1500 }, (_, id) => id));
    };
    run();
    expect(leftBy(heap, run)).toEqual(NOTHING);
  });
});

test("what is no function is no frame's", () => {
  const heap = newObjectHeap("release");
  expect(() => heap.frame(5 as never)).toThrow(InvalidArgumentError);
  expect(heap.frame(() => 7)).toBe(7);
});

describe.each(BUILDS)("%s, where something goes wrong as a frame ends:", (build) => {
  test("a reference released too often is told, and no frame below releases another's", () => {
    const heap = newObjectHeap(build);
    const V = heap.struct("V", { x: "f64" });
    const variables = heap.namespace();
    const inner = (): void =>
      heap.frame(() => {
        const dead = new V();
        heap.decref(dead.address);
      });
    heap.frame(() => {
      expect(inner).toThrow(DeadObjectError);
      for (let i = 0; i < 3000; i += 1) variables[`v${i}`] = new V({ x: i });
    });
    for (let i = 0; i < 3000; i += 1) expect((variables[`v${i}`] as { x: number }).x).toBe(i);
    heap.verify();
  });

  test("handles made in onUnraisable belong to its own frame", () => {
    const heap = newObjectHeap(build);
    const Bad = heap.struct(
      "Bad",
      {},
      {
        finalizer: () => {
          throw new Error("bad");
        },
      },
    );
    const made: Handle[] = [];
    heap.onUnraisable = () => void made.push(heap.list());
    const left = leftBy(heap, () =>
      heap.frame(() => {
        heap.frame(() => void new Bad());
        heap.list(["a"]);
        expect(made.map(({ isReleased }) => isReleased)).toEqual([true]);
      }),
    );
    expect(left).toEqual(NOTHING);
  });

  test("a dead proxy can be returned", () => {
    const heap = newObjectHeap(build);
    const value = heap.set();
    const proxy = heap.weakref.proxy(value);
    value.dispose();
    expect(heap.frame(() => proxy)).toBe(proxy);
  });
});
