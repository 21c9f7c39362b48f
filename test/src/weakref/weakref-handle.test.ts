// test/src/weakref/weakref-handle.test.ts: weak references, their callbacks, and what weakref tells of an object. Source: CPython's own behaviour.

import { describe, expect, test } from "vitest";
import {
  DeadReferentError,
  ForeignHandleError,
  HeapClosedError,
  InvalidArgumentError,
  NotWeakrefableError,
  ReleasedHandleError,
} from "../../../src/errors.js";
import type { Handle } from "../../../src/objects/handle.js";
import type { ProxyHandle } from "../../../src/weakref/proxy.js";
import { WeakrefHandle } from "../../../src/weakref/weakref-handle.js";
import { BUILDS, newObjectHeap } from "../../support/checked-core.js";
import { leftBy, NOTHING, runOutAtEach } from "../../support/objects.js";

describe.each(BUILDS)("%s", (build) => {
  test("a weak reference gives its object while that lives, and null from then on", () => {
    const heap = newObjectHeap(build);
    const Node = heap.struct("Node", { x: "f64" });
    const left = leftBy(heap, () => {
      const node = new Node({ x: 5 });
      const ref = heap.weakref.ref(node);
      expect(heap.refcount(node)).toBe(1);
      const same = ref.deref();
      expect([same?.x, same?.is(node)]).toEqual([5, true]);
      same!.dispose();
      node.dispose();
      expect(ref.deref()).toBeNull();
      expect([ref.callback, ref.typeName]).toEqual([null, "weakref"]);
      ref.dispose();
    });
    expect(left).toEqual(NOTHING);
  });

  test("callbacks are called with their weak references when the object has died, the newest first", () => {
    const heap = newObjectHeap(build);
    const Node = heap.struct("Node", {});
    const log: unknown[] = [];
    const left = leftBy(heap, () => {
      const node = new Node();
      const refs = [1, 2, 3].map((number) =>
        heap.weakref.ref(node, (ref) => {
          const weakref = ref as WeakrefHandle;
          log.push(number, weakref.deref(), weakref.is(refs[number - 1]!));
        }),
      );
      expect(log).toEqual([]);
      node.dispose();
      expect(log).toEqual([3, null, true, 2, null, true, 1, null, true]);
      for (const ref of refs) {
        expect(ref.callback).toBeNull();
        ref.dispose();
      }
    });
    expect(left).toEqual(NOTHING);
  });

  test("a weak reference that has died calls nothing", () => {
    const heap = newObjectHeap(build);
    const Node = heap.struct("Node", {});
    let calls = 0;
    const left = leftBy(heap, () => {
      const node = new Node();
      heap.weakref.ref(node, () => (calls += 1)).dispose();
      node.dispose();
    });
    expect([calls, left]).toEqual([0, NOTHING]);
  });

  test("a struct declared with call is a callback, which its weak reference keeps", () => {
    const heap = newObjectHeap(build);
    const log: unknown[] = [];
    const Node = heap.struct(
      "Node",
      { n: "i32" },
      {
        call: (self, ref) => void log.push(self.n, (ref as WeakrefHandle).deref()),
        finalizer: (self) => void log.push(`end ${self.n}`),
      },
    );
    const Heir = heap.struct("Heir", {}, { base: Node });
    const left = leftBy(heap, () => {
      const [node, called] = [new Node({ n: 1 }), new Heir({ n: 2 })];
      const ref = heap.weakref.ref(node, called);
      expect(heap.refcount(called)).toBe(2);
      const callback = ref.callback as Handle;
      expect(callback.is(called)).toBe(true);
      callback.dispose();
      called.dispose();
      node.dispose();
      expect(log).toEqual(["end 1", 2, null, "end 2"]);
      ref.dispose();
    });
    expect(left).toEqual(NOTHING);
  });

  test("what a callback throws goes to onUnraisable, and the others are called", () => {
    const heap = newObjectHeap(build);
    const Node = heap.struct("Node", {});
    const reports: [unknown, string][] = [];
    heap.onUnraisable = (error, object) => reports.push([error, object]);
    let calls = 0;
    const left = leftBy(heap, () => {
      const node = new Node();
      const refs = [
        heap.weakref.ref(node, () => (calls += 1)),
        heap.weakref.ref(node, () => {
          throw new RangeError("no");
        }),
      ];
      node.dispose();
      for (const ref of refs) ref.dispose();
    });
    expect(calls).toBe(1);
    expect(reports).toEqual([[expect.any(RangeError), expect.stringMatching(/^callback of weakref at 0x/)]]);
    expect(left).toEqual(NOTHING);
  });
});

const heap = newObjectHeap("checked");
const { weakref } = heap;
const Node = heap.struct("Node", { x: "f64" });

test("without a callback there is one weak reference and one proxy an object", () => {
  const node = new Node();
  const [one, same] = [weakref.ref(node), weakref.ref(node, null)];
  const [proxy, sameProxy] = [weakref.proxy(node), weakref.proxy(node)].map((made) => weakref.handleOf(made));
  const own = weakref.ref(node, () => {});
  expect([one.is(same), proxy!.is(sameProxy!), one.is(own), one.is(proxy!)]).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect(weakref.getweakrefcount(node)).toBe(3);
  for (const handle of [one, same, proxy!, sameProxy!, own]) handle.dispose();
  expect(weakref.getweakrefcount(node)).toBe(0);
  node.dispose();
});

