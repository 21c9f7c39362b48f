// bench/tracing/traces.ts: a million live traces: what they take, and how long a snapshot of them takes.

import { settleMemory } from "../../src/lab/warm-up.js";
import type { Benchmark } from "../objects/benchmark.js";
import { openNative } from "../objects/python.js";
import { newBuiltHeap } from "./built-heap.js";

const PYTHON_FOLDER = new URL("../bench/tracing/python/", import.meta.url);
const MILLION = 1_000_000;
const BYTES_LIMIT = 24;
const MS_PER_SECOND = 1000;
const OURS = "pymalloc";
const CPYTHON = "CPython";

export const traces: Benchmark = {
  name: "traces",
  operation:
    "a million nodes live that were traced: bytes a trace; a snapshot is taken, then its statistics by line are made",
  measures: { size: "bytes", snapshot: "ms", statistics: "ms" },
  reference: CPYTHON,
  contenders: [
    {
      name: OURS,
      does: "const kept = Array.from({ length }, () => heap.malloc(16)); tracemalloc.takeSnapshot().statistics('lineno')",
      async start({ share }) {
        const heap = await newBuiltHeap();
        const { tracemalloc } = heap;
        const count = Math.round(MILLION * share);
        return {
          round() {
            settleMemory();
            tracemalloc.start();
            const kept = Array.from({ length: count }, () => heap.malloc(16));
            const size = tracemalloc.getTracemallocMemory() / count;
            const begin = performance.now();
            const snapshot = tracemalloc.takeSnapshot();
            const taken = performance.now();
            snapshot.statistics("lineno");
            const done = performance.now();
            tracemalloc.stop();
            for (const block of kept) heap.free(block);
            return { size, snapshot: taken - begin, statistics: done - taken };
          },
        };
      },
    },
    {
      name: CPYTHON,
      does: "kept = [Node() for _ in range(count)]; tracemalloc.take_snapshot().statistics('lineno')",
      async start({ share }) {
        const python = await openNative(PYTHON_FOLDER);
        const count = Math.round(MILLION * share);
        return {
          program: python.program,
          async round() {
            const [size, taken, done] = await python.run<[number, number, number]>("traces", count);
            return { size, snapshot: taken * MS_PER_SECOND, statistics: done * MS_PER_SECOND };
          },
        };
      },
    },
  ],
  targets: [{ contender: OURS, measure: "size", limit: BYTES_LIMIT }],
};
