// src/tracemalloc/tracer.ts: what is traced of one heap: from the core's log it keeps the traces and their sums.
// Not here: the module that users call (tracemalloc.ts), what is made of traces (snapshot.ts).
// Source: CPython Python/tracemalloc.c, tracemalloc_add_trace to tracemalloc_remove_trace: what counts, and the peak.

import { POOL_SIZE_LOG2 } from "../../assembly/layout.js";
import {
  TRACE_ENTRY_SIZE,
  TRACE_EVERY,
  TRACE_FILTER,
  TRACE_FILTER_SIZE,
  TRACE_LOG,
  TRACE_LOGGED,
  TRACE_RECORD_SIZE,
  TRACE_SAMPLE,
  TRACED_GIVEN,
  TRACED_MASK,
  TRACED_OBJECT,
  TRACED_RAW,
} from "../../assembly/object-layout.js";
import { TracingError } from "../errors.js";
import type { AllocationTracer } from "../objects/object-core.js";
import type { ObjectHeap } from "../objects/object-heap.js";
import type { Address } from "../views.js";
import { BlockTable } from "./block-table.js";
import { Distances, weightOf } from "./sampling.js";
import { StackReader } from "./stack.js";
import { Tracebacks } from "./tracebacks.js";

/** Who allocated: malloc and its like, objects and their parts, or whoever calls track(). */
export type Domain = "raw" | "objects" | "user";

/** One traced block, as it is kept. */
export interface RawTrace {
  readonly address: Address;
  /** Bytes that were asked for. */
  readonly size: number;
  readonly traceback: number;
  readonly domain: Domain;
  /** Whether an object begins at the address. */
  readonly isObject: boolean;
}

export interface TracingOptions {
  /** Most frames of a traceback. */
  readonly nframe: number;
  /** Mean bytes between samples; undefined: every block. */
  readonly sampleBytes: number | undefined;
  /** Of the distances between samples. */
  readonly seed: number;
}

/** Bytes in live blocks, of those made since it began. */
export interface ByteCounter {
  read(): number;
  stop(): void;
}

/** Told of every block, in the order in which they are taken and given back. Throws nothing, and calls nothing of the heap's. */
export interface BlockWatcher {
  /**
   * @param kind - TRACED_RAW, TRACED_OBJECT or TRACED_PART.
   * @param above - calls from this one on are the library's own.
   */
  taken(address: Address, size: number, kind: number, above: unknown): void;
  /** @param address - of a block that it need not have been told of: those made before are given back as well. */
  given(address: Address): void;
  /** The heap is closed, and tells no more. */
  ended(): void;
}

/** An origin is a traceback, and in its lowest bits the kind: TRACED_, or this, no traceback: taken while bytes alone were counted. */
const COUNTED = TRACED_GIVEN;
const KIND_BITS = 2;
const ENTRY_WORDS = TRACE_ENTRY_SIZE / 4;
/** A count of samples that is as high stays so. */
const COUNT_FULL = 255;
/** Arguments that take as much of the stack as any change of the tables, and more. */
const STACK_NEEDED: readonly unknown[] = Array(192).fill(undefined);
/** What JavaScript's engine takes for a frame, and for a traceback, about. */
const BYTES_PER_FRAME = 120;
const BYTES_PER_TRACEBACK = 56;

/** What tracing has that was started. */
class Session {
  readonly tracebacks = new Tracebacks();
  readonly reader: StackReader;
  readonly distances: Distances;
  /** Bytes now, and most at once: estimates where sampled. */
  current = 0;
  peak = 0;

  constructor(readonly options: TracingOptions) {
    this.reader = new StackReader(this.tracebacks, options.nframe);
    this.distances = new Distances(options.sampleBytes ?? 1, options.seed);
  }

  /** @param bytes - that the block stands for. */
  add(bytes: number): void {
    this.current += bytes;
    if (this.current > this.peak) this.peak = this.current;
  }

  remove(bytes: number): void {
    this.current -= bytes;
  }

  /** What a block of the heap's stands for. */
  bytesOf(size: number): number {
    const { sampleBytes } = this.options;
    return sampleBytes === undefined ? size : weightOf(size, sampleBytes).bytes;
  }
}

export class Tracer implements AllocationTracer {
  readonly #objects: ObjectHeap;
  readonly #blocks = new BlockTable();
  readonly #user = new BlockTable();
  #session: Session | undefined;
  /** Those who count bytes, and the bytes of all blocks in the tables. */
  readonly #counters = new Set<ByteCounter>();
  #counted = 0;
  #watcher: BlockWatcher | undefined;
  /** The core's record: TRACE_ offsets from it; 0: it tells nothing. */
  #record: Address = 0;
  /** Of the log. */
  #entriesRead = 0;
  /** The traceback of all that is allocated meanwhile, while one call makes many objects. */
  #held: number | undefined;

  constructor(objects: ObjectHeap) {
    this.#objects = objects;
    objects.atClose(() => {
      this.settle();
      this.stop();
      this.#counters.clear();
      const watcher = this.#watcher;
      this.#watcher = undefined;
      this.#endIfIdle();
      watcher?.ended();
    });
  }

