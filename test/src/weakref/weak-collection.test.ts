// test/src/weakref/weak-collection.test.ts: weak dictionaries and sets that JavaScript drops, or that objects hold. Their entries: weak-*.test.ts.

import { describe, expect, test } from "vitest";
import type { Heap } from "../../../src/heap.js";
import type { ListHandle } from "../../../src/kinds/list.js";
import { BUILDS, newObjectHeap } from "../../support/checked-core.js";
import { collectUntil } from "../../support/collect-garbage.js";
import { leftBy, NOTHING } from "../../support/objects.js";

test("a collection that JavaScript drops is a leak, given up with its entries, whose callbacks don't keep it", async () => {
  const heap = newObjectHeap("checked");
  const Node = heap.struct("Node", {});
  const node = new Node();
  new heap.weakref.WeakValueDictionary([["key", node]]).dispose(); // for what is made on first use
  const blocks = heap.sys.getallocatedblocks();
  (() => {
    new heap.weakref.WeakSet([node]);
    new heap.weakref.WeakKeyDictionary([[node, "value"]]);
    new heap.weakref.WeakValueDictionary([["key", node]]);
  })();
  expect(heap.weakref.getweakrefcount(node)).toBe(3);
  await collectUntil(() => heap.leaks.count === 3);
  expect([heap.leaks.count, heap.weakref.getweakrefcount(node)]).toEqual([3, 0]);
  expect(heap.sys.getallocatedblocks()).toBe(blocks);
  heap.verify();
});

test("a second handle keeps the entries in order when the first is dropped", async () => {
  const heap = newObjectHeap("checked");
  const Node = heap.struct("Node", {});
  const [one, two] = [new Node(), new Node()];
  const set = (() => new heap.weakref.WeakSet([one, two]).dup())();
  await collectUntil(() => heap.leaks.count === 1);
  one.dispose();
  expect(set.size).toBe(1);
  set.dispose();
  two.dispose();
  heap.verify();
});

describe.each(BUILDS)("%s: one that an object holds", (build) => {
  const heap = newObjectHeap(build);
  const { weakref } = heap;
  const Node = heap.struct("Node", { next: "ref" });

  /** A list of one of each kind, which nobody else holds, with these entries. */
  function collectionsOf(nodes: readonly InstanceType<typeof Node>[]): ListHandle {
    return heap.frame(() =>
      heap.list([
        new weakref.WeakSet(nodes),
        new weakref.WeakKeyDictionary(nodes.map((node, index) => [node, index])),
        new weakref.WeakValueDictionary(nodes.map((node, index) => [index, node])),
      ]),
    );
  }

  /** The sizes of those in a list. */
  function sizesIn(list: ListHandle): number[] {
    return heap.frame(() => [...list].map((handle) => (handle as unknown as { size: number }).size));
  }

  test("comes out as what it is, with all it can do", () => {
    const run = (): void =>
      heap.frame(() => {
        const nodes = [new Node(), new Node()];
        const list = collectionsOf(nodes);
        const [set, keys, values] = [...list] as unknown as [
          InstanceType<typeof weakref.WeakSet>,
          InstanceType<typeof weakref.WeakKeyDictionary>,
          InstanceType<typeof weakref.WeakValueDictionary>,
        ];
        expect([set, keys, values].map((it) => it.typeName)).toEqual([
          "WeakSet",
          "WeakKeyDictionary",
          "WeakValueDictionary",
        ]);
        expect(set instanceof weakref.WeakSet && keys instanceof weakref.WeakKeyDictionary).toBe(true);
        expect([values instanceof weakref.WeakValueDictionary, values instanceof weakref.WeakSet]).toEqual([
          true,
          false,
        ]);
        expect([set.has(nodes[1]!), keys.get(nodes[1]!), values.get(1)!.is(nodes[1]!)]).toEqual([
          true,
          1,
          true,
        ]);
        const added = new Node();
        set.add(added);
        expect((list.get(0) as unknown as typeof set).size).toBe(3);
        expect([heap.dict().typeName, heap.set().typeName]).toEqual(["dict", "set"]);
      });
    run();
    expect(leftBy(heap, run)).toEqual(NOTHING);
  });

  test("loses the entries of what dies, though no handle is left", () => {
    const nodes = [new Node(), new Node(), new Node()];
    const list = collectionsOf(nodes);
    nodes[1]!.dispose();
    expect(sizesIn(list)).toEqual([2, 2, 2]);
    list.dispose();
    expect(weakref.getweakrefcount(nodes[0]!)).toBe(0);
    for (const node of nodes) node.dispose();
    heap.verify();
  });

  test("is no more where it was: what comes to its place is not taken for it", () => {
    const node = new Node();
    const places = new Set<number>();
    const refs = heap.frame(() => {
      const set = new weakref.WeakSet([node]);
      places.add(set.address);
      return set.refs(); // they outlive the set, and so do their callbacks
    });
    const plain = [heap.set([1])];
    while (!places.has(plain.at(-1)!.address)) plain.push(heap.set([1]));
    expect(
      plain.every((set) => heap.frame(() => (heap.list([set]).get(0) as typeof set).typeName === "set")),
    ).toBe(true);
    node.dispose();
    expect(plain.map((set) => set.size)).toEqual(plain.map(() => 1));
    for (const handle of [...plain, ...refs]) handle.dispose();
    heap.verify();
  });

  test("is left alone by callbacks once it is being collected, as CPython's", () => {
    const node = new Node();
    const refs = heap.frame(() => {
      const holder = new Node();
      const keys = new weakref.WeakKeyDictionary([
        [node, holder], // a cycle: the dict, by its value
        [holder, null],
      ]);
      holder.next = keys;
      return keys.keyrefs();
    });
    heap.verify();
    expect(heap.gc.collect()).toBe(2);
    node.dispose();
    for (const ref of refs) ref.dispose();
    heap.verify();
  });

  test("thousands come and go", () => {
    const run = (): void => {
      const node = new Node();
      for (let round = 0; round < 2000; round += 1) collectionsOf([node]).dispose();
      const kept = Array.from({ length: 100 }, () => collectionsOf([node]));
      expect(kept.every((list) => sizesIn(list).every((size) => size === 1))).toBe(true);
      node.dispose();
      expect(kept.every((list) => sizesIn(list).every((size) => size === 0))).toBe(true);
      for (const list of kept) list.dispose();
    };
    run();
    expect(leftBy(heap, run)).toEqual(NOTHING);
  });
});

test("one of another heap is none of this heap's", () => {
  const heaps: Heap[] = [newObjectHeap("release"), newObjectHeap("release")];
  const set = new heaps[0]!.weakref.WeakSet();
  expect(heaps.map((heap) => set instanceof heap.weakref.WeakSet)).toEqual([true, false]);
});
