// bench/objects/linked-nodes.ts: ten million linked records, here and as plain objects: bytes, and the time to build and to release.

import type { Heap } from "../../src/heap.js";
import type { Benchmark, Contender, Values } from "./benchmark.js";
import { newHeap } from "./new-heap.js";
import { TWO_REFERENCES } from "./pointer-tier.js";
import { type Phases, phasedWork, stopwatch } from "./work.js";

const TOTAL = 10_000_000;
const MIB = 2 ** 20;
const FOOTPRINT_MIB = 165;
const RELEASE_NS = 30;
/** Bytes here, of those of a plain object. */
const SIZE_TIMES = 1 / 2;
const PLAIN = "plain objects";

/** Ours, with the bytes by which linear memory grows. */
function ours(name: string, does: string, prepare: (heap: Heap) => (count: number) => Phases): Contender {
  return {
    name,
    does,
    start: async (options) => {
      const heap = await newHeap();
      const run = prepare(heap);
      const footprint = (): number => heap.memory.u8.length;
      const before = footprint();
      let first: number | undefined;
      const sizes = (count: number): Values => {
        // memory stays once it has grown
        first ??= (footprint() - before) / count;
        return { size: first, footprint: footprint() / MIB };
      };
      return phasedWork(options, TOTAL, run, sizes);
    },
  };
}

export const linkedNodes: Benchmark = {
  name: "linked-nodes",
  operation: `a record of two references is made that refers to the one before, ${TOTAL} of them; then the last one is dropped, and with it all`,
  measures: { make: "ns", release: "ns", both: "ns", size: "bytes", footprint: "MiB" },
  reference: PLAIN,
  contenders: [
    ours(
      "core",
      "node = struct_new(type), the Wasm export; views.u32[node + left] = last, which hands the reference over; decref(last)",
      (heap) => {
        const Node = heap.struct("Node", TWO_REFERENCES);
        const { core, views } = heap.objectHeap;
        const { struct_new } = core;
        const { left } = Node.offsets;
        return (count) => {
          const lap = stopwatch();
          let last = 0;
          for (let i = 0; i < count; i += 1) {
            const node = struct_new(Node.typeId) >>> 0;
            if (views.u32.length === 0) heap.objectHeap.fresh();
            views.u32[(node + left) >>> 2] = last;
            last = node;
          }
          const make = lap();
          core.decref(last);
          return { make, release: lap() };
        };
      },
    ),
    ours(
      "pointer tier",
      "node = Node.allocate(); heap.setRef(node, offsets.left, last); heap.decref(last)",
      (heap) => {
        const Node = heap.struct("Node", TWO_REFERENCES);
        const { left } = Node.offsets;
        return (count) => {
          const lap = stopwatch();
          let last = Node.allocate();
          for (let i = 1; i < count; i += 1) {
            const node = Node.allocate();
            heap.setRef(node, left, last);
            heap.decref(last);
            last = node;
          }
          const make = lap();
          heap.decref(last);
          return { make, release: lap() };
        };
      },
    ),
    {
      name: PLAIN,
      does: "last = { left: last, right: null }; last = undefined, then gc()",
      start: (options) => {
        const bytesInUse = (): number => {
          gc();
          return process.memoryUsage().heapUsed;
        };
        const held: { last: object | undefined } = { last: undefined };
        let size = 0;
        return phasedWork(
          options,
          TOTAL,
          (count) => {
            const before = bytesInUse();
            const lap = stopwatch();
            let last: object | undefined;
            for (let i = 0; i < count; i += 1) last = { left: last, right: null };
            const make = lap();
            held.last = last; // V8 forgets a local after its last use
            last = undefined;
            size = (bytesInUse() - before) / count;
            held.last = undefined;
            lap();
            gc();
            return { make, release: lap() };
          },
          (count) => ({ size, footprint: (size * count) / MIB }),
        );
      },
    },
  ],
  targets: ["core", "pointer tier"].flatMap((contender) => [
    { contender, measure: "size", limit: SIZE_TIMES, times: PLAIN },
    { contender, measure: "footprint", limit: FOOTPRINT_MIB },
    { contender, measure: "release", limit: RELEASE_NS },
  ]),
};

/** Collects garbage, all of it: the process runs with --expose-gc. */
function gc(): void {
  (globalThis as unknown as { gc(): void }).gc();
}
