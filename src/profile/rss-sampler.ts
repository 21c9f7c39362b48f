// src/profile/rss-sampler.ts: samples the process's resident memory from a thread beside it, which goes on while JavaScript is busy.

import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { Sample } from "./record.js";

/** A longer run keeps the beginning of its samples. */
const SAMPLES_MAX = 100_000;

/** The thread: time on the clock that all threads share, then bytes, into shared memory; it waits where it can be woken. */
const THREAD = `
const { workerData: { state, values, intervalMs, max } } = require("node:worker_threads");
do {
  const at = state[0];
  values[2 * at] = performance.timeOrigin + performance.now();
  values[2 * at + 1] = process.memoryUsage.rss();
  Atomics.store(state, 0, at + 1);
  if (at === 0) require("node:worker_threads").parentPort.postMessage("started");
} while (state[0] < max && Atomics.wait(state, 1, 0, intervalMs) === "timed-out");
`;

export class RssSampler {
  /** The number of samples, and whether the thread is to stop. */
  readonly #state = new Int32Array(new SharedArrayBuffer(8));
  readonly #values = new Float64Array(new SharedArrayBuffer(SAMPLES_MAX * 16));
  readonly #worker: Worker;

  /** Begins as soon as its thread does. */
  constructor(intervalMs: number) {
    this.#worker = new Worker(THREAD, {
      eval: true,
      execArgv: [], // not how this process was started: the thread is none of the program's
      workerData: { state: this.#state, values: this.#values, intervalMs, max: SAMPLES_MAX },
    });
    this.#worker.unref();
  }

  /** Once the first sample is there. */
  static async start(intervalMs: number): Promise<RssSampler> {
    const sampler = new RssSampler(intervalMs);
    sampler.#worker.ref();
    await once(sampler.#worker, "message");
    sampler.#worker.unref();
    return sampler;
  }

  /** @param startMs - performance.now() of what counts as the beginning. */
  stop(startMs: number): Sample[] {
    Atomics.store(this.#state, 1, 1);
    Atomics.notify(this.#state, 1);
    return this.samples(startMs);
  }

  samples(startMs: number): Sample[] {
    const offset = performance.timeOrigin + startMs;
    return Array.from({ length: Atomics.load(this.#state, 0) }, (_, at) => ({
      ms: this.#values[2 * at]! - offset,
      bytes: this.#values[2 * at + 1]!,
    }));
  }
}
