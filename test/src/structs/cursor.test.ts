// test/src/structs/cursor.test.ts: cursors: stand on records, hold them, read and write their fields.

import { describe, expect, test } from "vitest";
import {
  DeadObjectError,
  DisposedError,
  FieldTypeError,
  ForeignHandleError,
  HeapClosedError,
  InvalidArgumentError,
  NoRecordError,
  WrongTypeError,
} from "../../../src/errors.js";
import { BUILDS, newObjectHeap } from "../../support/checked-core.js";
import { collectUntil } from "../../support/collect-garbage.js";
import { leftBy, NOTHING } from "../../support/objects.js";

describe.each(BUILDS)("%s", (build) => {
  test("a cursor walks along a field, without handles", () => {
    const heap = newObjectHeap(build);
    const Node = heap.struct("Node", { next: "self", x: "f64" });
    const left = leftBy(heap, () => {
      const batch = Node.allocate(1000);
      const [next, x] = [batch.column("next"), batch.column("x")];
      for (let i = 0; i < 1000; i += 1) {
        x.set(i, i);
        if (i < 999) next.set(i, batch.addresses[i + 1]!);
      }
      const cursor = Node.cursor(batch.addresses[0]);
      const handles = heap.liveHandles;
      let sum = cursor.x;
      while (cursor.follow("next")) sum += cursor.x;
      expect(sum).toBe(499_500);
      expect([cursor.address, cursor.next]).toEqual([batch.addresses[999], 0]);
      expect(heap.liveHandles).toBe(handles);
      cursor.dispose();
      cursor.dispose();
      batch.dispose();
    });
    expect(left).toEqual(NOTHING);
  });

  test("a cursor keeps the record it stands on, and no other", () => {
    const heap = newObjectHeap(build);
    const log: number[] = [];
    const Node = heap.struct(
      "Node",
      { next: "self", n: "i32" },
      { finalizer: (self) => void log.push(self.n) },
    );
    const left = leftBy(heap, () => {
      const second = new Node({ n: 2 });
      const first = new Node({ n: 1, next: second });
      const cursor = Node.cursor(first);
      expect(heap.refcount(first)).toBe(2);
      first.dispose();
      second.dispose();
      expect([log, cursor.n]).toEqual([[], 1]);
      cursor.follow("next");
      expect([log, cursor.n]).toEqual([[1], 2]);
      cursor.moveTo(null);
      expect([log, cursor.isEmpty]).toEqual([[1, 2], true]);
      cursor.dispose();
    });
    expect(left).toEqual(NOTHING);
  });

  test("a cursor writes scalars and references", () => {
    const heap = newObjectHeap(build);
    const Node = heap.struct("Node", { next: "self", value: "ref", x: "f64", n: "u8", ok: "bool" });
    const left = leftBy(heap, () => {
      const node = new Node();
      using cursor = Node.cursor(node.address);
      cursor.x = 2.5;
      cursor.n = 255;
      cursor.ok = true;
      cursor.next = node.address;
      const list = heap.list();
      cursor.value = list.address;
      expect([node.x, node.n, node.ok, heap.refcount(node), heap.refcount(list)]).toEqual([
        2.5,
        255,
        true,
        3,
        2,
      ]);
      expect([cursor.x, cursor.n, cursor.ok, cursor.next, cursor.value]).toEqual([
        2.5,
        255,
        true,
        node.address,
        list.address,
      ]);
      expect(() => {
        cursor.n = 256;
      }).toThrow(FieldTypeError);
      expect(() => {
        cursor.next = list.address;
      }).toThrow(WrongTypeError);
      expect(() => {
        cursor.next = list as never;
      }).toThrow(FieldTypeError);
      cursor.next = 0;
      cursor.value = 0;
      expect([node.next, node.value, node.n]).toEqual([null, null, 255]);
      node.dispose();
      list.dispose();
    });
    expect(left).toEqual(NOTHING);
  });
});

const heap = newObjectHeap("checked");
const Leaf = heap.struct("Leaf", { n: "i32" });
const Node = heap.struct("Node", { next: "self", any: "ref", leaf: Leaf, x: "f64" });
const Sub = heap.struct("Sub", { extra: "i8" }, { base: Node });

test("a cursor reads right after memory has grown", () => {
  const node = new Node({ x: 3 });
  node.next = node;
  const cursor = Node.cursor(node);
  const grow = (): void => heap.free(heap.malloc(heap.memory.memory.buffer.byteLength));
  grow();
  expect(cursor.x).toBe(3);
  grow();
  expect(cursor.next).toBe(node.address);
  grow();
  expect(cursor.follow("next")).toBe(true);
  grow();
  cursor.x = 4;
  expect(node.x).toBe(4);
  node.next = null;
  cursor.dispose();
  node.dispose();
});

