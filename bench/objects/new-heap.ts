// bench/objects/new-heap.ts: the heap of a contender, and what it holds on to.

import { createHeap, type Heap } from "../../src/heap.js";
import { settleEngine } from "../../src/lab/warm-up.js";

/** A heap in an engine that has seen memory grow, as any program's has after a while. */
export function newHeap(): Promise<Heap> {
  settleEngine();
  return createHeap();
}

const alive: unknown[] = [];

/**
 * Keeps something for as long as the process lives. Of every kind of handles that a contender makes and drops there is one to be
 * kept, as there is in any program: V8 throws code away once the last object of a shape that it was compiled for is collected.
 */
export function keep<T>(value: T): T {
  alive.push(value);
  return value;
}
