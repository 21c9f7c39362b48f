import { expect, test } from "vitest";
import { createHeapSync } from "../../src/embedded.js";
import { observeHeaps } from "../../src/observer.js";

test("every observer is told of every heap made after it came, and no earlier one", () => {
  const first: object[] = [];
  const second: object[] = [];
  createHeapSync();
  observeHeaps({ heapCreated: (heap) => first.push(heap) });
  const a = createHeapSync();
  observeHeaps({ heapCreated: (heap) => second.push(heap) });
  const b = createHeapSync();
  expect([first, second]).toEqual([[a, b], [b]]);
});
