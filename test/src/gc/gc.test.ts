// test/src/gc/gc.test.ts: what gc tells of objects: who refers to whom, and who is looked after.

import { describe, expect, test } from "vitest";
import { MemoryError } from "../../../src/errors.js";
import type { Handle } from "../../../src/objects/handle.js";
import { BUILDS, newObjectHeap } from "../../support/checked-core.js";
import { leftBy, NOTHING, runOutAtEach } from "../../support/objects.js";

describe.each(BUILDS)("%s:", (build) => {
  const heap = newObjectHeap(build);
  const { gc } = heap;

  test("containers are tracked, scalars, bytearrays and dicts of scalars not", () => {
    heap.frame(() => {
      const Node = heap.struct("Tracked", { next: "ref" });
      const tracked = [heap.list(), heap.dict({ a: heap.list() }), heap.set(), heap.tuple([1]), new Node()];
      expect(tracked.map((handle) => gc.isTracked(handle))).toEqual(tracked.map(() => true));
      const untracked = [
        heap.int(1000),
        heap.str("a"),
        heap.none,
        heap.bytearray(1),
        heap.host({}),
        heap.dict({ a: 1 }),
      ];
      expect(untracked.map((handle) => gc.isTracked(handle))).toEqual(untracked.map(() => false));
    });
  });

  test("referents are what an object refers to, once for each reference", () => {
    heap.frame(() => {
      const inner = heap.list();
      const outer = heap.list([inner, "text", inner]);
      const found = gc.getReferents(outer);
      expect(found.map((handle) => handle.typeName).sort()).toEqual(["list", "list", "str"]);
      expect(found.filter((handle) => handle.typeName === "list").every((handle) => handle.is(inner))).toBe(
        true,
      );
      expect(
        gc
          .getReferents(heap.dict([["key", inner]]))
          .map((handle) => handle.typeName)
          .sort(),
      ).toEqual(["list", "str"]);
      expect(gc.getReferents(heap.int(5))).toEqual([]);
    });
  });

  test("referrers are the containers that refer to an object, each once", () => {
    heap.frame(() => {
      const inner = heap.list();
      const holders = [heap.list([inner, inner]), heap.dict({ a: inner }), heap.tuple([inner])];
      const isOneOf = (found: Handle[]): boolean =>
        found.length === holders.length &&
        holders.every((holder) => found.some((handle) => handle.is(holder)));
      expect(isOneOf(gc.getReferrers(inner))).toBe(true);
      expect(isOneOf(gc.getReferrers(inner, inner))).toBe(true);
      expect(gc.getReferrers(heap.list())).toEqual([]);
      expect(gc.getReferrers()).toEqual([]);
    });
  });

  test("all tracked objects are found", () => {
    heap.frame(() => {
      const lists = Array.from({ length: 300 }, () => heap.list());
      const found = new Set(gc.getObjects().map((handle) => handle.address));
      expect(lists.every((list) => found.has(list.address))).toBe(true);
      expect(found.size).toBe(300);
    });
    expect(gc.getObjects()).toEqual([]);
  });

  test("what is frozen is no referrer, no object to be found, until it is unfrozen", () => {
    const inner = heap.list();
    const outer = heap.list([inner]);
    gc.freeze();
    expect(gc.getFreezeCount()).toBe(2);
    expect([gc.getObjects(), gc.getReferrers(inner)]).toEqual([[], []]);
    gc.unfreeze();
    expect(gc.getFreezeCount()).toBe(0);
    heap.frame(() => expect([gc.getObjects().length, gc.getReferrers(inner).length]).toEqual([2, 1]));
    inner.dispose();
    outer.dispose();
  });

  test("asking leaves nothing behind, nor does memory that runs out", () => {
    const list = heap.list([1, "a"]);
    const ask = (): void =>
      heap.frame(() => void [gc.getReferents(list), gc.getReferrers(list), gc.getObjects()]);
    ask();
    expect(leftBy(heap, ask)).toEqual(NOTHING);
    expect(runOutAtEach(heap, ask)).toBe(2);
    list.dispose();
  });
});

test("memory for the answer that can't be had is a MemoryError", () => {
  const heap = newObjectHeap("release", { maximumBytes: 1 << 20 });
  heap.frame(() => {
    const item = heap.list();
    const list = heap.list(Array.from({ length: 200_000 }, () => item));
    expect(() => heap.gc.getReferents(list)).toThrow(MemoryError);
  });
});
