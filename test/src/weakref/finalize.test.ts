// test/src/weakref/finalize.test.ts: weakref.finalize: calls at an object's death, or at the heap's end. Source: CPython Lib/weakref.py.

import { describe, expect, test } from "vitest";
import { HeapClosedError, InvalidArgumentError, NotWeakrefableError } from "../../../src/errors.js";
import type { Finalizer } from "../../../src/weakref/finalize.js";
import { BUILDS, newObjectHeap } from "../../support/checked-core.js";
import { leftBy, NOTHING, runOutAtEach } from "../../support/objects.js";

describe.each(BUILDS)("%s", (build) => {
  test("the function is called with its arguments when the object dies, once", () => {
    const heap = newObjectHeap(build);
    const Node = heap.struct("Node", {});
    const log: unknown[] = [];
    const left = leftBy(heap, () => {
      const node = new Node();
      const finalizer = heap.weakref.finalize(node, (...args: unknown[]) => log.push(args), 1, "two");
      expect([finalizer.alive, finalizer.atexit]).toEqual([true, true]);
      node.dispose();
      expect(log).toEqual([[1, "two"]]);
      expect([
        finalizer.alive,
        finalizer.atexit,
        finalizer.call(),
        finalizer.peek(),
        finalizer.detach(),
      ]).toEqual([false, false, undefined, null, null]);
      finalizer.atexit = true;
      expect(finalizer.atexit).toBe(false);
    });
    expect([log.length, left]).toEqual([1, NOTHING]);
  });

  test("call() calls it at once, and the object's death no more", () => {
    const heap = newObjectHeap(build);
    const Node = heap.struct("Node", {});
    const left = leftBy(heap, () => {
      const node = new Node();
      let sum = 0;
      const finalizer = heap.weakref.finalize(node, (by: number) => (sum += by), 5);
      expect([finalizer.call(), finalizer.alive, finalizer.call()]).toEqual([5, false, undefined]);
      expect(heap.weakref.getweakrefcount(node)).toBe(0);
      node.dispose();
      expect(sum).toBe(5);
    });
    expect(left).toEqual(NOTHING);
  });

  test("peek() tells what it would do, detach() makes it do nothing", () => {
    const heap = newObjectHeap(build);
    const Node = heap.struct("Node", {});
    const left = leftBy(heap, () => {
      const node = new Node();
      const fn = (_: string): never => {
        throw new Error("not to be called");
      };
      const finalizer = heap.weakref.finalize(node, fn, "text");
      for (const told of [finalizer.peek(), finalizer.detach()]) {
        const [referent, call, args] = told!;
        expect([referent.is(node), call, args]).toEqual([true, fn, ["text"]]);
        referent.dispose();
      }
      expect(finalizer.alive).toBe(false);
      node.dispose();
    });
    expect(left).toEqual(NOTHING);
  });

  test("heap.close() calls those that are alive, the newest first, but for those without atexit", () => {
    const heap = newObjectHeap(build);
    const Node = heap.struct("Node", {});
    const log: number[] = [];
    const node = new Node();
    const finalizers = [1, 2, 3, 4].map((number) => heap.weakref.finalize(node, () => log.push(number)));
    finalizers[1]!.atexit = false;
    finalizers[3]!.call();
    heap.close();
    heap.close();
    expect(log).toEqual([4, 3, 1]);
    expect(finalizers.map(({ alive }) => alive)).toEqual([false, true, false, false]);
    // as in Python, what is left over at the end is never called
    expect(finalizers[1]!.call()).toBeUndefined();
    expect(log).toHaveLength(3);
  });

  test("at the heap's end, finalizers made meanwhile run too, and errors go to onUnraisable", () => {
    const heap = newObjectHeap(build);
    const Node = heap.struct("Node", { n: "i32" });
    const log: unknown[] = [];
    heap.onUnraisable = (error) => log.push(error);
    const [node, other] = [new Node({ n: 1 }), new Node({ n: 2 })];
    heap.weakref.finalize(node, () => log.push("first"));
    heap.weakref.finalize(other, () => log.push("dies"));
    heap.weakref.finalize(node, () => {
      other.dispose();
      heap.weakref.finalize(node, () => log.push(`new ${node.n}`));
      throw new RangeError("no");
    });
    heap.close();
    expect(log).toEqual(["dies", expect.any(RangeError), "new 1", "first"]);
  });
});

const heap = newObjectHeap("checked");
const Node = heap.struct("Node", {});

test("what a finalizer throws at the object's death goes to onUnraisable", () => {
  const heap = newObjectHeap("checked");
  const reports: [unknown, string][] = [];
  heap.onUnraisable = (error, object) => reports.push([error, object]);
  const node = new (heap.struct("Node", {}))();
  heap.weakref.finalize(node, () => {
    throw new RangeError("no");
  });
  expect(leftBy(heap, () => node.dispose()).handles).toBe(-1);
  expect(reports).toEqual([[expect.any(RangeError), expect.stringMatching(/^callback of weakref at 0x/)]]);
  const other = new (heap.struct("Node", {}))();
  const finalizer = heap.weakref.finalize(other, () => {
    throw new RangeError("no");
  });
  // called by hand, it has somebody to tell
  expect(() => finalizer.call()).toThrow(RangeError);
  expect(finalizer.alive).toBe(false);
});

test("a finalizer may be called or detached in its object's last moment", () => {
  const log: string[] = [];
  const finalizers: Finalizer[] = [];
  const Ending = heap.struct(
    "Ending",
    {},
    {
      finalizer() {
        finalizers[0]!.call();
        finalizers[1]!.detach()![0].dispose();
      },
    },
  );
  const left = leftBy(heap, () => {
    const node = new Ending();
    for (const name of ["called", "detached"]) {
      finalizers.push(
        heap.weakref.finalize(node, () => log.push(name)) as Finalizer<never, never> as Finalizer,
      );
    }
    node.dispose();
  });
  expect([log, left]).toEqual([["called"], NOTHING]);
});

test("an object that can't be referred to weakly, or no function, is refused, and nothing changes", () => {
  const list = heap.list();
  const node = new Node();
  const left = leftBy(heap, () => {
    expect(() => heap.weakref.finalize(list, () => {})).toThrow(NotWeakrefableError);
    expect(() => heap.weakref.finalize(node, 5 as never)).toThrow(InvalidArgumentError);
    expect(() => heap.weakref.finalize(5 as never, () => {})).toThrow(InvalidArgumentError);
  });
  expect(left).toEqual(NOTHING);
  list.dispose();
  node.dispose();
});

test("when memory runs out, no finalizer is left", () => {
  const node = new Node();
  runOutAtEach(heap, () => void heap.weakref.finalize(node, () => {}).call());
  node.dispose();
});

test("once the heap is closed, none can be made", () => {
  const heap = newObjectHeap("checked");
  const node = new (heap.struct("Node", {}))();
  heap.close();
  expect(() => heap.weakref.finalize(node, () => {})).toThrow(HeapClosedError);
});
