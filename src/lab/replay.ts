// src/lab/replay.ts: one trace, one fresh heap, one time.
// Not here: rounds and rivals (measure.ts), contents of blocks (checked-replay.ts).

import type { Allocator } from "./allocator.js";
import { freshLoop } from "./loop.js";
import { AllocatorFailedError, ReplayTooSlowError } from "./replay-errors.js";
import { CALL_MASK, CALL_NAMES, STEP_WORDS } from "./script.js";
import { settleMemory, WARM_UP_SLOTS, warmUp } from "./warm-up.js";

/** Steps in one call of the loop: V8 cannot replace code inside a running call, nor can Ctrl-C be heard. */
const CHUNK_STEPS = 16384;
/** Time between two looks at the event loop; these are outside the measured time. */
const YIELD_INTERVAL_MS = 100;

/** What to replay. */
export interface ReplayTask {
  /** Trace name, for messages. */
  readonly trace: string;
  readonly maxSlots: number;
  /** From compileScript, for the allocator's abilities. */
  readonly script: Int32Array;
  /** From warmUpScript, for the same abilities. */
  readonly warmUpScript: Int32Array;
  readonly signal?: AbortSignal | undefined;
  /** A replay is given up after so much time inside the loop, in ms. */
  readonly limitMs?: number | undefined;
}

/** What one replay gives. */
export interface ReplayResult {
  /** Milliseconds inside the loop. */
  readonly totalMs: number;
  /** Bytes of linear memory when the last event was done. */
  readonly footprintBytes: number;
}

/**
 * Replays a trace call by call and takes the time.
 *
 * @param allocator - a fresh heap; spent afterwards.
 * @throws {AllocatorFailedError} if it runs out of memory or traps.
 * @throws the signal's reason once it is aborted.
 */
export async function replay(
  allocator: Allocator,
  task: ReplayTask,
  loop: BoundLoop = timedLoop(allocator),
): Promise<ReplayResult> {
  const { script, signal } = task;
  const slots = new Int32Array(Math.max(task.maxSlots, WARM_UP_SLOTS));
  const { call } = loop;
  try {
    warmUp(() => call(task.warmUpScript, 0, task.warmUpScript.length, slots));
  } catch (error) {
    throw trapped(allocator, task, 0, 0, error);
  }
  slots.fill(0);
  loop.warmedUp?.();
  settleMemory();

  let totalMs = 0;
  let yieldedAt = performance.now();
  for (let begin = 0; begin < script.length; ) {
    const end = Math.min(begin + CHUNK_STEPS * STEP_WORDS, script.length);
    let reached: number;
    const startedAt = performance.now();
    try {
      reached = call(script, begin, end, slots);
    } catch (error) {
      throw trapped(allocator, task, begin, end, error);
    }
    const endedAt = performance.now();
    totalMs += endedAt - startedAt;
    if (reached < end) throw outOfMemory(allocator, task, reached);
    begin = end;
    if (task.limitMs !== undefined && totalMs > task.limitMs) throw tooSlow(allocator, task, begin);
    if (endedAt - yieldedAt > YIELD_INTERVAL_MS) {
      await yieldToEvents();
      signal?.throwIfAborted();
      yieldedAt = performance.now();
    }
  }
  return { totalMs, footprintBytes: allocator.memory.buffer.byteLength };
}

/** Lets timers and signal handlers run. */
export function yieldToEvents(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A loop that makes an allocator's calls, its calls bound. */
export interface BoundLoop {
  /** Makes the calls of `script[begin .. end)`, as loop.ts tells. */
  readonly call: (script: Int32Array, begin: number, end: number, slots: Int32Array) => number;
  /** Told when the calls that count begin. */
  readonly warmedUp?: () => void;
}

function timedLoop(allocator: Allocator): BoundLoop {
  const loop = freshLoop();
  const { malloc, free, realloc, calloc, alignedAlloc, reallocCopy, freeAligned } = callsOf(allocator);
  return {
    call: (script, begin, end, slots) =>
      loop(script, begin, end, slots, malloc, free, realloc, calloc, alignedAlloc, reallocCopy, freeAligned),
  };
}

/** What a script's steps call, of one allocator. */
export interface Calls {
  readonly malloc: Allocator["malloc"];
  readonly free: Allocator["free"];
  readonly realloc: (address: number, size: number) => number;
  readonly calloc: Allocator["calloc"];
  readonly alignedAlloc: (alignment: number, size: number) => number;
  readonly reallocCopy: (address: number, size: number, oldSize: number) => number;
  readonly freeAligned: (address: number) => void;
}

export function callsOf({ malloc, free, realloc, calloc, alignedAlloc, emulation }: Allocator): Calls {
  return {
    malloc,
    free,
    realloc: realloc ?? missingRealloc,
    calloc,
    alignedAlloc: alignedAlloc ?? emulation.alignedAlloc,
    reallocCopy: emulation.reallocCopy,
    freeAligned: emulation.freeAligned,
  };
}

/** Never called: a script for an allocator without realloc has no such step. */
function missingRealloc(): never {
  throw new Error("the script calls a realloc that the allocator does not have");
}

export function outOfMemory(allocator: Allocator, task: ReplayTask, word: number): AllocatorFailedError {
  const call = CALL_NAMES[task.script[word]! & CALL_MASK];
  const size = task.script[word + 1]! >>> 0;
  const usedBytes = allocator.memory.buffer.byteLength;
  const event = word / STEP_WORDS;
  const reason = `event ${event}: ${call} of ${size} bytes returned null, with ${usedBytes} bytes of memory taken`;
  return new AllocatorFailedError(allocator.name, task.trace, event, reason);
}

function tooSlow(allocator: Allocator, task: ReplayTask, word: number): ReplayTooSlowError {
  return new ReplayTooSlowError(
    allocator.name,
    task.trace,
    word / STEP_WORDS,
    task.script.length / STEP_WORDS,
    task.limitMs!,
  );
}

export function trapped(
  allocator: Allocator,
  task: ReplayTask,
  begin: number,
  end: number,
  cause: unknown,
): Error {
  if (!(cause instanceof WebAssembly.RuntimeError) && !(cause instanceof RangeError)) return cause as Error;
  const first = begin / STEP_WORDS;
  const where =
    end === 0 ? "warming up" : `in events ${first} to ${end / STEP_WORDS - 1}; --check tells which`;
  const reason = `trapped (${cause.message}) ${where}`;
  return new AllocatorFailedError(allocator.name, task.trace, first, reason, { cause });
}
