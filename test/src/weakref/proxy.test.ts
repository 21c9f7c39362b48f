// test/src/weakref/proxy.test.ts: proxies: what is asked of them is asked of the object, while it lives.

import { describe, expect, test } from "vitest";
import {
  DeadReferenceError,
  FieldTypeError,
  InvalidArgumentError,
  ReleasedHandleError,
} from "../../../src/errors.js";
import { Handle } from "../../../src/objects/handle.js";
import { ProxyHandle } from "../../../src/weakref/proxy.js";
import { BUILDS, newObjectHeap } from "../../support/checked-core.js";
import { leftBy, NOTHING } from "../../support/objects.js";

describe.each(BUILDS)("%s", (build) => {
  test("fields are read and written through a proxy, which keeps nothing alive", () => {
    const heap = newObjectHeap(build);
    const Node = heap.struct("Node", { next: "self", x: "f64" });
    const left = leftBy(heap, () => {
      const node = new Node({ x: 1 });
      const proxy = heap.weakref.proxy(node);
      expect([proxy.x, proxy.next, "x" in proxy, "y" in proxy]).toEqual([1, null, true, false]);
      proxy.x = 2;
      proxy.next = node;
      expect([node.x, heap.refcount(node), heap.liveHandles]).toEqual([2, 2, heap.liveHandles]);
      const next = proxy.next!;
      expect(next.is(node)).toBe(true);
      next.dispose();
      proxy.next = null;
      node.dispose();
      heap.weakref.handleOf(proxy).dispose();
    });
    expect(left).toEqual(NOTHING);
  });

  test("methods run on the object, and iterators keep it until they are done", () => {
    const heap = newObjectHeap(build);
    const left = leftBy(heap, () => {
      const set = heap.set([1, 2]);
      const proxy = heap.weakref.proxy(set);
      expect([proxy.has(2), proxy.size, proxy.delete(2), [...proxy]]).toEqual([true, 2, true, [1]]);
      const iterator = proxy[Symbol.iterator]();
      expect(iterator.next()).toEqual({ value: 1, done: false });
      set.dispose();
      expect(proxy.size).toBe(1);
      expect(iterator.next().done).toBe(true);
      expect(() => proxy.size).toThrow(DeadReferenceError);
      proxy.dispose();
    });
    expect(left).toEqual(NOTHING);
  });

  test("a method that returns its object gives a handle of it", () => {
    const heap = newObjectHeap(build);
    const left = leftBy(heap, () => {
      const set = heap.set([1]);
      const proxy = heap.weakref.proxy(set);
      const same = proxy.add(2);
      expect([same.is(set), same.size]).toEqual([true, 2]);
      for (const handle of [same, set, proxy]) handle.dispose();
    });
    expect(left).toEqual(NOTHING);
  });

  test("when the object has died, every use throws", () => {
    const heap = newObjectHeap(build);
    const Node = heap.struct("Node", { x: "f64" });
    const node = new Node();
    const proxy = heap.weakref.proxy(node);
    const { is } = proxy;
    node.dispose();
    expect(() => proxy.x).toThrow(DeadReferenceError);
    expect(() => proxy.typeName).toThrow(DeadReferenceError);
    expect(() => "x" in proxy).toThrow(DeadReferenceError);
    expect(() => Object.assign(proxy, { x: 1 })).toThrow(DeadReferenceError);
    expect(() => is(node)).toThrow(DeadReferenceError);
    expect(() => proxy.x).toThrow(/no longer exists/);
    expect(proxy.isReleased).toBe(false);
    proxy.dispose();
    expect(proxy.isReleased).toBe(true);
    expect(() => proxy.x).toThrow(ReleasedHandleError);
  });
});

const heap = newObjectHeap("checked");
const Node = heap.struct("Node", { any: "ref", x: "f64" });

test("what the object refuses, its proxy refuses", () => {
  const node = new Node({ x: 1 });
  const proxy = heap.weakref.proxy(node);
  expect(() => Object.assign(proxy, { x: "1" })).toThrow(FieldTypeError);
  expect(() => Object.assign(proxy, { y: 1 })).toThrow(TypeError);
  expect(() => Reflect.defineProperty(proxy, "y", { value: 1 })).not.toThrow();
  expect(Reflect.deleteProperty(proxy, "x")).toBe(false);
  expect("y" in proxy).toBe(false);
  expect(node.x).toBe(1);
  proxy.dispose();
  node.dispose();
});

test("a function in a field is the field's value, not a method", () => {
  const fn = (): number => 5;
  const host = heap.host(fn);
  const node = new Node({ any: host });
  const proxy = heap.weakref.proxy(node);
  expect(proxy.any).toBe(fn);
  for (const handle of [proxy, node, host]) handle.dispose();
});

test("a proxy goes into containers as what it is, and out of them as its handle", () => {
  const node = new Node({ x: 3 });
  const proxy = heap.weakref.proxy(node);
  expect(proxy).not.toBeInstanceOf(Handle);
  const list = heap.list([heap.weakref.handleOf(proxy)]);
  list.append(proxy);
  expect([list.addressAt(1), heap.refcount(node)]).toEqual([list.addressAt(0), 1]);
  const read = list.get(0) as ProxyHandle<typeof node>;
  expect(read).toBeInstanceOf(ProxyHandle);
  const again = read.proxy;
  expect([read.is(heap.weakref.handleOf(proxy)), read.proxy.x, Object.is(again, read.proxy)]).toEqual([
    true,
    3,
    true,
  ]);
  expect(heap.weakref.handleOf(read.proxy)).toBe(read);
  for (const handle of [read, list, proxy, node]) handle.dispose();
});

test("handleOf refuses what is no proxy", () => {
  const node = new Node();
  for (const wrong of [node, {}, null, 5]) {
    expect(() => heap.weakref.handleOf(wrong as never)).toThrow(InvalidArgumentError);
  }
  node.dispose();
});

test("a proxy made in a frame ends with it, unless it is returned", () => {
  const node = new Node({ x: 4 });
  let inner: typeof node | undefined;
  const returned = heap.frame(() => {
    inner = heap.weakref.proxy(node, () => {});
    return heap.weakref.proxy(node);
  });
  expect(() => inner!.x).toThrow(ReleasedHandleError);
  expect(returned.x).toBe(4);
  for (const handle of [returned, node]) handle.dispose();
});

test("a method that returns its object returns the proxy, which still keeps nothing alive", () => {
  const set = heap.set();
  const proxy = heap.weakref.proxy(set);
  expect(proxy.add(1)).toBe(proxy);
  expect(proxy.size).toBe(1);
  set.dispose();
  expect(() => proxy.size).toThrow(DeadReferenceError);
});
