// bench/gc/collected-heap.ts: a heap that is collected only when it is asked to.

import type { Heap } from "../../src/heap.js";
import { UnavailableError } from "../objects/benchmark.js";
import { newHeap } from "../objects/new-heap.js";

export async function newCollectedHeap(): Promise<Heap> {
  const heap = await newHeap();
  heap.gc.disable();
  return heap;
}

/** @throws {UnavailableError} where heap.gc has no such thing. */
export function setPauseTarget({ gc }: Heap, ms: number): void {
  const target: { setPauseTarget?(ms: number): void } & object = gc;
  if (target.setPauseTarget === undefined) throw new UnavailableError("heap.gc has no setPauseTarget");
  target.setPauseTarget(ms);
}
