import { expect, test } from "vitest";
import { createHeapSync } from "../../../src/embedded.js";
import { memoryUsage } from "../../../src/profile/index.js";

const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

test("a heap's bytes are sampled while the function waits, and its result comes with them", async () => {
  const heap = createHeapSync();
  const { samples, peak, result, backend } = await memoryUsage(
    async () => {
      const block = heap.malloc(100_000);
      await sleep(60);
      heap.free(block);
      await sleep(30);
      return "done";
    },
    { interval: 5, heap },
  );
  expect([backend, result]).toEqual(["heap", "done"]);
  expect(peak).toBeGreaterThanOrEqual(100_000);
  expect(peak).toBeLessThan(101_000);
  expect(samples.length).toBeGreaterThan(5);
  expect(samples[0]!.bytes).toBe(samples.at(-1)!.bytes);
  expect(samples.map(({ ms }) => ms)).toEqual(samples.map(({ ms }) => ms).toSorted((a, b) => a - b));
});

test("a function that doesn't wait is sampled before and after it, and resident memory meanwhile too", async () => {
  const heap = createHeapSync();
  const plain = await memoryUsage(() => heap.malloc(64), { interval: 1, heap });
  expect(plain.samples.map(({ bytes }) => bytes - plain.samples[0]!.bytes)).toEqual([0, 64]);
  const busy = (): number => {
    const end = performance.now() + 100;
    while (performance.now() < end);
    return 1;
  };
  const rss = await memoryUsage(busy, { interval: 5, backend: "rss" });
  expect(rss.samples.length).toBeGreaterThan(6);
  expect(rss.peak).toBeGreaterThan(10_000_000);
});

test("a promise is waited for", async () => {
  const { result, samples } = await memoryUsage(Promise.resolve(5), { backend: "v8" });
  expect([result, samples.length]).toEqual([5, 2]);
});

test("all heaps of the process are sampled where none is named", async () => {
  const { backend, samples } = await memoryUsage(() => {
    const heaps = [createHeapSync(), createHeapSync()];
    for (const heap of heaps) heap.malloc(128);
    return heaps;
  });
  expect(backend).toBe("heap");
  expect(samples.at(-1)!.bytes - samples[0]!.bytes).toBe(256);
});

test("what the function throws is thrown", async () => {
  await expect(
    memoryUsage(() => {
      throw new RangeError("no");
    }),
  ).rejects.toThrow(RangeError);
});

test("options that make no sense are refused", async () => {
  await expect(memoryUsage(() => 1, { interval: 0 })).rejects.toThrow(
    "interval is 0; it must be milliseconds",
  );
  await expect(memoryUsage(() => 1, { backend: "gpu" as "rss" })).rejects.toThrow(
    'backend is "gpu"; it must be one of heap, v8, rss',
  );
  await expect(memoryUsage(() => 1, { heap: createHeapSync(), backend: "rss" })).rejects.toThrow(
    'must be "heap"',
  );
});
