// src/export/trace-events.ts: a heap over time as trace events: counters of its memory, and the pauses of its collections.
// For chrome://tracing, https://ui.perfetto.dev, and whatever reads Chrome's traces.
// Source: Trace Event Format, https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU, of October 2016.

import { DisposedError, InvalidArgumentError } from "../errors.js";
import type { GcCallback } from "../gc/collections.js";
import type { Heap } from "../heap.js";
import type { BlockKind } from "../heap-map.js";

/** What every event has. Times are microseconds, from where performance.now() counts. */
interface TraceEventBase {
  readonly name: string;
  /** Categories. */
  readonly cat: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
}

/** Values of a moment, which viewers draw as areas on top of each other. */
export interface CounterTraceEvent extends TraceEventBase {
  readonly ph: "C";
  readonly args: Readonly<Record<string, number>>;
}

/** Something that took a while. */
export interface CompleteTraceEvent extends TraceEventBase {
  readonly ph: "X";
  readonly dur: number;
  readonly args: Readonly<Record<string, number | boolean>>;
}

/** What a process or thread is called. */
export interface MetadataTraceEvent extends TraceEventBase {
  readonly ph: "M";
  readonly args: { readonly name: string };
}

export type TraceEvent = CounterTraceEvent | CompleteTraceEvent | MetadataTraceEvent;

/** What a trace file has in it, as JSON. */
export interface TraceEventFile {
  readonly traceEvents: readonly TraceEvent[];
  readonly displayTimeUnit: "ms";
  readonly otherData: {
    /** Events that were forgotten, the oldest, as they were too many. */
    readonly droppedEvents: number;
  };
}

export interface TraceEventRecorderOptions {
  /** Milliseconds between samples of the counters; absent: sample() alone makes them. The timer keeps no process running. */
  readonly intervalMs?: number;
  /** Events that are kept, the newest; default: 100 000. */
  readonly maxEvents?: number;
  /** What viewers call the heap; default: pymalloc. */
  readonly name?: string;
  /** By which viewers tell heaps apart, if their events are put into one file; default: 1. */
  readonly processId?: number;
}

const EVENTS_MAX = 100_000;
const MS_TO_US = 1000;
const THREAD_ID = 1;
const INTERVAL_MAX = 2 ** 31 - 1;

/**
 * Records what happens to a heap from its making until its disposal: the collections by themselves, each pause with its generation and what it
 * came to, and counters when sample() is called, or at an interval.
 */
export class TraceEventRecorder {
  readonly #heap: Heap;
  readonly #maxEvents: number;
  readonly #name: string;
  readonly #processId: number;
  /** The newest; once they are maxEvents, a ring. */
  readonly #events: TraceEvent[] = [];
  #recorded = 0;
  #lastPauseStart = 0;
  #lastPauseEnd = 0;
  #timer: ReturnType<typeof setInterval> | undefined;
  #isDisposed = false;

