// test/src/weakref/weak-set.test.ts: WeakSet does what Python's does. Source: CPython Lib/_weakrefset.py.

import { describe, expect, test } from "vitest";
import {
  ConcurrentModificationError,
  ForeignHandleError,
  InvalidArgumentError,
  KeyError,
  NotWeakrefableError,
  ReleasedHandleError,
} from "../../../src/errors.js";
import type { Handle } from "../../../src/objects/handle.js";
import type { WeakSetHandle } from "../../../src/weakref/weak-set.js";
import { BUILDS, newObjectHeap } from "../../support/checked-core.js";
import { leftBy, NOTHING, runOutAtEach } from "../../support/objects.js";

describe.each(BUILDS)("%s", (build) => {
  test("a member goes when it dies", () => {
    const heap = newObjectHeap(build);
    const Node = heap.struct("Node", {});
    const left = leftBy(heap, () => {
      const [one, two] = [new Node(), new Node()];
      const set = new heap.weakref.WeakSet([one, two, one]);
      expect([set.size, set.has(one), heap.refcount(one)]).toEqual([2, true, 1]);
      one.dispose();
      expect([set.size, set.has(two)]).toEqual([1, true]);
      set.dispose();
      two.dispose();
    });
    expect(left).toEqual(NOTHING);
  });

  test("thousands of members come and go", () => {
    const heap = newObjectHeap(build);
    const Node = heap.struct("Node", { n: "i32" });
    const left = leftBy(heap, () => {
      const all = Array.from({ length: 3000 }, (_, n) => new Node({ n }));
      const set = new heap.weakref.WeakSet(all);
      for (const node of all) if (node.n % 3 !== 0) node.dispose();
      expect(set.size).toBe(1000);
      let next = 0;
      for (const member of set as Iterable<InstanceType<typeof Node>>) {
        expect(member.n).toBe(next);
        next += 3;
        member.dispose();
      }
      for (const node of all) node.dispose();
      expect(set.size).toBe(0);
      set.dispose();
    });
    expect(left).toEqual(NOTHING);
  });
});

const heap = newObjectHeap("checked");
const Node = heap.struct("Node", { n: "i32" });
const nodes = (count: number): InstanceType<typeof Node>[] =>
  Array.from({ length: count }, (_, n) => new Node({ n }));
const { weakref } = heap;
const numbers = (set: Iterable<Handle>): number[] =>
  heap.frame(() => [...(set as Iterable<InstanceType<typeof Node>>)].map(({ n }) => n));

test("iteration gives what lives, and allows for deaths meanwhile", () => {
  const all = nodes(5);
  const set = new weakref.WeakSet(all);
  const seen: number[] = [];
  for (const member of set as Iterable<InstanceType<typeof Node>>) {
    seen.push(member.n);
    member.dispose();
    if (seen.length === 1) for (const n of [0, 1, 3]) all[n]!.dispose();
  }
  expect([seen, set.size]).toEqual([[0, 2, 4], 2]);
  for (const handle of [all[2]!, all[4]!, set]) handle.dispose();
});

test("an iteration that is left early leaves nothing undone", () => {
  const all = nodes(3);
  const set = new weakref.WeakSet(all);
  set[Symbol.iterator]().next().value!.dispose();
  all[1]!.dispose();
  expect([set.size, numbers(set)]).toEqual([2, [0, 2]]);
  for (const handle of [all[0]!, all[2]!, set]) handle.dispose();
});

test("iteration refuses to go on when members were added or removed", () => {
  const all = nodes(4);
  const set = new weakref.WeakSet(all.slice(0, 3));
  const during = (change: () => void): void => {
    for (const member of set) {
      member.dispose();
      change();
    }
  };
  expect(() => during(() => set.add(all[3]!))).toThrow(ConcurrentModificationError);
  expect(() => during(() => set.clear())).toThrow(ConcurrentModificationError);
  set.update(all.slice(0, 3));
  let isFirst = true;
  const exchange = (): void => {
    if (isFirst) set.delete(all[0]!);
    if (isFirst) set.add(all[3]!);
    isFirst = false;
  };
  expect(() => during(exchange)).toThrow("the WeakSet changed its keys during iteration");
  set.update(all);
  expect(() => during(() => set.dispose())).toThrow(ReleasedHandleError);
  for (const node of all) node.dispose();
});

