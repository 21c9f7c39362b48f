import { expect, test } from "vitest";
import { createHeapSync } from "../../../src/embedded.js";
import { type CountedHeap, countBytes, HeapBytes } from "../../../src/profile/heap-bytes.js";
import { collectUntil } from "../../support/collect-garbage.js";

test("the bytes are those of all heaps made since, small blocks and large", () => {
  const bytes = new HeapBytes();
  const [a, b] = [createHeapSync(), createHeapSync()];
  const before = bytes.read();
  a.malloc(64);
  const large = b.malloc(1 << 20);
  expect(bytes.count).toBe(2);
  expect(bytes.read() - before).toBeGreaterThanOrEqual(64 + (1 << 20));
  b.free(large);
  expect(bytes.read() - before).toBe(64);
});

test("a heap that counts requested bytes itself is asked for those", () => {
  let requested = 0;
  let isStopped = false;
  const heap: CountedHeap = {
    tracemalloc: {
      countBytes: () => ({
        read: () => requested,
        stop: () => {
          isStopped = true;
        },
      }),
    },
    stats: () => {
      throw new Error("not asked for");
    },
  };
  const count = countBytes(heap);
  requested = 37;
  expect(count.read()).toBe(37);
  count.stop();
  expect(isStopped).toBe(true);
});

test("a heap that the program has dropped dies, and its bytes go", async () => {
  const bytes = new HeapBytes();
  const before = bytes.read();
  (() => createHeapSync().malloc(64))();
  expect(bytes.read() - before).toBe(64);
  let rounds = 0;
  // asking for the bytes would keep it alive
  await collectUntil(() => {
    rounds += 1;
    return rounds > 20;
  });
  expect(bytes.read() - before).toBe(0);
});
