// test/src/census.test.ts: all container objects are found by walking memory, src/heap-map.ts's readObjects and readAtoms with it.

import { describe, expect, test } from "vitest";
import { SMALL_REQUEST_MAX, WIDE_ADDRESS } from "../../assembly/layout.js";
import type { Heap } from "../../src/heap.js";
import { kindOfClass, readAtoms, readBlockSizes, readObjects } from "../../src/heap-map.js";
import { BUILDS, newObjectHeap } from "../support/checked-core.js";

function count(heap: Heap): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { type } of heap.objects()) counts[type] = (counts[type] ?? 0) + 1;
  return counts;
}

describe.each(BUILDS)("%s:", (build) => {
  test("each live container is found, with its type, count and size; scalars and raw blocks are not", () => {
    const heap = newObjectHeap(build);
    heap.frame(() => {
      const Node = heap.struct("Counted", { next: "ref" });
      heap.malloc(40);
      const list = heap.list([1000, "text", heap.dict({ a: 1 }), new Node(), new Node()]);
      heap.from([[1], new Set([2])]);
      expect(count(heap)).toEqual({ list: 3, dict: 1, set: 1, Counted: 2 });
      const state = [...heap.objects()].find(({ address }) => address === list.address);
      expect(state).toEqual({
        address: list.address,
        type: "list",
        refcount: 1,
        size: heap.sys.getsizeof(list),
      });
    });
    expect(count(heap)).toEqual({});
  });

  test("they come in address order, from pools, wide pools and chunks of their own", () => {
    const heap = newObjectHeap(build);
    const large = heap.tuple(Array.from({ length: SMALL_REQUEST_MAX }, () => 1));
    const lists = Array.from({ length: 400 }, () => heap.list());
    heap.malloc(WIDE_ADDRESS);
    lists.push(...Array.from({ length: 3000 }, () => heap.list()));
    const wanted = [large, ...lists].map((handle) => handle.address);
    expect([...heap.objects()].map(({ address }) => address)).toEqual(wanted.sort((a, b) => a - b));
    for (const list of lists.splice(0, 2000)) list.dispose();
    expect(count(heap)).toEqual({ list: 1400, tuple: 1 });
    large.dispose();
    expect(count(heap)).toEqual({ list: 1400 });
    heap.verify();
  });

  test("objects without references are found as well, in pools and chunks of their own, each while it lives", () => {
    const heap = newObjectHeap(build);
    const large = heap.bytes(new Uint8Array(SMALL_REQUEST_MAX + 1));
    const atoms = [
      large,
      heap.str("text"),
      heap.float(1.5),
      heap.bytearray(10),
      heap.host({}),
      heap.int(1000),
    ];
    heap.list([null, true, 5, ""]); // refers to what was made with the heap
    heap.malloc(40);
    const found = (): number[] => [...readAtoms(heap.memory.memory)];
    expect(found()).toEqual(atoms.map(({ address }) => address).sort((a, b) => a - b));
    for (const atom of atoms.splice(0, 3)) atom.dispose();
    expect(found()).toEqual(atoms.map(({ address }) => address).sort((a, b) => a - b));
  });

  test("objects that die while it goes on are left out", () => {
    const heap = newObjectHeap(build);
    const lists = Array.from({ length: 1000 }, () => heap.list());
    let found = 0;
    for (const { address } of heap.objects()) {
      expect(address).toBeGreaterThan(0);
      found += 1;
      if (found === 10) for (const list of lists) list.dispose();
    }
    expect(found).toBe(10);
  });
});

test("an object that is dying is none to those who look meanwhile", () => {
  const heap = newObjectHeap("release");
  const seen: number[] = [];
  const Node = heap.struct(
    "Dying",
    { next: "ref" },
    {
      finalizer: (self) =>
        void seen.push([...readObjects(heap.memory.memory)].filter((a) => a === self.address).length),
    },
  );
  heap.frame(() => new Node({ next: new Node() })).dispose();
  expect(seen).toEqual([1, 1]); // at its finalizer it may still be saved
  expect([...heap.objects()]).toEqual([]);
});

test("size classes are of four kinds, those of objects once there are objects", () => {
  const heap = newObjectHeap("release");
  const kinds = (): string[] => readBlockSizes(heap.memory.memory).map((_, index) => kindOfClass(index));
  expect(new Set(kinds())).toEqual(new Set(["raw"]));
  heap.none.dispose();
  expect([...new Set(kinds())]).toEqual(["raw", "container", "atomic", "buffer"]);
});

test("statistics tell the kinds apart, and count every byte", () => {
  const heap = newObjectHeap("release");
  heap.frame(() => {
    heap.malloc(24);
    heap.list([1000, 2000]);
    const { classes, bytes, footprintBytes } = heap.stats();
    const used = (kind: string): number =>
      classes.filter((c) => c.kind === kind).reduce((sum, c) => sum + c.usedBlocks, 0);
    expect([used("container"), used("atomic")]).toEqual([1, 2]);
    expect(Object.values(bytes).reduce((sum, part) => sum + part, 0)).toBe(footprintBytes);
  });
});