test("getweakrefs gives the shared ones first, then those with callbacks, the newest first", () => {
  const node = new Node();
  const first = weakref.ref(node, () => {});
  const proxy = weakref.handleOf(weakref.proxy(node));
  const shared = weakref.ref(node);
  const second = weakref.ref(node, () => {});
  const refs = weakref.getweakrefs(node);
  expect(refs.map((ref) => [shared, proxy, second, first].findIndex((known) => known.is(ref)))).toEqual([
    0, 1, 2, 3,
  ]);
  for (const handle of [...refs, first, proxy, shared, second, node]) handle.dispose();
  const list = heap.list();
  expect([weakref.getweakrefs(list), weakref.getweakrefcount(list)]).toEqual([[], 0]);
  list.dispose();
});

test("weak references are equal where their objects are, after a death only to themselves", () => {
  const [node, other] = [new Node(), new Node()];
  const [one, own, third] = [weakref.ref(node), weakref.ref(node, () => {}), weakref.ref(other)];
  expect([one.equals(own), one.equals(third), one.hash() === own.hash()]).toEqual([true, false, true]);
  const hash = one.hash();
  node.dispose();
  expect([one.equals(own), one.equals(one), one.hash() === hash, own.hash() === hash]).toEqual([
    false,
    true,
    true,
    true,
  ]);
  other.dispose();
  expect(() => third.hash()).toThrow(DeadReferentError);
  for (const handle of [one, own, third]) handle.dispose();
});

test("sets can be referred to weakly", () => {
  const set = heap.set([1]);
  const ref = weakref.ref(set);
  const same = ref.deref()!;
  expect([...same]).toEqual([1]);
  same.dispose();
  set.dispose();
  expect(ref.deref()).toBeNull();
  ref.dispose();
});

test("weak references are objects: in a list, as keys, as values of fields", () => {
  const Holder = heap.struct("Holder", { ref: "ref" });
  const left = leftBy(heap, () => {
    const node = new Node();
    const ref = weakref.ref(node);
    const list = heap.list([ref]);
    const holder = new Holder({ ref });
    const dict = heap.dict([[ref, "found"]]);
    ref.dispose();
    const read = holder.ref as WeakrefHandle;
    expect(read).toBeInstanceOf(WeakrefHandle);
    expect(dict.get(read)).toBe("found");
    read.dispose();
    for (const handle of [node, list, holder, dict]) handle.dispose();
  });
  expect(left).toEqual(NOTHING);
});

test("what can't be referred to weakly is refused, and nothing changes", () => {
  const Plain = heap.struct("Plain", {}, { weakref: false });
  const Heir = heap.struct("Heir", {}, { base: Node, weakref: false });
  const plain = new Plain();
  const handles = [
    plain,
    heap.list(),
    heap.dict(),
    heap.tuple(),
    heap.int(5),
    heap.str("text"),
    heap.bytearray(1),
  ];
  const released = new Node();
  released.dispose();
  const foreign = newObjectHeap("checked").set();
  const left = leftBy(heap, () => {
    for (const handle of handles) {
      expect(() => weakref.ref(handle), handle.typeName).toThrow(NotWeakrefableError);
      expect(() => weakref.ref(handle, () => {})).toThrow(NotWeakrefableError);
    }
    for (const wrong of [null, 5, "text", {}])
      expect(() => weakref.ref(wrong as never)).toThrow(InvalidArgumentError);
    expect(() => weakref.ref(released)).toThrow(ReleasedHandleError);
    expect(() => weakref.ref(foreign)).toThrow(ForeignHandleError);
    expect(() => weakref.getweakrefs(5 as never)).toThrow(InvalidArgumentError);
    expect(() => weakref.getweakrefcount(released)).toThrow(ReleasedHandleError);
  });
  expect(left).toEqual(NOTHING);
  // as in Python, a base's records can be, so an heir's can
  const heir = new Heir();
  weakref.ref(heir).dispose();
  for (const handle of [...handles, heir]) handle.dispose();
});

test("a callback that can't be called is refused, and nothing changes", () => {
  const node = new Node();
  const host = heap.host(5);
  const left = leftBy(heap, () => {
    for (const wrong of [5, "text", {}, node, host]) {
      expect(() => weakref.ref(node, wrong as never)).toThrow(InvalidArgumentError);
    }
    expect(weakref.getweakrefcount(node)).toBe(0);
  });
  expect(left).toEqual(NOTHING);
  let calls = 0;
  const callable = heap.host(() => (calls += 1));
  const ref = weakref.ref(node, callable);
  node.dispose();
  expect(calls).toBe(1);
  for (const handle of [ref, callable, host]) handle.dispose();
});

test("when memory runs out, no weak reference is left", () => {
  const node = new Node();
  runOutAtEach(heap, () => weakref.ref(node, () => {}).dispose());
  runOutAtEach(heap, () => weakref.handleOf(weakref.proxy(node)).dispose());
  node.dispose();
});

test("once the heap is closed, weak references can't be made or followed", () => {
  const heap = newObjectHeap("checked");
  const node = new (heap.struct("Node", {}))();
  const ref = heap.weakref.ref(node);
  heap.close();
  expect(() => ref.deref()).toThrow(HeapClosedError);
  expect(() => ref.callback).toThrow(HeapClosedError);
  expect(() => ref.hash()).toThrow(HeapClosedError);
  expect(() => heap.weakref.ref(node)).toThrow(HeapClosedError);
});

test("a proxy's handle tells its callback, as a weak reference does", () => {
  const node = new Node();
  const log: Handle[] = [];
  const callback = (ref: Handle): void => void log.push(ref);
  const handle: ProxyHandle = weakref.handleOf(weakref.proxy(node, callback));
  expect([handle.callback, handle.typeName]).toEqual([callback, "weakproxy"]);
  node.dispose();
  expect([handle.callback, log.length]).toEqual([null, 1]);
  handle.dispose();
});
