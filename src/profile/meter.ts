// src/profile/meter.ts: reads bytes and time for probes, and leaves the probes' own time out.

import type { Backend } from "./backend.js";

/** What is to be done now and then, as long as probes come by. */
interface Errand {
  dueMs: number;
  readonly run: () => void;
  readonly intervalMs: number;
}

/** An errand takes no more of the time than this. */
const ERRAND_SHARE_MAX = 1 / 20;

export class Meter {
  /** By backend, as last read. */
  readonly readings: Float64Array;
  /** On a clock that stands still in probes. */
  nowMs = 0;

  /** An errand runs, which may stop the meter: it stands, and has read. */
  #isOnErrand = false;
  #stoppedMs = 0;
  #ownMs = 0;
  readonly #errands: Errand[] = [];

  constructor(readonly backends: readonly Backend[]) {
    this.readings = new Float64Array(backends.length);
  }

  /** Reads all; the clock stops until `go`. */
  stop(): void {
    if (this.#isOnErrand) return;
    // asking for the time leaves something in V8's heap
    for (let index = 0; index < this.backends.length; index += 1) {
      const backend = this.backends[index]!;
      if (backend.settle !== undefined) this.readings[index] = backend.read();
    }
    this.#stoppedMs = performance.now();
    this.nowMs = this.#stoppedMs - this.#ownMs;
    for (let index = 0; index < this.backends.length; index += 1) {
      const backend = this.backends[index]!;
      if (backend.settle === undefined) this.readings[index] = backend.read();
    }
  }

  read(): void {
    for (let index = 0; index < this.backends.length; index += 1) {
      this.readings[index] = this.backends[index]!.read();
    }
  }

  go(): void {
    if (this.#isOnErrand) return;
    for (let index = 0; index < this.#errands.length; index += 1) this.#runIfDue(this.#errands[index]!);
    this.#ownMs += performance.now() - this.#stoppedMs;
    for (let index = 0; index < this.backends.length; index += 1) this.backends[index]!.settle?.();
  }

  #runIfDue(errand: Errand): void {
    const startMs = performance.now();
    if (startMs < errand.dueMs) return;
    this.#isOnErrand = true;
    try {
      errand.run();
    } finally {
      this.#isOnErrand = false;
    }
    const endMs = performance.now();
    errand.dueMs = endMs + Math.max(errand.intervalMs, (endMs - startMs) / ERRAND_SHARE_MAX);
  }

  /** Has `run` called by probes, from the next on, no more often than that, and seldom if it takes long. @returns what ends it. */
  every(intervalMs: number, run: () => void): () => void {
    const errand = { intervalMs, dueMs: 0, run };
    this.#errands.push(errand);
    return () => void this.#errands.splice(this.#errands.indexOf(errand), 1);
  }
}
