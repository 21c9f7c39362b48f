// test/src/objects/leaks.test.ts: handles that JavaScript drops unreleased are reclaimed, and counted.

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { newObjectHeap } from "../../support/checked-core.js";
import { leftBy } from "../../support/objects.js";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Waits until `isDone`, letting JavaScript collect and finalize. */
async function collectUntil(isDone: () => boolean, rounds = 100): Promise<void> {
  for (let round = 0; round < rounds && !isDone(); round += 1) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

test("a dropped handle gives its reference up, and is a leak", async () => {
  const heap = newObjectHeap("checked");
  heap.none.dispose();
  const blocks = heap.sys.getallocatedblocks();
  (() => {
    for (let i = 0; i < 10; i += 1) heap.list([heap.frame(() => 1)]);
  })();
  expect(heap.liveHandles).toBe(10);
  await collectUntil(() => heap.leaks.count === 10);
  expect([heap.leaks.count, heap.liveHandles, heap.leaks.origins.size]).toEqual([10, 0, 0]);
  expect(heap.sys.getallocatedblocks()).toBe(blocks);
  heap.verify();
});

test("with traceHandles, its origin is told, and how often it leaked there", async () => {
  const heap = newObjectHeap("release");
  heap.traceHandles = true;
  (function leakyFunction() {
    for (let i = 0; i < 3; i += 1) heap.list();
  })();
  await collectUntil(() => heap.leaks.count === 3);
  const [[origin, count]] = [...heap.leaks.origins] as [[string, number]];
  expect(count).toBe(3);
  expect(origin).toContain("leakyFunction");
});

test("handles that were released, or are still held, are none", async () => {
  const heap = newObjectHeap("release");
  const kept = heap.list();
  (() => {
    heap.list().dispose();
    heap.frame(() => heap.list());
    heap.frame(() => void heap.list());
    const ns = heap.namespace();
    ns.a = heap.list();
    delete ns.a;
  })();
  await collectUntil(() => heap.leaks.count === 1); // the one that the first frame returned
  await collectUntil(() => false, 5);
  expect([heap.leaks.count, heap.liveHandles]).toEqual([1, 1]);
  expect(kept.length).toBe(0);
});

test("a namespace that is dropped leaks its variables", async () => {
  const heap = newObjectHeap("release");
  (() => {
    const ns = heap.namespace();
    ns.a = heap.list();
    ns.b = ns.a;
    heap.frame(() => {
      ns.c = heap.list();
    });
  })();
  await collectUntil(() => heap.leaks.count === 3);
  expect([heap.leaks.count, heap.liveHandles]).toEqual([3, 0]);
});

test("a heap that is closed reclaims nothing more", async () => {
  const heap = newObjectHeap("release");
  (() => {
    heap.list();
  })();
  heap.close();
  await collectUntil(() => heap.leaks.count === 1);
  expect(heap.leaks.count).toBe(1);
});

test("a heap without objects has no leaks", () => {
  const heap = newObjectHeap("release");
  expect([heap.leaks.count, heap.liveHandles]).toEqual([0, 0]);
  expect(leftBy(heap, () => {})).toMatchObject({ handles: 0 });
});
