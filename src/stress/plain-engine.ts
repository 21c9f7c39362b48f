// src/stress/plain-engine.ts: V8's heap for a run's nodes: in a process of its own, started with --expose-gc.

import { constants, PerformanceObserver } from "node:perf_hooks";
import { getHeapStatistics } from "node:v8";
import { Distribution } from "./distribution.js";
import type { Engine } from "./engine.js";
import { PlainNodes } from "./plain-nodes.js";
import type { GenerationResult } from "./result.js";
import type { Shape } from "./shapes.js";

const NS_PER_MS = 1e6;

/** What a "gc" entry says of a collection. */
interface GcEntry {
  readonly duration: number;
  readonly detail?: { readonly kind?: number };
}

export class PlainEngine implements Engine {
  /** The array of nodes is in the heap. */
  readonly indexBytesPerNode = 0;
  readonly #pauses = new Distribution();
  #pauseCount = 0;
  #longestMs = 0;
  #young = 0;
  #old = 0;
  /** Bytes of V8's heap before there was a node. */
  readonly #before: number;

  constructor() {
    collectGarbage();
    this.#before = getHeapStatistics().used_heap_size;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as unknown as GcEntry[]) this.#note(entry);
    }).observe({ entryTypes: ["gc"] });
  }

  get pauses(): Engine["pauses"] {
    return {
      count: this.#pauseCount,
      longestMs: this.#longestMs,
      occurrences: () => this.#pauses.occurrences(),
    };
  }

  newNodes(shape: Shape, seed: number): PlainNodes {
    return new PlainNodes(shape, seed);
  }

  collect(): undefined {
    collectGarbage();
  }

  /** Nothing: V8 shows nobody its heap. */
  verify(): void {}

  countObjects(): undefined {}

  heapBytes(): number {
    return Math.max(0, getHeapStatistics().used_heap_size - this.#before);
  }

  generations(): GenerationResult[] {
    return [{ collections: this.#young }, { collections: this.#old }];
  }

  spoil(): void {}

  #note({ duration, detail }: GcEntry): void {
    this.#pauses.record(duration * NS_PER_MS);
    this.#pauseCount += 1;
    this.#longestMs = Math.max(this.#longestMs, duration);
    const isYoung = detail?.kind === constants.NODE_PERFORMANCE_GC_MINOR;
    if (isYoung) this.#young += 1;
    else this.#old += 1;
  }
}

function collectGarbage(): void {
  (globalThis as unknown as { gc(): void }).gc();
}