  /** @throws {InvalidArgumentError} if an argument is none. */
  constructor(
    heap: Heap,
    { intervalMs, maxEvents = EVENTS_MAX, name = "pymalloc", processId = 1 }: TraceEventRecorderOptions = {},
  ) {
    if ((heap as Heap | undefined)?.gc === undefined) throw new InvalidArgumentError("heap", heap, "a heap");
    const isInterval = typeof intervalMs === "number" && intervalMs > 0 && intervalMs <= INTERVAL_MAX;
    if (intervalMs !== undefined && !isInterval) {
      throw new InvalidArgumentError("intervalMs", intervalMs, `milliseconds above 0, up to ${INTERVAL_MAX}`);
    }
    if (!Number.isSafeInteger(maxEvents) || maxEvents < 1) {
      throw new InvalidArgumentError("maxEvents", maxEvents, "a whole number from 1 up");
    }
    if (typeof name !== "string") throw new InvalidArgumentError("name", name, "a string");
    if (!Number.isSafeInteger(processId) || processId < 0) {
      throw new InvalidArgumentError("processId", processId, "a whole number from 0 up");
    }
    this.#heap = heap;
    this.#maxEvents = maxEvents;
    this.#name = name;
    this.#processId = processId;
    heap.gc.callbacks.unshift(this.#onCollection); // the clock is read before others take their time
    if (intervalMs === undefined) return;
    this.#timer = setInterval(() => this.sample(), intervalMs);
    (this.#timer as { unref?: () => void }).unref?.(); // Node's have it
  }

  /**
   * Records the counters now: "heap bytes" (used and unused, together the footprint), "heap blocks" by what is in them, and "handles".
   * O(chunks + pools).
   *
   * @throws {DisposedError}
   */
  sample(): void {
    if (this.#isDisposed) throw new DisposedError("recorder", "it");
    const ts = performance.now() * MS_TO_US;
    const { classes, bytes, large, footprintBytes } = this.#heap.stats();
    const used = bytes.usedBlocks + bytes.largeBlocks;
    const blocks: Record<BlockKind, number> = { container: 0, atomic: 0, buffer: 0, raw: 0 };
    for (const { kind, usedBlocks } of classes) blocks[kind] += usedBlocks;
    this.#record(this.#counter("heap bytes", ts, { used, unused: footprintBytes - used }));
    this.#record(this.#counter("heap blocks", ts, { ...blocks, large: large.blocks }));
    this.#record(this.#counter("handles", ts, { live: this.#heap.liveHandles }));
  }

  /**
   * What was recorded, by time, what is around others before them, in the format's JSON object form: JSON.stringify it into a .json file.
   * Recording goes on.
   */
  toTraceEvents(): TraceEventFile {
    const traceEvents: TraceEvent[] = [
      this.#metadata("process_name", this.#name),
      this.#metadata("thread_name", "heap"),
      ...[...this.#events].sort((a, b) => a.ts - b.ts || durationOf(b) - durationOf(a)),
    ];
    const droppedEvents = this.#recorded - this.#events.length;
    return { traceEvents, displayTimeUnit: "ms", otherData: { droppedEvents } };
  }

  /** Ends the recording, and lets go of the heap. What was recorded stays. Once more: nothing. */
  dispose(): void {
    this.#isDisposed = true;
    clearInterval(this.#timer);
    const { callbacks } = this.#heap.gc;
    const index = callbacks.indexOf(this.#onCollection);
    if (index >= 0) callbacks.splice(index, 1);
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  readonly #onCollection: GcCallback = (phase, info) => {
    if (phase === "start" || this.#isDisposed) return;
    const { generation, collected, uncollectable, pauseMs, isSkipped } = info;
    const end = performance.now() * MS_TO_US;
    let ts = end - pauseMs * MS_TO_US;
    // the clock may have gone on since the pause ended: where that was around another one, it is still to be
    if (ts < this.#lastPauseEnd) ts = Math.min(ts, this.#lastPauseStart);
    this.#lastPauseStart = ts;
    this.#lastPauseEnd = end;
    this.#record({
      name: phase === "step" ? "gc increment" : `gc generation ${generation}`,
      cat: "gc",
      ph: "X",
      ts,
      dur: end - ts,
      pid: this.#processId,
      tid: THREAD_ID,
      args: { generation, collected, uncollectable, isSkipped },
    });
  };

  #record(event: TraceEvent): void {
    this.#events[this.#recorded % this.#maxEvents] = event;
    this.#recorded += 1;
  }

  #counter(name: string, ts: number, args: Record<string, number>): CounterTraceEvent {
    return { name, cat: "heap", ph: "C", ts, pid: this.#processId, tid: THREAD_ID, args };
  }

  #metadata(what: string, name: string): MetadataTraceEvent {
    return {
      name: what,
      cat: "__metadata",
      ph: "M",
      ts: 0,
      pid: this.#processId,
      tid: THREAD_ID,
      args: { name },
    };
  }
}

function durationOf(event: TraceEvent): number {
  return event.ph === "X" ? event.dur : 0;
}
