// src/profile/memory-usage.ts: memory while a function runs, or until a promise is settled: samples, and their peak.

import { InvalidArgumentError } from "../errors.js";
import { BACKENDS, type BackendName, createBackend, isBackend } from "./backend.js";
import { type CountedHeap, countBytes, processHeaps } from "./heap-bytes.js";
import { currentProfiler } from "./process-profiler.js";
import type { Sample } from "./record.js";
import { RssSampler } from "./rss-sampler.js";

const INTERVAL_MS = 100;

export interface MemoryUsageOptions {
  /** Milliseconds between samples; 100 by default. */
  readonly interval?: number;
  /** "heap" if this library has heaps, "v8" if not. */
  readonly backend?: BackendName;
  /** Only this heap's bytes: those of blocks made from now on, where the heap can count them. */
  readonly heap?: object;
}

export interface MemoryUsage<T> {
  readonly backend: BackendName;
  /** Milliseconds since the beginning, and bytes; the first as it begins, the last as it ends. */
  readonly samples: readonly Sample[];
  /** The most bytes of all samples. */
  readonly peak: number;
  /** What the function returned, or the promise gave. */
  readonly result: T;
}

/**
 * Runs a function, or waits for a promise, and samples memory meanwhile. While JavaScript doesn't wait there are samples of
 * "rss", and of the others where lines are measured.
 *
 * @throws what the function throws; {InvalidArgumentError}.
 */
export async function memoryUsage<T>(
  work: (() => T | PromiseLike<T>) | PromiseLike<T>,
  options: MemoryUsageOptions = {},
): Promise<MemoryUsage<T>> {
  const { interval = INTERVAL_MS, heap } = options;
  if (!(interval > 0)) throw new InvalidArgumentError("interval", interval, "milliseconds, more than 0");
  const backend = options.backend ?? (heap !== undefined || processHeaps.count > 0 ? "heap" : "v8");
  if (!isBackend(backend))
    throw new InvalidArgumentError("backend", backend, `one of ${BACKENDS.join(", ")}`);
  if (heap !== undefined && backend !== "heap") {
    throw new InvalidArgumentError("backend", backend, '"heap", as a heap is given');
  }
  const count = heap === undefined ? undefined : countBytes(heap as CountedHeap);
  const source = count ?? createBackend(backend, processHeaps);
  const sampler = backend === "rss" ? await RssSampler.start(interval) : undefined;

  const startMs = performance.now();
  const samples: Sample[] = [];
  const sample = (): void => {
    const bytes = source.read();
    samples.push({ ms: performance.now() - startMs, bytes });
  };
  sample();
  const timer = setInterval(sample, interval);
  const unwatch = currentProfiler()?.watch(interval, sample);
  try {
    const result = await (typeof work === "function" ? work() : work);
    sample();
    if (sampler !== undefined) {
      const endMs = samples.at(-1)!.ms;
      const between = sampler.stop(startMs).filter(({ ms }) => ms > 0 && ms < endMs);
      samples.splice(0, samples.length, ...[...samples, ...between].sort((a, b) => a.ms - b.ms));
    }
    return { backend, samples, peak: Math.max(...samples.map(({ bytes }) => bytes)), result };
  } finally {
    clearInterval(timer);
    unwatch?.();
    sampler?.stop(startMs);
    count?.stop();
  }
}
