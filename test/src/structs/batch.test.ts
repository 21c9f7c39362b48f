// test/src/structs/batch.test.ts: many records at once. Their fields: column.test.ts.

import { describe, expect, test } from "vitest";
import { DisposedError, HeapClosedError, IndexError, InvalidArgumentError } from "../../../src/errors.js";
import { BUILDS, newObjectHeap } from "../../support/checked-core.js";
import { collectUntil } from "../../support/collect-garbage.js";
import { leftBy, NOTHING, runOutAtEach } from "../../support/objects.js";

describe.each(BUILDS)("%s", (build) => {
  test("a batch owns its records until it is disposed of", () => {
    const heap = newObjectHeap(build);
    const log: number[] = [];
    const Node = heap.struct("Node", { n: "i32" }, { finalizer: (self) => void log.push(self.n) });
    const left = leftBy(heap, () => {
      const batch = Node.allocate(1000);
      expect(new Set(batch.addresses).size).toBe(1000);
      const n = batch.column("n");
      for (let i = 0; i < batch.length; i += 1) n.set(i, i);
      const kept = batch.at(7);
      batch.dispose();
      batch.dispose();
      expect(log).toHaveLength(999);
      expect(log.slice(5, 9)).toEqual([5, 6, 8, 9]);
      expect(kept.n).toBe(7);
      kept.dispose();
    });
    expect(left).toEqual(NOTHING);
  });

  test("a batch of none is as good as any", () => {
    const heap = newObjectHeap(build);
    const Node = heap.struct("Node", { n: "i32" });
    const left = leftBy(heap, () => {
      const batch = Node.allocate(0);
      expect([batch.length, batch.addresses.length, batch.column("n").toArray()]).toEqual([0, 0, []]);
      expect(() => batch.at(0)).toThrow("batch index 0 is out of range: the batch is empty");
      batch[Symbol.dispose]();
    });
    expect(left).toEqual(NOTHING);
  });
});

const heap = newObjectHeap("checked");
const Node = heap.struct("Node", { n: "i32" });

test("at() counts from the end where the index is negative", () => {
  const batch = Node.allocate(3);
  const last = batch.at(-1);
  expect(last.address).toBe(batch.addresses[2]);
  last.dispose();
  for (const i of [3, -4, 0.5]) expect(() => batch.at(i), String(i)).toThrow(IndexError);
  batch.dispose();
});

test("a count that is none is refused", () => {
  for (const count of [-1, 1.5, Number.NaN, 2 ** 30, "5", null]) {
    expect(
      leftBy(heap, () => expect(() => Node.allocate(count as never)).toThrow(InvalidArgumentError)),
    ).toEqual(NOTHING);
  }
});

test("a column of no field is refused", () => {
  const batch = Node.allocate(1);
  expect(() => batch.column("m" as never)).toThrow(/field is "m"; it must be a field of Node: n/);
  batch.dispose();
});

test("when memory runs out, no record is left", () => {
  runOutAtEach(heap, () => Node.allocate(100).dispose());
});

test("a batch that was disposed of can't be used", () => {
  const batch = Node.allocate(1);
  batch.dispose();
  expect(() => batch.addresses).toThrow(DisposedError);
  expect(() => batch.at(0)).toThrow(DisposedError);
  expect(() => batch.column("n")).toThrow(DisposedError);
});

test("a batch can be disposed of by a finalizer of its own, and after the heap is closed", () => {
  const heap = newObjectHeap("checked");
  const Node = heap.struct("Node", {}, { finalizer: () => batch.dispose() });
  const batch = Node.allocate(3);
  expect(leftBy(heap, () => batch.dispose()).handles).toBe(0);
  const other = Node.allocate(3);
  heap.close();
  expect(() => other.addresses).toThrow(HeapClosedError);
  other.dispose();
});

test("a batch that JavaScript drops is one leak, given up with its records", async () => {
  const heap = newObjectHeap("checked");
  const Node = heap.struct("Node", {});
  const blocks = heap.sys.getallocatedblocks();
  (() => void Node.allocate(100))();
  await collectUntil(() => heap.leaks.count === 1);
  expect([heap.leaks.count, heap.sys.getallocatedblocks()]).toEqual([1, blocks]);
});

test("a column keeps the records alive that it reads", async () => {
  const heap = newObjectHeap("checked");
  const Node = heap.struct("Node", { x: "f64" });
  const x = (() => Node.allocate(10).column("x"))();
  (() => void Node.allocate(10))();
  await collectUntil(() => heap.leaks.count === 1);
  expect(x.toArray()).toEqual(Array(10).fill(0));
});

test("the name of an array's property is no index", () => {
  const heap = newObjectHeap("checked");
  const batch = heap.struct("Node", { next: "ref", x: "f64" }).allocate(5);
  const length = "length" as unknown as number;
  expect(() => batch.at(length)).toThrow(IndexError);
  expect(() => batch.column("x").set(length, 1)).toThrow(IndexError);
  expect(() => batch.column("next").set(length, null)).toThrow(IndexError);
  heap.verify();
});
