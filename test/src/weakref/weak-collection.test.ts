// test/src/weakref/weak-collection.test.ts: weak dictionaries and sets that JavaScript drops. Their entries: weak-*.test.ts.

import { expect, test } from "vitest";
import { newObjectHeap } from "../../support/checked-core.js";
import { collectUntil } from "../../support/collect-garbage.js";

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
