// src/tracemalloc/tracemalloc.ts: Python's tracemalloc module, of one heap.
// Not here: what is kept while tracing (tracer.ts), what can be done with snapshots (snapshot.ts).
// Source: CPython Lib/tracemalloc.py, Modules/_tracemalloc.c.

import { checkU32 } from "../allocator-heap.js";
import { InvalidArgumentError, TracingError } from "../errors.js";
import type { Handle } from "../objects/handle.js";
import type { ObjectHeap } from "../objects/object-heap.js";
import type { Address } from "../views.js";
import type { Growth } from "./growth.js";
import { findLeaks, type LeaksOptions } from "./leaks.js";
import { SAMPLE_BYTES_MAX } from "./sampling.js";
import type { Snapshot } from "./snapshot.js";
import { loadSources } from "./sources.js";
import { takeSnapshot } from "./take-snapshot.js";
import { Traceback } from "./traceback.js";
import { type BlockWatcher, type ByteCounter, Tracer } from "./tracer.js";

/** As CPython has it. */
const NFRAME_MAX = 65535;

export interface StartOptions {
  /** Most frames of a traceback: 1 by default. */
  readonly nframe?: number;
  /** Trace a sample: one block in so many bytes, on average, by Poisson's process. Default: every block. */
  readonly sampleBytes?: number;
  /** Of the sampling: the same seed and the same allocations give the same sample. */
  readonly seed?: number;
}

export interface TracedMemory {
  /** Bytes of the blocks that live, of those allocated while tracing. Where sampled, an estimate. */
  readonly current: number;
  readonly peak: number;
}

export class Tracemalloc {
  readonly #objects: () => ObjectHeap;
  #tracer: Tracer | undefined;

  /** @internal */
  constructor(objects: () => ObjectHeap) {
    this.#objects = objects;
  }

  /**
   * Traces allocations from now on: malloc and its like, objects, and objects' parts. If they are traced already: nothing.
   *
   * @param options - the most frames of a traceback, or more options.
   * @throws {MemoryError} if there is no room for the core's notes.
   */
  start(options: number | StartOptions = {}): void {
    if (this.isTracing()) return;
    const {
      nframe = 1,
      sampleBytes,
      seed = Math.trunc(Math.random() * 2 ** 32),
    } = typeof options === "number" ? { nframe: options } : (options ?? {});
    if (!Number.isInteger(nframe) || nframe < 1 || nframe > NFRAME_MAX) {
      throw new InvalidArgumentError("nframe", nframe, `an integer from 1 to ${NFRAME_MAX}`);
    }
    if (sampleBytes !== undefined && !(sampleBytes >= 1 && sampleBytes <= SAMPLE_BYTES_MAX)) {
      throw new InvalidArgumentError("sampleBytes", sampleBytes, `from 1 to ${SAMPLE_BYTES_MAX}`);
    }
    checkU32("seed", seed);
    this.#known.start({ nframe, sampleBytes, seed });
  }

  /** Ends tracing; the traces are forgotten, but for those of snapshots. */
  stop(): void {
    this.#tracer?.stop();
  }

  isTracing(): boolean {
    return this.#tracer?.options !== undefined;
  }

  /** Zeros while nothing is traced. */
  getTracedMemory(): TracedMemory {
    // the sum of estimates may end a little below nothing
    const bytes = (value = 0): number => Math.max(0, Math.round(value));
    return { current: bytes(this.#tracer?.current), peak: bytes(this.#tracer?.peak) };
  }

  /** Has the peak be what it is now. */
  resetPeak(): void {
    this.#tracer?.resetPeak();
  }

  /** Forgets the traces so far; goes on tracing. */
  clearTraces(): void {
    this.#tracer?.clear();
  }

  /** Most frames of a traceback. */
  getTracebackLimit(): number {
    return this.#tracer?.options?.nframe ?? 1;
  }

  /** Bytes that tracing itself takes: exactly for the traces, about for tracebacks, which are kept once each. */
  getTracemallocMemory(): number {
    return this.#tracer?.ownBytes ?? 0;
  }

  /** Where an object was allocated; undefined if that was not traced. @param object - a handle, or the address of a block. */
  getObjectTraceback(object: Handle | Address): Traceback | undefined {
    const address = typeof object === "number" ? object : this.#objects().borrow(object, "object");
    checkU32("object", address);
    const tracer = this.#tracer;
    if (tracer?.options === undefined) return undefined;
    const traceback = tracer.tracebackOf(address);
    return traceback === undefined
      ? undefined
      : new Traceback(tracer.tracebacks.framesOf(traceback), tracer.options.nframe);
  }

  /** The traces of this moment. @throws {TracingError} if nothing is traced. */
  takeSnapshot(): Snapshot {
    if (!this.isTracing()) {
      throw new TracingError(
        "allocations are not traced: call tracemalloc.start() before a snapshot is taken",
      );
    }
    return takeSnapshot(this.#objects(), this.#tracer!);
  }

  /**
   * Has a block of somebody else's traced, in the domain "user": of memory outside of this heap, say. A block that is traced already: anew.
   *
   * @param address - any number from 1 that tells it from others.
   * @throws {TracingError} if nothing is traced.
   */
  track(address: number, size: number): void {
    checkKey(address);
    checkU32("size", size);
    if (this.#tracer === undefined)
      throw new TracingError("allocations are not traced: call tracemalloc.start() first");
    this.#tracer.track(address, size);
  }

  /** Ends what track() began. One that is not traced: nothing. */
  untrack(address: number): void {
    checkKey(address);
    this.#tracer?.untrack(address);
  }

  /**
   * Runs `run` once, looks, runs it a few times more, and tells what has grown: by line and by type. Garbage is collected before each look.
   * If `run` gives a promise, so does this.
   *
   * @returns `survivors()` of which are blocks that heap.holders() can be asked about.
   */
  leaks<T>(
    run: () => T,
    options: LeaksOptions = {},
  ): T extends PromiseLike<unknown> ? Promise<Growth> : Growth {
    return findLeaks(this.#objects(), this, run, options);
  }

  /**
   * Has source maps fetched, so that positions come out as in the source that you wrote: in browsers before statistics are made, and in Node
   * before 20.16. Elsewhere they are read when they are needed.
   */
  async loadSourceMaps(): Promise<void> {
    const filenames = new Set<string>();
    if (this.isTracing()) for (const { filename } of this.#tracer!.tracebacks.frames) filenames.add(filename);
    await loadSources(filenames);
  }

  /**
   * @internal For profilers: counts the bytes in blocks made from now on, without a look at the stack.
   *
   * @throws {TracingError} if a sample is traced.
   */
  countBytes(): ByteCounter {
    return this.#known.countBytes();
  }

  /**
   * @internal For recorders: tells of every block that is taken or given back from now on.
   *
   * @returns what has everything told that there is to tell so far.
   * @throws {TracingError} if a sample is traced, or somebody else is told.
   */
  watchBlocks(watcher: BlockWatcher): () => void {
    const tracer = this.#known;
    tracer.watch(watcher);
    return () => tracer.settle();
  }

  get #known(): Tracer {
    this.#tracer ??= new Tracer(this.#objects());
    return this.#tracer;
  }
}

function checkKey(address: number): void {
  checkU32("address", address);
  if (address === 0) throw new InvalidArgumentError("address", address, "from 1 to 4294967295");
}
