// src/lab/sweep/inspect.ts: one untimed replay that looks at the heap after each event: what it takes, and where its blocks are.
// Not here: time (replay.ts), contents of blocks (checked-replay.ts).

import type { Allocator } from "../allocator.js";
import { makeCall } from "../make-call.js";
import { outOfMemory, type ReplayTask, trapped, yieldToEvents } from "../replay.js";
import {
  CALL_BITS,
  CALL_FREE,
  CALL_FREE_ALIGNED,
  CALL_MASK,
  CALL_REALLOC,
  CALL_REALLOC_COPY,
  STEP_WORDS,
} from "../script.js";
import { EVENT_WORDS, type Trace } from "../trace.js";
import { heapMoment } from "./heap-moment.js";
import { LiveBlocks } from "./live-blocks.js";
import { Locality } from "./locality.js";
import type { MemoryMoment, MemoryResult, MemorySample } from "./result.js";

/** Samples of a curve, about. */
const CURVE_SAMPLES = 256;
const YIELD_INTERVAL_STEPS = 1 << 16;

/**
 * Replays and looks. O(events + live blocks · log).
 *
 * @param allocator - a fresh heap with real memory; spent afterwards.
 * @param trace - which the task is of: it tells the sizes that were asked for, before they were rounded for aligned_alloc.
 * @throws {AllocatorFailedError} if it runs out of memory or traps.
 * @throws the signal's reason once it is aborted.
 */
export async function inspect(
  allocator: Allocator,
  task: ReplayTask,
  { words, peakEvent }: Pick<Trace, "words" | "peakEvent">,
): Promise<MemoryResult> {
  const { script, signal } = task;
  const { memory } = allocator;
  const steps = script.length / STEP_WORDS;
  const interval = Math.max(1, Math.floor(steps / CURVE_SAMPLES));
  const blocks = new LiveBlocks(task.maxSlots);
  const locality = new Locality();
  const freshBytes = memory.buffer.byteLength;
  const curve: MemorySample[] = [{ event: 0, footprintBytes: freshBytes, liveBytes: 0 }];
  let { buffer } = memory;
  let heapStart = freshBytes;
  let growCalls = 0;
  let reallocs = 0;
  let reallocMoves = 0;
  let peak: MemoryMoment | undefined;

  for (let step = 0; step < steps; step += 1) {
    const word = step * STEP_WORDS;
    const head = script[word]!;
    const slot = head >>> CALL_BITS;
    const call = head & CALL_MASK;
    const size = script[word + 1]! >>> 0;
    const old = blocks.addresses[slot]!;
    let address: number;
    try {
      address = makeCall(allocator, call, old, size, script[word + 2]! >>> 0);
    } catch (error) {
      throw trapped(allocator, task, word, word + STEP_WORDS, error);
    }
    if (call === CALL_FREE || call === CALL_FREE_ALIGNED) {
      locality.meet(old, blocks.sizes[slot]!);
      blocks.give(slot);
    } else {
      if (address === 0 && size !== 0) throw outOfMemory(allocator, task, word);
      const requested = words[step * EVENT_WORDS + 1]!;
      if (call === CALL_REALLOC || call === CALL_REALLOC_COPY) {
        reallocs += 1;
        if (address !== old) reallocMoves += 1;
        blocks.give(slot);
      }
      blocks.take(slot, address, requested);
      locality.meet(address, requested);
      if (address < heapStart && address !== 0) heapStart = address;
    }
    locality.endEvent();
    if (memory.buffer !== buffer) {
      buffer = memory.buffer;
      growCalls += 1;
    }
    if (step === peakEvent) peak = heapMoment(allocator, blocks, step, heapStart);
    if ((step + 1) % interval === 0 || step === peakEvent || step === steps - 1) {
      curve.push({ event: step + 1, footprintBytes: buffer.byteLength, liveBytes: blocks.bytes });
    }
    if ((step + 1) % YIELD_INTERVAL_STEPS === 0) {
      await yieldToEvents();
      signal?.throwIfAborted();
    }
  }
  const end = heapMoment(allocator, blocks, Math.max(steps - 1, 0), heapStart);
  return {
    curve,
    peak: peak ?? end,
    end,
    footprintBytes: buffer.byteLength,
    freshBytes,
    growCalls,
    reallocs,
    reallocMoves,
    locality: { ...locality.read(), touched: null },
  };
}
