// test/src/structs/column.test.ts: one field of all records of a batch.

import { describe, expect, test } from "vitest";
import {
  DeadObjectError,
  DisposedError,
  FieldTypeError,
  IndexError,
  InteriorPointerError,
  WrongTypeError,
} from "../../../src/errors.js";
import { newObjectHeap } from "../../support/checked-core.js";
import { leftBy, NOTHING } from "../../support/objects.js";

const heap = newObjectHeap("checked");
const Node = heap.struct("Node", { next: "self", value: "ref", x: "f64", id: "i64", n: "u16", ok: "bool" });

describe("a column of scalars", () => {
  test("reads and writes its field of each record", () => {
    const left = leftBy(heap, () => {
      const batch = Node.allocate(5);
      const [x, ok, id] = [batch.column("x"), batch.column("ok"), batch.column("id")];
      expect([x.length, x.toArray(), ok.toArray()]).toEqual([5, [0, 0, 0, 0, 0], Array(5).fill(false)]);
      x.set(0, 1.5);
      x.set(-1, 2.5);
      ok.set(3, true);
      id.set(2, -5n);
      expect(x.toArray()).toEqual([1.5, 0, 0, 0, 2.5]);
      expect([x.get(4), x.get(-5), ok.get(3), id.get(2)]).toEqual([2.5, 1.5, true, -5n]);
      const node = batch.at(3);
      expect([node.ok, node.x]).toEqual([true, 0]);
      node.dispose();
      x.fill(7);
      ok.fill(true);
      expect([x.toArray(), ok.get(0)]).toEqual([[7, 7, 7, 7, 7], true]);
      batch.dispose();
    });
    expect(left).toEqual(NOTHING);
  });

  test("gives the array and the indices for loops", () => {
    const batch = Node.allocate(100);
    const x = batch.column("x");
    const { array, indices } = x;
    for (let i = 0; i < indices.length; i += 1) array[indices[i]!] = i;
    expect(x.toArray()).toEqual(Array.from({ length: 100 }, (_, i) => i));
    expect(batch.column("x")).toBe(x);
    batch.dispose();
  });

  test("is right after memory has grown", () => {
    const batch = Node.allocate(2);
    const x = batch.column("x");
    const grow = (): void => heap.free(heap.malloc(heap.memory.memory.buffer.byteLength));
    x.set(1, 4);
    grow();
    expect(x.get(1)).toBe(4);
    grow();
    x.set(0, 3);
    grow();
    expect(x.array[x.indices[0]!]).toBe(3);
    grow();
    x.fill(1);
    expect(x.toArray()).toEqual([1, 1]);
    batch.dispose();
  });

  test("refuses records that are not there, and changes nothing", () => {
    const batch = Node.allocate(3);
    const x = batch.column("x");
    for (const i of [3, -4, 1.5, Number.NaN]) {
      expect(() => x.get(i)).toThrow(IndexError);
      expect(() => x.set(i, 1)).toThrow(IndexError);
    }
    expect(() => x.get(3)).toThrow(/column index 3 is out of range; it must be from -3 to 2/);
    expect(x.toArray()).toEqual([0, 0, 0]);
    batch.dispose();
  });

  test("refuses values that the field can't hold, and changes nothing", () => {
    const batch = Node.allocate(2);
    const n = batch.column("n");
    n.fill(9);
    expect(() => n.set(0, 65536)).toThrow("Node.n can't be 65536; it must be an integer from 0 to 65535");
    expect(() => n.fill(-1)).toThrow(FieldTypeError);
    expect(() => batch.column("ok").set(0, 1 as never)).toThrow(FieldTypeError);
    expect(n.toArray()).toEqual([9, 9]);
    batch.dispose();
  });
});

describe("a column of references", () => {
  test("reads and writes addresses, counted", () => {
    const left = leftBy(heap, () => {
      const batch = Node.allocate(3);
      const [next, value] = [batch.column("next"), batch.column("value")];
      const addresses = batch.addresses.slice();
      next.set(0, addresses[1]!);
      next.set(-1, batch.addresses[0]!);
      expect(next.toArray()).toEqual([addresses[1], 0, addresses[0]]);
      expect(next.array[next.indices[0]!]).toBe(addresses[1]);
      const list = heap.list();
      value.fill(list);
      expect(heap.refcount(list)).toBe(4);
      value.set(1, 0);
      value.set(2, null);
      expect(heap.refcount(list)).toBe(2);
      value.fill(null);
      expect(heap.refcount(list)).toBe(1);
      list.dispose();
      next.fill(0);
      batch.dispose();
    });
    expect(left).toEqual(NOTHING);
  });

  test("refuses what the field can't refer to, and changes nothing", () => {
    const batch = Node.allocate(2);
    const next = batch.column("next");
    next.fill(batch.addresses[0]!);
    const list = heap.list();
    const dead = Node.allocate();
    heap.decref(dead);
    expect(() => next.set(0, list.address)).toThrow(WrongTypeError);
    expect(() => next.set(0, list as never)).toThrow(FieldTypeError);
    expect(() => next.set(0, dead)).toThrow(DeadObjectError);
    expect(() => next.set(0, batch.addresses[0]! + 4)).toThrow(InteriorPointerError);
    expect(() => next.fill(-1)).toThrow(FieldTypeError);
    expect(() => next.set(0, "1" as never)).toThrow(FieldTypeError);
    expect(() => next.set(2, 0)).toThrow(IndexError);
    expect(() => next.get(2)).toThrow(IndexError);
    expect(next.toArray()).toEqual([batch.addresses[0], batch.addresses[0]]);
    next.fill(null);
    batch.dispose();
    list.dispose();
  });

  test("fills no further when a finalizer disposes of the batch meanwhile", () => {
    const left = leftBy(heap, () => {
      const batch = Node.allocate(3);
      const value = batch.column("value");
      const Fuse = heap.struct("Fuse", {}, { finalizer: () => batch.dispose() });
      const fuse = new Fuse();
      value.set(1, fuse);
      fuse.dispose();
      const list = heap.list();
      value.fill(list);
      expect(value.length).toBe(0);
      expect(heap.refcount(list)).toBe(1);
      list.dispose();
    });
    expect(left.handles).toBe(0);
  });
});

test("once the batch is disposed of, its columns are too", () => {
  const batch = Node.allocate(2);
  const [x, next] = [batch.column("x"), batch.column("next")];
  batch.dispose();
  expect([x.length, x.indices.length]).toEqual([0, 0]);
  expect(() => x.get(0)).toThrow(DisposedError);
  expect(() => x.set(0, 1)).toThrow(DisposedError);
  expect(() => next.get(0)).toThrow(DisposedError);
  expect(() => next.set(0, 0)).toThrow(DisposedError);
});