  get options(): TracingOptions | undefined {
    return this.#session?.options;
  }

  /** Where the traces of this session come from. @throws {TracingError} if there is none. */
  get tracebacks(): Tracebacks {
    return this.#running.tracebacks;
  }

  /**
   * Traces from now on.
   *
   * @throws {TracingError} if somebody else is told of every block, who would not be of a sample.
   * @throws {MemoryError} if there is no room for the core's record.
   */
  start(options: TracingOptions): void {
    if (options.sampleBytes !== undefined && this.#hasOthers) {
      throw new TracingError(
        "a profiler or recorder is told of every block of this heap: end it, or trace without sampleBytes",
      );
    }
    this.#session = new Session(options);
    try {
      this.#begin();
    } catch (error) {
      this.#session = undefined;
      throw error;
    }
  }

  /** Ends tracing; what was traced is forgotten. */
  stop(): void {
    if (this.#session === undefined) return;
    this.settle();
    this.#session = undefined;
    this.#user.clear();
    if (this.#counters.size > 0) this.#blocks.setOrigins(COUNTED);
    else this.#forgetBlocks();
    this.#endIfIdle();
  }

  /** Counts the bytes of all blocks made from now on, exactly. @throws {TracingError} if a sample is traced. */
  countBytes(): ByteCounter {
    this.#refuseSample();
    this.#begin();
    const before = this.#counted;
    const counter: ByteCounter = {
      read: () => {
        this.settle();
        return this.#counted - before;
      },
      stop: () => {
        if (this.#counters.delete(counter)) this.#endIfIdle();
      },
    };
    this.#counters.add(counter);
    return counter;
  }

  /** Tells of every block from now on. @throws {TracingError} if a sample is traced, or somebody else is told. */
  watch(watcher: BlockWatcher): void {
    this.#refuseSample();
    if (this.#watcher !== undefined)
      throw new TracingError("the blocks of this heap are being watched already");
    this.#begin();
    this.settle(); // what was before is not the watcher's
    this.#watcher = watcher;
  }

  /** Whether anybody but the session is told of blocks. */
  get #hasOthers(): boolean {
    return this.#counters.size > 0 || this.#watcher !== undefined;
  }

  #refuseSample(): void {
    if (!this.isSampling) return;
    throw new TracingError(
      "a sample of this heap is being traced: stop() it before every block is looked at",
    );
  }

  get isSampling(): boolean {
    return this.#session?.options.sampleBytes !== undefined;
  }

  // Reading the core's log

  settle(above: unknown = this.settle): void {
    if (this.#record === 0) return;
    try {
      const { u32 } = this.#objects.fresh();
      const countIndex = (this.#record + TRACE_LOGGED) >>> 2;
      const count = u32[countIndex]!;
      if (count === 0) return;
      const first = (this.#record + TRACE_LOG) >>> 2;
      const isTaken = (u32[first + (count - 1) * ENTRY_WORDS]! & TRACED_MASK) !== TRACED_GIVEN;
      // one look at the stack for all: they are of one call
      let traceback: number | undefined;
      if (isTaken && this.#session !== undefined && this.#held === undefined) {
        traceback = this.#session.reader.read(above); // needs more of the stack than what follows
      } else {
        needStack();
      }
      while (this.#entriesRead < count) {
        const index = first + this.#entriesRead * ENTRY_WORDS;
        const entry = u32[index]!;
        const kind = entry & TRACED_MASK;
        const block = (entry & ~TRACED_MASK) >>> 0;
        const size = u32[index + 1]!;
        if (kind === TRACED_GIVEN) {
          this.#remove(block);
          this.#watcher?.given(block);
        } else {
          if (this.#session !== undefined) {
            traceback ??= this.#held ?? this.#session.reader.read(above);
            this.#add(block, size, originOf(traceback, kind));
          } else if (this.#counters.size > 0) {
            this.#add(block, size, COUNTED);
          }
          this.#watcher?.taken(block, size, kind, above);
        }
        this.#entriesRead += 1;
      }
      u32[countIndex] = 0;
      this.#entriesRead = 0;
    } catch {
      // at the end of the stack: what was not read is read the next time
    }
  }

  sample(size: number, measure: number): number {
    try {
      return this.#session?.distances.next(size, measure) ?? 0;
    } catch {
      return 0; // at the end of the stack: the next block is sampled
    }
  }

  #add(block: Address, size: number, origin: number): void {
    this.#remove(block); // one that was given back when the core could not say so any more, at the end of the stack
    this.#blocks.add(block, size, origin);
    this.#counted += size;
    if (origin !== COUNTED) this.#session?.add(this.#session.bytesOf(size));
  }

  #remove(block: Address): void {
    const slot = this.#blocks.find(block);
    if (slot < 0) return;
    const size = this.#blocks.sizeAt(slot);
    this.#counted -= size;
    const kind = this.#blocks.originAt(slot) & TRACED_MASK;
    if (kind !== COUNTED) this.#session?.remove(this.#session.bytesOf(size));
    this.#blocks.removeAt(slot);
    if (this.isSampling && kind !== TRACED_OBJECT) this.#forgetSample(block);
  }

  /** Has the core ask less often for blocks of that pool. */
  #forgetSample(block: Address): void {
    const { u8 } = this.#objects.fresh();
    const counter = this.#record + TRACE_FILTER + ((block >>> POOL_SIZE_LOG2) & (TRACE_FILTER_SIZE - 1));
    if (u8[counter]! < COUNT_FULL) u8[counter]! -= 1;
  }

  // What the facade tells

  /** Has all that is allocated until release() be of this place: a call that makes many objects needs to look but once. */
  hold(): void {
    this.settle();
    this.#held = this.#session?.reader.read(this.hold);
  }

  release(): void {
    this.settle();
    this.#held = undefined;
  }

  /** Traces what is somebody else's, in the domain "user". One that is traced already: anew. @param key - not 0. */
  track(key: number, size: number): void {
    const session = this.#running;
    const traceback = session.reader.read(this.track);
    this.untrack(key);
    this.#user.add(key, size, originOf(traceback, TRACED_RAW));
    session.add(size);
  }

  untrack(key: number): void {
    needStack();
    const slot = this.#user.find(key);
    if (slot < 0) return;
    this.#session?.remove(this.#user.sizeAt(slot));
    this.#user.removeAt(slot);
  }

  // What is known

  get current(): number {
    this.settle();
    return this.#session?.current ?? 0;
  }

  get peak(): number {
    this.settle();
    return this.#session?.peak ?? 0;
  }

  resetPeak(): void {
    this.settle();
    if (this.#session !== undefined) this.#session.peak = this.#session.current;
  }

  /** Forgets all traces; where they came from is still known to snapshots. */
  clear(): void {
    this.settle();
    if (this.#session === undefined) return;
    this.#user.clear();
    this.#session.current = 0;
    this.#session.peak = 0;
    if (this.#counters.size > 0) this.#blocks.setOrigins(COUNTED);
    else this.#forgetBlocks();
  }

  /** Bytes that tracing takes, of JavaScript's heap about. */
  get ownBytes(): number {
    if (this.#record === 0) return 0;
    const { frameCount = 0, count = 0 } = this.#session?.tracebacks ?? {};
    const interned = frameCount * BYTES_PER_FRAME + count * BYTES_PER_TRACEBACK;
    return this.#blocks.byteLength + this.#user.byteLength + interned + TRACE_RECORD_SIZE;
  }

  /** The traceback of the block at an address; undefined if it has no trace. */
  tracebackOf(block: Address): number | undefined {
    this.settle();
    const slot = this.#blocks.find(block);
    if (slot < 0) return undefined;
    const origin = this.#blocks.originAt(slot);
    return origin === COUNTED ? undefined : origin >>> KIND_BITS;
  }

  /** Calls for each trace, in no order. */
  forEach(call: (trace: RawTrace) => void): void {
    this.settle();
    this.#blocks.forEach((address, size, origin) => {
      if (origin === COUNTED) return;
      const kind = origin & TRACED_MASK;
      const domain = kind === TRACED_RAW ? "raw" : "objects";
      call({ address, size, traceback: origin >>> KIND_BITS, domain, isObject: kind === TRACED_OBJECT });
    });
    this.#user.forEach((address, size, origin) => {
      call({ address, size, traceback: origin >>> KIND_BITS, domain: "user", isObject: false });
    });
  }

  get #running(): Session {
    if (this.#session === undefined)
      throw new TracingError("allocations are not traced: call tracemalloc.start() first");
    return this.#session;
  }

  /** Has the core tell, unless it does. */
  #begin(): void {
    if (this.#record !== 0) return;
    this.#objects.traceWith(this); // the core draws its first samples
    const record = this.#objects.core.trace_begin(this.isSampling ? TRACE_SAMPLE : TRACE_EVERY) >>> 0;
    if (record === 0) {
      this.#objects.traceWith(undefined);
      throw this.#objects.outOfMemory(TRACE_RECORD_SIZE);
    }
    this.#record = record;
    this.#entriesRead = 0;
  }

  /** Has the core tell no more if nobody wants to know. */
  #endIfIdle(): void {
    if (this.#session !== undefined || this.#hasOthers || this.#record === 0) return;
    this.#objects.traceWith(undefined);
    this.#objects.core.trace_end();
    this.#record = 0;
    this.#forgetBlocks();
  }

  #forgetBlocks(): void {
    this.#blocks.clear();
    this.#counted = 0;
    const filter = this.#record + TRACE_FILTER;
    if (this.#record !== 0) this.#objects.fresh().u8.fill(0, filter, filter + TRACE_FILTER_SIZE);
  }
}

/** Throws at the end of the stack, where a change of tables and sums could end halfway. */
function needStack(): void {
  Reflect.apply(nothing, undefined, STACK_NEEDED);
}

function nothing(): void {}

function originOf(traceback: number, kind: number): number {
  return ((traceback << KIND_BITS) | kind) >>> 0;
}
