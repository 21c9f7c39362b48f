// test/src/objects/pointer-tier.test.ts: references on plain numbers are checked before anything changes.

import { describe, expect, test } from "vitest";
import * as errors from "../../../src/errors.js";
import { BUILDS, newObjectHeap } from "../../support/checked-core.js";

describe.each(BUILDS)("%s:", (build) => {
  const heap = newObjectHeap(build);
  const Node = heap.struct("Pointed", { a: "ref", b: "ref", x: "f64" });
  const Leaf = heap.struct("PointedLeaf", { c: "ref", y: "i32" }, { base: Node });

  test("incref and decref count, the last decref ends the object", () => {
    const list = heap.list();
    const { address } = list;
    heap.incref(address);
    expect(heap.refcount(list)).toBe(2);
    list.dispose();
    const again = heap.handle(address);
    expect([again.typeName, heap.refcount(again)]).toEqual(["list", 2]);
    again.dispose();
    heap.decref(address);
    for (const call of [() => heap.decref(address), () => heap.incref(address), () => heap.handle(address)]) {
      expect(call).toThrow(errors.InvalidPointerError);
    }
    heap.verify();
  });

  test("typeOf is the struct's id, or that of Python's type", () => {
    heap.frame(() => {
      expect(heap.typeOf(new Leaf().address)).toBe(Leaf.typeId);
      expect(heap.typeOf(heap.list().address)).toBe(heap.typeOf(heap.list().address));
    });
  });

  test("setRef replaces a reference, sets and unsets it", () => {
    heap.frame(() => {
      const leaf = new Leaf();
      const list = heap.list();
      for (const offset of [Leaf.offsets.a, Leaf.offsets.b, Leaf.offsets.c]) {
        heap.setRef(leaf.address, offset, list.address);
      }
      expect([heap.refcount(list), (leaf.c as typeof list).is(list)]).toEqual([4, true]);
      heap.setRef(leaf.address, Leaf.offsets.a, 0);
      expect([heap.refcount(list), leaf.a]).toEqual([4, null]); // with that of the handle just made
    });
  });

  test("setRef takes no other offset than that of a reference", () => {
    heap.frame(() => {
      const leaf = new Leaf();
      const list = heap.list();
      const wrong = [
        0,
        4,
        Leaf.offsets.x,
        Leaf.offsets.y,
        Leaf.offsets.a + 1,
        Leaf.size,
        1e9,
        -8,
        0.5,
        Number.NaN,
      ];
      for (const offset of wrong) {
        expect(() => heap.setRef(leaf.address, offset, list.address), `${offset}`).toThrow(
          errors.InvalidArgumentError,
        );
      }
      expect(() => heap.setRef(list.address, 8, 0)).toThrow(errors.WrongTypeError);
      expect(heap.refcount(list)).toBe(1);
    });
  });

  test("addresses of raw blocks, of the middle of objects, of nothing, are refused, and nothing changes", () => {
    heap.frame(() => {
      const node = new Node();
      const list = heap.list();
      const raw = heap.malloc(40);
      const before = Buffer.from(heap.memory.u8);
      for (const address of [
        0,
        raw,
        list.address + 8,
        list.address + 4,
        2 ** 32 - 8,
        heap.memory.u8.length,
        16,
      ]) {
        const isInside = address === raw || (address > list.address && address < list.address + 8);
        const calls = [
          () => heap.typeOf(address),
          () => heap.handle(address),
          () => heap.setRef(address, 8, 0),
        ];
        if (build === "checked" || !isInside) {
          calls.push(
            () => heap.incref(address),
            () => heap.decref(address),
          );
        }
        if (address !== 0) calls.push(() => heap.setRef(node.address, Node.offsets.a, address));
        for (const call of calls) {
          expect(call, `0x${address.toString(16)}`).toThrow(errors.InvalidPointerError);
        }
      }
      for (const address of [-1, 0.5, Number.NaN, 2 ** 32, "8", null]) {
        for (const call of [heap.incref, heap.decref, heap.typeOf, heap.handle]) {
          expect(() => call.call(heap, address as never)).toThrow(errors.InvalidArgumentError);
        }
      }
      expect(before.equals(heap.memory.u8)).toBe(true);
      expect(() => heap.free(list.address)).toThrow(errors.ObjectPointerError);
      heap.free(raw);
    });
    heap.verify();
  });
});
