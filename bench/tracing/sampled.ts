// bench/tracing/sampled.ts: what a sample of 512 KiB costs on recorded allocations, replayed by the facade's calls.

import { basename } from "node:path";
import type { Heap } from "../../src/heap.js";
import { readTrace } from "../../src/lab/atr1.js";
import { freshLoop } from "../../src/lab/loop.js";
import { compileScript, STEP_WORDS } from "../../src/lab/script.js";
import { settleMemory, warmUp } from "../../src/lab/warm-up.js";
import type { Benchmark, Values } from "../objects/benchmark.js";
import { newBuiltHeap } from "./built-heap.js";

const SAMPLE_BYTES = 512 * 1024;
const OURS = "pymalloc";
const LIMIT = 3;
/** Steps in one call of the loop: engines exchange code between calls. */
const CHUNK_STEPS = 16_384;
/** Replays with and without, in turns. */
const PAIRS = 3;
const NS_PER_MS = 1e6;
const PERCENT = 100;

/** @param file - a trace. */
export function sampledOf(file: string): Benchmark {
  const name = basename(file).replace(/\.atr(\.gz)?$/, "");
  return {
    name: `sampled-${name}`,
    operation: `one event of the trace ${name}, by heap.malloc() and its like: tracing off, and a sample every ${SAMPLE_BYTES / 1024} KiB`,
    measures: { off: "ns", sampled: "ns", cost: "%" },
    reference: OURS,
    contenders: [
      {
        name: OURS,
        does: "tracemalloc.start({ sampleBytes: 512 * 1024 }), or not; then the trace, call by call",
        async start({ share }) {
          const trace = await readTrace(file);
          const script = compileScript(trace.words, trace.maxSlots, {
            hasRealloc: true,
            hasAlignedAlloc: true,
          });
          const events = Math.floor((script.length / STEP_WORDS) * share);
          const heap = await newBuiltHeap();
          const slots = new Int32Array(trace.maxSlots);
          const replay = replayer(heap, script.subarray(0, events * STEP_WORDS), slots);
          const run = (isSampled: boolean): number => {
            if (isSampled) heap.tracemalloc.start({ sampleBytes: SAMPLE_BYTES, seed: 1 });
            const ms = replay();
            heap.tracemalloc.stop();
            return ms;
          };
          warmUp(() => {
            run(true);
            run(false);
          });
          return {
            round(): Values {
              settleMemory();
              const ms = { off: 0, sampled: 0 };
              for (let pair = 0; pair < PAIRS; pair += 1) {
                const order = pair % 2 === 0 ? (["off", "sampled"] as const) : (["sampled", "off"] as const);
                for (const state of order) ms[state] += run(state === "sampled");
              }
              const perEvent = (total: number): number => (total * NS_PER_MS) / (PAIRS * events);
              return {
                off: perEvent(ms.off),
                sampled: perEvent(ms.sampled),
                cost: (ms.sampled / ms.off - 1) * PERCENT,
              };
            },
          };
        },
      },
    ],
    targets: [{ contender: OURS, measure: "cost", limit: LIMIT }],
  };
}

/** Replays a script, then frees what it has left, outside of the time. @returns milliseconds. */
function replayer(heap: Heap, script: Int32Array, slots: Int32Array): () => number {
  const loop = freshLoop();
  const live = new Set<number>();
  const calls = {
    malloc: (size: number) => heap.malloc(size >>> 0),
    free: (address: number) => heap.free(address >>> 0),
    realloc: (address: number, size: number) => heap.realloc(address >>> 0, size >>> 0),
    calloc: (count: number, size: number) => heap.calloc(count, size >>> 0),
    alignedAlloc: (alignment: number, size: number) => heap.alignedAlloc(alignment, size >>> 0),
  };
  const never = (): never => {
    throw new Error("the heap has realloc and aligned_alloc");
  };
  const { malloc, free, realloc, calloc, alignedAlloc } = calls;
  return () => {
    slots.fill(0);
    let ms = 0;
    for (let begin = 0; begin < script.length; begin += CHUNK_STEPS * STEP_WORDS) {
      const end = Math.min(begin + CHUNK_STEPS * STEP_WORDS, script.length);
      const from = performance.now();
      loop(script, begin, end, slots, malloc, free, realloc, calloc, alignedAlloc, never, never);
      ms += performance.now() - from;
    }
    freeTheRest(heap, script, slots, live);
    return ms;
  };
}

/** Slots that the script has filled and not freed. */
function freeTheRest(heap: Heap, script: Int32Array, slots: Int32Array, live: Set<number>): void {
  live.clear();
  for (let step = 0; step < script.length; step += STEP_WORDS) {
    const slot = script[step]! >>> 3;
    if ((script[step]! & 7) === 1) live.delete(slot);
    else live.add(slot);
  }
  for (const slot of live) heap.free(slots[slot]! >>> 0);
}