test("add, delete, remove, pop, clear and copy are Python's", () => {
  const left = leftBy(heap, () => {
    const [one, two] = nodes(2) as Handle[] as [Handle, Handle];
    const set = new weakref.WeakSet();
    expect(set.add(one).add(two).size).toBe(2);
    const copy = set.copy();
    expect([set.delete(one), set.delete(one)]).toEqual([true, false]);
    expect(() => set.remove(one)).toThrow(KeyError);
    set.remove(two);
    expect([set.pop(), set.size, copy.size]).toEqual([undefined, 0, 2]);
    const popped = copy.pop()!;
    expect([popped.is(two), copy.has(two)]).toEqual([true, false]);
    const again = copy.dup();
    copy.dispose();
    expect([again.typeName, again.size]).toEqual(["WeakSet", 1]);
    again.clear();
    expect(again.size).toBe(0);
    for (const handle of [one, two, popped, set, again]) handle.dispose();
  });
  expect(left).toEqual(NOTHING);
});

test("sets combine and compare with each other and with handles", () => {
  const all = nodes(4);
  const left = leftBy(heap, () => {
    const few = new weakref.WeakSet(all.slice(0, 3));
    const others: [string, Iterable<Handle>][] = [
      ["another weak set", new weakref.WeakSet(all.slice(2))],
      ["an array", all.slice(2)],
    ];
    for (const [what, other] of others) {
      const combined = [
        few.union(other),
        few.intersection(other),
        few.difference(other),
        few.symmetricDifference(other),
      ];
      expect(combined.map(numbers), what).toEqual([[0, 1, 2, 3], [2], [0, 1], [0, 1, 3]]);
      expect([few.isSubsetOf(other), few.isSupersetOf(other), few.isDisjointFrom(other)], what).toEqual([
        false,
        false,
        false,
      ]);
      for (const set of combined) set.dispose();
    }
    expect([few.isSubsetOf(all), few.isSupersetOf([all[1]!]), few.isDisjointFrom([all[3]!])]).toEqual([
      true,
      true,
      true,
    ]);
    expect(few.symmetricDifference(all.values()).size).toBe(1);
    const refs = few.refs();
    expect(refs.map((ref) => ref.equals(refs[0]!))).toEqual([true, false, false]);
    for (const handle of [...refs, few, others[0]![1] as WeakSetHandle]) handle.dispose();
  });
  expect(left.handles).toBe(1); // of the symmetric difference
  for (const node of all) node.dispose();
});

test("what can be no member is not there, and can't be added", () => {
  const set = new weakref.WeakSet();
  const list = heap.list();
  const foreign = newObjectHeap("checked").set();
  const left = leftBy(heap, () => {
    expect([set.has(list), set.delete(list)]).toEqual([false, false]);
    expect(() => set.add(list)).toThrow(NotWeakrefableError);
    expect(() => set.add(5 as never)).toThrow(InvalidArgumentError);
    expect(() => set.has("text" as never)).toThrow(InvalidArgumentError);
    expect(() => set.add(foreign)).toThrow(ForeignHandleError);
    expect(() => set.update(5 as never)).toThrow(InvalidArgumentError);
    expect(() => new weakref.WeakSet([list])).toThrow(NotWeakrefableError);
  });
  expect([left, set.size]).toEqual([NOTHING, 0]);
  for (const handle of [set, list]) handle.dispose();
});

test("a set that was released can't be used, and takes no harm from deaths", () => {
  const node = new Node();
  const set = new weakref.WeakSet([node]);
  const list = heap.list([set]); // holds on to the set on the heap
  set.dispose();
  expect(() => set.size).toThrow(ReleasedHandleError);
  expect(() => set.has(node)).toThrow(ReleasedHandleError);
  expect(() => set.add(node)).toThrow(ReleasedHandleError);
  node.dispose();
  heap.verify();
  list.dispose();
});

test("when memory runs out, no member is left", () => {
  const node = new Node();
  const set = new weakref.WeakSet();
  runOutAtEach(heap, () => {
    set.add(node);
    set.clear();
  });
  for (const handle of [set, node]) handle.dispose();
});
