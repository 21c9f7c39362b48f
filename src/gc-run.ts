// src/gc-run.ts: runs collections: the core's phases one after the other, and tells whoever wants to know of them.
// Not here: Python's gc module (gc.ts).

import { DEATH_DEPTH_ADDRESS } from "../assembly/layout.js";
import { COLLECTOR_IDLE } from "../assembly/object-layout.js";
import type { ObjectHeap } from "./objects/object-heap.js";

/** What gc.callbacks are told. */
export interface GcInfo {
  readonly generation: number;
  /** Objects; 0 at the start. */
  readonly collected: number;
  /** Always 0: finalizers don't keep objects from being collected. */
  readonly uncollectable: number;
  /** Milliseconds that the program has waited; 0 at the start. */
  readonly pauseMs: number;
  /** There was no memory for the collection's notes; nothing has changed. */
  readonly isSkipped: boolean;
}

export type GcCallback = (phase: "start" | "stop", info: GcInfo) => void;

/** Arenas a call: short calls, so that engines can put better code in the place of the first. */
const ARENAS_PER_CALL = 8;

/** The most that a collection notes: a byte for every 16 of the heap, and the mark stack. */
const BYTES_PER_NOTE = 16;

export class Collections {
  constructor(
    private readonly objects: ObjectHeap,
    private readonly callbacks: readonly GcCallback[],
  ) {}

  /** @returns objects found unreachable; 0 if a collection is on. @throws {MemoryError} if there is none for its notes. */
  collect(generation: number): number {
    const collected = this.#run(generation);
    if (collected < 0) {
      throw this.objects.outOfMemory(this.objects.core.memory.buffer.byteLength / BYTES_PER_NOTE);
    }
    return collected;
  }

  /** Collects the oldest generation that is due, unless objects are dying. */
  collectDue(): void {
    const { objects } = this;
    if (objects.fresh().u32[DEATH_DEPTH_ADDRESS >>> 2] !== 0) return;
    const generation = objects.core.gc_due();
    if (generation >= 0) this.#run(generation);
  }

  #run(generation: number): number {
    const { core } = this.objects;
    if (core.gc_state() !== COLLECTOR_IDLE) return 0;
    this.#tell("start", { generation, collected: 0, uncollectable: 0, pauseMs: 0, isSkipped: false });
    if (this.objects.isClosed || core.gc_begin(generation) === 0) return 0; // a callback was quicker
    const start = performance.now();
    while (core.gc_advance(ARENAS_PER_CALL) !== 0);
    const pauseMs = performance.now() - start;
    if (this.objects.isClosed) return 0;
    const collected = core.gc_result();
    this.#tell("stop", {
      generation,
      collected: Math.max(collected, 0),
      uncollectable: 0,
      pauseMs,
      isSkipped: collected < 0,
    });
    return collected;
  }

  #tell(phase: "start" | "stop", info: GcInfo): void {
    for (const callback of [...this.callbacks]) {
      this.objects.runCallback(
        () => "a function of gc.callbacks",
        () => callback(phase, info),
      );
    }
  }
}
