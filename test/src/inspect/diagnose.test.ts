// test/src/inspect/diagnose.test.ts: a heap that is large for one reason is told that reason, and the numbers add up.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Heap } from "../../../src/heap.js";
import { findGarbage } from "../../../src/inspect/garbage.js";
import { BUILDS, newHeap, newObjectHeap } from "../../support/checked-core.js";

const MANY = 60_000;

function mallocMany(heap: Heap, size: number): number[] {
  return Array.from({ length: MANY }, () => heap.malloc(size));
}

function sharesSum(heap: Heap): number {
  return Object.values(heap.diagnose().shares).reduce((sum, bytes) => sum + bytes, 0);
}

describe.each(BUILDS)("%s:", (build) => {
  test("a heap of blocks in use is live data, and names their size", () => {
    const heap = newObjectHeap(build);
    mallocMany(heap, 40);
    const diagnosis = heap.diagnose();
    expect(diagnosis.verdict).toBe("live data");
    expect(diagnosis.shares.live).toBeGreaterThanOrEqual(MANY * 40);
    expect(diagnosis.findings[0]).toContain("raw blocks of 40 bytes");
    expect(diagnosis.arenas.sparse.length).toBeLessThanOrEqual(1);
  });

  test("one block left in every hundred is fragmentation, with the arenas that are held by little", () => {
    const heap = newObjectHeap(build);
    const blocks = mallocMany(heap, 40);
    for (const [index, block] of blocks.entries()) if (index % 100 !== 0) heap.free(block);
    const diagnosis = heap.diagnose();
    expect(diagnosis.verdict).toBe("fragmentation");
    expect(diagnosis.arenas.sparse.length).toBeGreaterThan(diagnosis.arenas.count / 2);
    const text = String(diagnosis);
    expect(text).toMatch(/mostly fragmentation/);
    expect(text).toMatch(/raw blocks of 40 bytes \(\d+ pools, 1\.\d % used/);
    expect(text).toMatch(
      /arenas, .*, are held by less than a tenth of their bytes; the one at 0x[0-9a-f]+ by \d+ blocks?/,
    );
  });

  test("freed blocks leave a transient peak, as memory can't shrink", () => {
    const heap = newObjectHeap(build);
    heap.free(heap.malloc(20_000_000));
    expect(heap.diagnose().verdict).toBe("transient peak");
    for (const block of mallocMany(heap, 40)) heap.free(block);
    expect(heap.diagnose().verdict).toBe("transient peak");
    expect(String(heap.diagnose())).toMatch(/free in large pieces/);
  });

  test("cycles that nothing refers to are told, and not touched; who disabled the collector is reminded", () => {
    const heap = newObjectHeap(build);
    heap.gc.disable();
    heap.frame(() => {
      for (let index = 0; index < MANY; index += 1) {
        const list = heap.list();
        list.append(list);
      }
    });
    const diagnosis = heap.diagnose();
    expect(diagnosis.verdict).toBe("uncollected cycles");
    expect(diagnosis.garbage!.count).toBe(MANY);
    expect(diagnosis.findings[0]).toMatch(
      /60,000 objects, .* are kept by cycles alone: heap\.gc is disabled/,
    );
    expect(heap.diagnose({ garbage: false }).garbage).toBeUndefined();
    expect(heap.gc.collect()).toBe(MANY);
    expect(heap.diagnose().garbage!.count).toBe(0);
    heap.verify();
  });

  test("the shares add up to the footprint, whatever is in the heap", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(100_000), fc.boolean()), { maxLength: 100 }), (steps) => {
        const heap = newObjectHeap(build);
        for (const [size, isFreed] of steps) {
          const block = heap.malloc(size);
          heap.list([size, "text"]);
          if (isFreed) heap.free(block);
        }
        expect(sharesSum(heap)).toBe(heap.stats().footprintBytes);
      }),
      { numRuns: 20 },
    );
  });

  test("garbage is what the collector then finds", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(30), fc.nat(30)), { maxLength: 60 }),
        fc.array(fc.boolean(), { minLength: 31, maxLength: 31 }),
        (edges, isHeld) => {
          const heap = newObjectHeap(build);
          heap.gc.disable();
          const lists = isHeld.map(() => heap.list());
          for (const [from, to] of edges) lists[from]!.append(lists[to]!);
          for (const [index, list] of lists.entries()) if (!isHeld[index]) list.dispose();
          const garbage = findGarbage(heap.objectHeap);
          expect(garbage.count).toBe(heap.gc.collect());
        },
      ),
    );
  });
});

test("a small heap is said to be small; an allocator alone and a closed heap are diagnosed without objects", () => {
  const heap = newObjectHeap("release");
  heap.list([1, 2]);
  expect(heap.diagnose().verdict).toBe("small");
  heap.close();
  expect(heap.diagnose().garbage).toBeUndefined();
  const alone = newHeap("release");
  alone.malloc(5_000_000);
  expect(alone.diagnose().verdict).toBe("live data");
});

test("handles that are not released are counted", () => {
  const heap = newObjectHeap("release");
  for (let index = 0; index < 10_000; index += 1) heap.list();
  expect(heap.diagnose().handles.live).toBe(10_000);
  expect(String(heap.diagnose())).toMatch(/10,000 handles are not released/);
});
