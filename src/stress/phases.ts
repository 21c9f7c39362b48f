// src/stress/phases.ts: does the work of a run in small pieces: times them, tells where it is, and lets a Ctrl-C in.
// Not here: what is to be done (rounds.ts, until-full.ts).

import { Distribution } from "./distribution.js";
import type { Engine } from "./engine.js";
import { STEP } from "./nodes.js";
import {
  type FootprintSample,
  PHASES,
  type PhaseName,
  type PhaseResult,
  type RunProgress,
} from "./result.js";

const YIELD_MS = 50;
const SAMPLE_MS = 1000;
/** From here on, every second sample is left out, and they are taken half as often. */
const SAMPLES_MAX = 2000;
const NS_PER_MS = 1e6;
/** Weight of the newest piece in what is told of late. */
const NEWEST = 0.1;

/** Ended by Ctrl-C. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
}

interface Tally {
  operations: number;
  ms: number;
  longestMs: number;
  readonly distribution: Distribution;
}

export class Phases {
  /** Nodes that were made and are not known to be gone; kept by who does the work. */
  objects = 0;
  passes = 0;
  readonly samples: FootprintSample[] = [];
  mostObjects = 0;
  mostHeapBytes = 0;
  readonly #tallies = new Map<PhaseName, Tally>();
  readonly #begin = performance.now();
  #yieldedAt = performance.now();
  #sampledAt = performance.now();
  #sampleMs = SAMPLE_MS;
  #operationNs = 0;

  constructor(
    private readonly engine: Engine,
    private readonly report: (progress: RunProgress) => void,
    private readonly signal: AbortSignal,
  ) {}

  get seconds(): number {
    return (performance.now() - this.#begin) / 1000;
  }

  /** Works on nodes 0 … count - 1, a piece at a time. @param call - works on some, and returns the number of operations. @throws {Interrupted} */
  async each(phase: PhaseName, count: number, call: (from: number, to: number) => number): Promise<void> {
    this.#operationNs = 0;
    await this.#yield(phase, 0);
    for (let from = 0; from < count; from += STEP) {
      const to = Math.min(count, from + STEP);
      this.#timed(phase, () => call(from, to));
      if (phase === "make") this.objects += to - from;
      if (performance.now() - this.#yieldedAt > YIELD_MS) await this.#yield(phase, to / count);
    }
  }

  /** Does work that can't be cut. @param count - operations that it is. */
  async whole<T>(phase: PhaseName, count: number, call: () => T): Promise<T> {
    this.#operationNs = 0;
    await this.#yield(phase, 0);
    let result: T | undefined;
    this.#timed(phase, () => {
      result = call();
      return count;
    });
    await this.#yield(phase, 1);
    return result as T;
  }

  /** In the order of PHASES. */
  results(): PhaseResult[] {
    return PHASES.flatMap((phase) => {
      const tally = this.#tallies.get(phase);
      if (tally === undefined) return [];
      const { operations, ms, longestMs, distribution } = tally;
      return [{ phase, operations, ms, longestMs, operationNs: distribution.occurrences() }];
    });
  }

  /** Remembers what the heap has now, if it is the most so far. */
  measure(): void {
    this.mostObjects = Math.max(this.mostObjects, this.objects);
    this.mostHeapBytes = Math.max(this.mostHeapBytes, this.engine.heapBytes());
  }

  #timed(phase: PhaseName, call: () => number): void {
    const begin = performance.now();
    let operations = 0;
    try {
      operations = call();
    } finally {
      const ms = performance.now() - begin;
      const tally = this.#tallyOf(phase);
      tally.operations += operations;
      tally.ms += ms;
      tally.longestMs = Math.max(tally.longestMs, ms);
      if (operations > 0) {
        const ns = (ms * NS_PER_MS) / operations;
        tally.distribution.record(ns, operations);
        this.#operationNs += this.#operationNs === 0 ? ns : NEWEST * (ns - this.#operationNs);
      }
    }
  }

  #tallyOf(phase: PhaseName): Tally {
    let tally = this.#tallies.get(phase);
    if (tally === undefined) {
      tally = { operations: 0, ms: 0, longestMs: 0, distribution: new Distribution() };
      this.#tallies.set(phase, tally);
    }
    return tally;
  }

  async #yield(phase: PhaseName, done: number): Promise<void> {
    const { engine } = this;
    const { pauses } = engine;
    this.#sample();
    this.report({
      ...{ phase, done, passes: this.passes, objects: this.objects, heapBytes: engine.heapBytes() },
      operationNs: this.#operationNs,
      pauses: pauses.count,
      longestPauseMs: pauses.longestMs,
      collections: engine.generations().map(({ collections }) => collections),
    });
    await new Promise((resolve) => setImmediate(resolve));
    this.#yieldedAt = performance.now();
    if (this.signal.aborted) throw new Interrupted();
  }

  #sample(): void {
    const now = performance.now();
    if (this.samples.length > 0 && now - this.#sampledAt < this.#sampleMs) return;
    this.#sampledAt = now;
    this.samples.push({
      seconds: (now - this.#begin) / 1000,
      heapBytes: this.engine.heapBytes(),
      objects: this.objects,
    });
    if (this.samples.length < SAMPLES_MAX) return;
    this.samples.splice(0, SAMPLES_MAX, ...this.samples.filter((_, index) => index % 2 === 0));
    this.#sampleMs *= 2;
  }
}