test("a cursor stands on records of its type and those based on it, wherever it finds them", () => {
  const sub = new Sub({ x: 1 });
  const node = new Node({ any: sub, next: sub });
  const cursor = Node.cursor(node);
  expect([cursor.follow("any"), cursor.x]).toEqual([true, 1]);
  const handle = cursor.toHandle();
  expect(handle).toBeInstanceOf(Sub);
  const narrow = Sub.cursor(sub);
  expect(narrow.follow("next")).toBe(false);
  sub.next = node;
  expect(() => narrow.follow("next")).toThrow(/is an object that is no Sub, so the cursor can't stand on it/);
  expect(narrow.address).toBe(sub.address);
  sub.next = null;
  for (const owner of [cursor, narrow, handle, node, sub]) owner.dispose();
});

test("a cursor stays where it is when it can't move", () => {
  const leaf = new Leaf();
  const node = new Node({ leaf, any: "text", x: 5 });
  const cursor = Node.cursor(node);
  const dead = Node.allocate();
  heap.decref(dead);
  const released = new Node();
  released.dispose();
  const foreignHeap = newObjectHeap("checked");
  const foreign = new (foreignHeap.struct("Node", {}))();
  const refusals: [() => unknown, abstract new (...args: never[]) => Error][] = [
    [() => cursor.moveTo(leaf.address), WrongTypeError],
    [() => cursor.moveTo(leaf as never), WrongTypeError],
    [() => cursor.moveTo(dead), DeadObjectError],
    [() => cursor.moveTo(-8), InvalidArgumentError],
    [() => cursor.moveTo("x" as never), InvalidArgumentError],
    [() => cursor.moveTo(foreign as never), ForeignHandleError],
    [() => cursor.follow("leaf"), WrongTypeError],
    [() => cursor.follow("any"), WrongTypeError],
    [() => cursor.follow("x" as never), InvalidArgumentError],
    [() => cursor.follow("y" as never), InvalidArgumentError],
  ];
  for (const [move, error] of refusals) {
    expect(move).toThrow(error);
    expect([cursor.address, cursor.x, heap.refcount(node)]).toEqual([node.address, 5, 2]);
  }
  for (const owner of [cursor, node, leaf]) owner.dispose();
});

test("a cursor on no record says so", () => {
  const cursor = Node.cursor();
  expect(cursor.isEmpty).toBe(true);
  for (const use of [
    () => cursor.x,
    () => cursor.next,
    () => cursor.address,
    () => cursor.toHandle(),
    () => cursor.follow("next"),
    () => Object.assign(cursor, { x: 1 }),
    () => Object.assign(cursor, { next: 0 }),
  ]) {
    expect(use).toThrow(NoRecordError);
  }
  cursor.dispose();
  expect(() => cursor.x).toThrow(DisposedError);
  expect(() => cursor.moveTo(0)).toThrow(DisposedError);
});

test("the old record's finalizer may move the cursor on", () => {
  const heap = newObjectHeap("checked");
  const Node = heap.struct(
    "Node",
    { n: "i32" },
    { finalizer: (self) => self.n === 1 && void cursor.moveTo(third) },
  );
  const cursor = Node.cursor();
  const third = new Node({ n: 3 });
  const left = leftBy(heap, () => {
    const [first, second] = [new Node({ n: 1 }), new Node({ n: 2 })];
    cursor.moveTo(first);
    first.dispose();
    cursor.moveTo(second);
    expect(cursor.n).toBe(3);
    expect([heap.refcount(second), heap.refcount(third)]).toEqual([1, 2]);
    second.dispose();
    cursor.moveTo(0);
  });
  expect(left).toEqual(NOTHING);
});

test("once the heap is closed, a cursor can only be disposed of", () => {
  const heap = newObjectHeap("checked");
  const Node = heap.struct("Node", { x: "f64" });
  const node = new Node();
  const cursor = Node.cursor(node);
  heap.close();
  expect(() => cursor.x).toThrow(HeapClosedError);
  expect(() => cursor.moveTo(node._address >>> 0)).toThrow(HeapClosedError);
  cursor.dispose();
});

test("a cursor that JavaScript drops on a record is a leak, and gives the record up", async () => {
  const heap = newObjectHeap("checked");
  const Node = heap.struct("Node", {});
  const blocks = heap.sys.getallocatedblocks();
  (() => {
    const node = new Node();
    Node.cursor(node);
    Node.cursor(node).moveTo(null);
    node.dispose();
  })();
  await collectUntil(() => heap.leaks.count === 1);
  expect([heap.leaks.count, heap.sys.getallocatedblocks()]).toEqual([1, blocks]);
});
