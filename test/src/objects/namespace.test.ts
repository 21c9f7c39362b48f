// test/src/objects/namespace.test.ts: named variables behave as Python's.

import { describe, expect, test } from "vitest";
import { ForeignHandleError, InvalidArgumentError, ReleasedHandleError } from "../../../src/errors.js";
import type { ListHandle } from "../../../src/kinds/list.js";
import { BUILDS, newObjectHeap } from "../../support/checked-core.js";
import { leftBy, NOTHING } from "../../support/objects.js";

describe.each(BUILDS)("%s:", (build) => {
  const heap = newObjectHeap(build);

  test("sys.getrefcount says 2, 3, 2, as in Python", () => {
    const { sys } = heap;
    const ns = heap.namespace();
    ns.a = heap.list();
    expect(sys.getrefcount(ns.a)).toBe(2);
    ns.b = ns.a;
    expect(sys.getrefcount(ns.a)).toBe(3);
    delete ns.b;
    expect(sys.getrefcount(ns.a)).toBe(2);
    delete ns.a;
  });

  test("a handle that no variable owns is handed over; from another variable it is a second reference", () => {
    const ns = heap.namespace();
    const list = heap.list();
    ns.a = list;
    ns.b = list;
    expect([ns.a === list, ns.b === list, ns.b.is(list), heap.refcount(list)]).toEqual([
      true,
      false,
      true,
      2,
    ]);
    ns.a = null;
    expect([list.isReleased, ns.b.length, heap.refcount(ns.b)]).toEqual([true, 0, 1]);
    delete ns.b;
  });

  test("a handle that is handed over leaves its frame", () => {
    const ns = heap.namespace();
    heap.frame(() => {
      ns.a = heap.list([1]);
    });
    expect([ns.a.get(0), heap.refcount(ns.a)]).toEqual([1, 1]);
    heap.frame((locals) => {
      locals.a = ns.a;
      expect(heap.refcount(ns.a)).toBe(2);
    });
    expect(heap.refcount(ns.a)).toBe(1);
    delete ns.a;
  });

  test("scalars come out as values", () => {
    const ns = heap.namespace();
    Object.assign(ns, { i: 1, f: 0.5, s: "text", n: null, t: true, big: 2n ** 80n, bytes: Uint8Array.of(1) });
    ns.handle = heap.str("boxed");
    expect({ ...ns }).toEqual({
      ...{ i: 1, f: 0.5, s: "text", n: null, t: true, big: 2n ** 80n, bytes: Uint8Array.of(1) },
      handle: "boxed",
    });
    for (const name of Object.keys(ns)) delete ns[name];
    expect(Object.keys(ns)).toEqual([]);
  });

  test("names are listed in the order of their binding, and asked for with in", () => {
    const ns = heap.namespace();
    ns.b = 1;
    ns.a = 2;
    ns.b = 3;
    expect([Object.keys(ns), "a" in ns, "c" in ns, ns.c, Object.entries(ns)]).toEqual([
      ["b", "a"],
      true,
      false,
      undefined,
      [
        ["b", 3],
        ["a", 2],
      ],
    ]);
    delete ns.missing;
    delete ns.a;
    expect("a" in ns).toBe(false);
  });

  test.each(["constructor", "__proto__", "toString", "then", "isEnded", "names", ""])(
    "%j is a name as any other",
    (name) => {
      const ns = heap.namespace();
      expect([ns[name], name in ns]).toEqual([undefined, false]);
      ns[name] = 5;
      expect([ns[name], name in ns, Object.keys(ns)]).toEqual([5, true, [name]]);
      delete ns[name];
      expect(name in ns).toBe(false);
    },
  );

  test("rebinding refers to the new before it releases the old", () => {
    const ns = heap.namespace();
    const order: string[] = [];
    const Node = heap.struct(
      "Bound",
      { id: "i32" },
      { finalizer: () => void order.push(`bound to ${ns.a}`) },
    );
    ns.a = new Node();
    ns.a = "new";
    expect(order).toEqual(["bound to new"]);
    const list = heap.list();
    ns.a = list;
    ns.a = Reflect.get(ns, "a");
    expect([heap.refcount(list), ns.a === list]).toEqual([1, true]);
    delete ns.a;
  });

  test("a proxy is handed over, and stays a proxy: the same, or another of the same object from another variable", () => {
    const Node = heap.struct("ProxiedInNamespace", { x: "i32" });
    const node = new Node({ x: 5 });
    const run = (): void => {
      const ns = heap.namespace();
      const proxy = heap.weakref.proxy(node);
      ns.a = proxy;
      ns.b = ns.a;
      expect([ns.a === proxy, ns.a.x, ns.b.x, ns.b === proxy]).toEqual([true, 5, 5, false]);
      Object.assign(ns, { a: ns.a }); // which must not release it
      ns.b.x = 6;
      expect([ns.a.x, node.x]).toEqual([6, 6]);
      node.x = 5;
      delete ns.a;
      expect([proxy.isReleased, ns.b.x, Object.keys(ns)]).toEqual([true, 5, ["b"]]);
      ns.c = heap.weakref.handleOf(ns.b);
      expect([ns.c.typeName, ns.c.x]).toEqual(["weakproxy", undefined]);
      delete ns.c;
      delete ns.b;
      heap
        .frame((locals) => {
          locals.p = heap.weakref.proxy(node);
          return locals.p;
        })
        .dispose();
    };
    run();
    expect(leftBy(heap, run)).toEqual(NOTHING);
    expect(heap.refcount(node)).toBe(1);
    node.dispose();
  });

  test("a variable whose handle was disposed of is unbound", () => {
    const ns = heap.namespace();
    ns.a = heap.list();
    heap.del(ns.a);
    expect([ns.a, "a" in ns, Object.keys(ns)]).toEqual([undefined, false, []]);
    ns.a = 1;
    expect(ns.a).toBe(1);
    delete ns.a;
  });

  test("what can't be bound leaves the variable as it was", () => {
    const ns = heap.namespace();
    ns.a = heap.list(["kept"]);
    const released = heap.list();
    released.dispose();
    const wrong: [unknown, unknown][] = [
      [() => {}, InvalidArgumentError],
      [released, ReleasedHandleError],
      [newObjectHeap(build).list(), ForeignHandleError],
    ];
    for (const [value, error] of wrong) {
      const bind = (): void => {
        ns.a = value;
      };
      expect(bind).toThrow(error as typeof Error);
    }
    expect(() => Object.defineProperty(ns, "b", { get: () => 1 })).toThrow(InvalidArgumentError);
    expect(() => Reflect.set(ns, Symbol("s"), 1)).toThrow(InvalidArgumentError);
    expect((ns.a as ListHandle).get(0)).toBe("kept");
    delete ns.a;
  });

  test("nothing is left of variables that were deleted", () => {
    const run = (): void => {
      const ns = heap.namespace();
      ns.a = heap.list([1, "a"]);
      ns.b = ns.a;
      ns.a.append(ns.b);
      ns.b.clear();
      ns.a = "text";
      for (const name of Object.keys(ns)) delete ns[name];
    };
    expect(leftBy(heap, run)).toEqual(NOTHING);
  });
});
