// bench/objects/handles.ts: a million handles, made and released: in a frame, in many frames, and outside of frames.

import type { Benchmark, Contender } from "./benchmark.js";
import { keep, newHeap } from "./new-heap.js";
import { TWO_REFERENCES } from "./pointer-tier.js";
import { phasedWork, stopwatch } from "./work.js";

const TOTAL = 1_000_000;
const PER_FRAME = 100;
const LIMIT_NS = 60;

type Make = () => unknown;

/** A loop that a call of its own gets compiled before it is timed. */
function makeMany(make: Make, count: number): void {
  for (let i = 0; i < count; i += 1) make();
}

function inOneFrame(
  name: string,
  does: string,
  prepare: (heap: Awaited<ReturnType<typeof newHeap>>) => Make,
): Contender {
  return {
    name,
    does: `heap.frame(() => { for (…) ${does}; })`,
    start: async (options) => {
      const heap = await newHeap();
      const make = prepare(heap);
      return phasedWork(options, TOTAL, (count) => {
        const lap = stopwatch();
        let made = 0;
        heap.frame(() => {
          makeMany(make, count);
          made = lap();
        });
        return { make: made, release: lap() };
      });
    },
  };
}

export const handlesInFrame: Benchmark = {
  name: "handles-in-frame",
  operation: `a handle is made in a frame that makes ${TOTAL}, and is released when the frame ends`,
  measures: { make: "ns", release: "ns", both: "ns" },
  reference: "dup",
  contenders: [
    inOneFrame("dup", "handle.dup()", (heap) => {
      const Node = heap.struct("Node", TWO_REFERENCES);
      const node = keep(new Node());
      return () => node.dup();
    }),
    inOneFrame("at", "Node.at(address)", (heap) => {
      const Node = heap.struct("Node", TWO_REFERENCES);
      const { address } = keep(new Node());
      return () => Node.at(address);
    }),
    inOneFrame("field", "node.left, a struct of the class Leaf", (heap) => {
      const Leaf = heap.struct("Leaf", { x: "f64" });
      const Node = heap.struct("Node", { left: Leaf });
      const node = keep(new Node({ left: keep(new Leaf()) }));
      return () => node.left;
    }),
    inOneFrame("new", "new Node(), which makes the record too", (heap) => {
      const Node = heap.struct("Node", TWO_REFERENCES);
      keep(new Node());
      return () => new Node();
    }),
  ],
  targets: ["dup", "at", "field", "new"].map((contender) => ({
    contender,
    measure: "both",
    limit: LIMIT_NS,
  })),
};

export const handlesInFrames: Benchmark = {
  name: "handles-in-frames",
  operation: `a handle is made and released, ${PER_FRAME} in a frame`,
  measures: { both: "ns" },
  reference: "dup",
  contenders: [
    {
      name: "dup",
      does: `heap.frame(() => { for (${PER_FRAME}) handle.dup(); })`,
      start: async (options) => {
        const heap = await newHeap();
        const Node = heap.struct("Node", TWO_REFERENCES);
        const node = keep(new Node());
        const make = (): unknown => node.dup();
        const body = (): void => makeMany(make, PER_FRAME);
        return phasedWork(options, TOTAL, (count) => {
          const lap = stopwatch();
          for (let i = 0; i < count; i += PER_FRAME) heap.frame(body);
          return { frames: lap() };
        });
      },
    },
  ],
  targets: [{ contender: "dup", measure: "both", limit: LIMIT_NS }],
};

export const handlesAlone: Benchmark = {
  name: "handles-alone",
  operation:
    "a handle is made outside of frames, where it is watched in case JavaScript drops it, and disposed of",
  measures: { make: "ns", release: "ns", both: "ns" },
  reference: "dup, dispose",
  contenders: [
    {
      name: "dup, dispose",
      does: "handle.dup().dispose()",
      start: async (options) => {
        const heap = await newHeap();
        const Node = heap.struct("Node", TWO_REFERENCES);
        const node = keep(new Node());
        return phasedWork(options, TOTAL, (count) => {
          const lap = stopwatch();
          for (let i = 0; i < count; i += 1) node.dup().dispose();
          return { pairs: lap() };
        });
      },
    },
    {
      name: "all, then all",
      does: "handles[i] = handle.dup(), all of them; then handles[i].dispose()",
      start: async (options) => {
        const heap = await newHeap();
        const Node = heap.struct("Node", TWO_REFERENCES);
        const node = keep(new Node());
        return phasedWork(options, TOTAL, (count) => {
          const handles = new Array<{ dispose(): void }>(count);
          const lap = stopwatch();
          for (let i = 0; i < count; i += 1) handles[i] = node.dup();
          const make = lap();
          for (let i = 0; i < count; i += 1) handles[i]!.dispose();
          return { make, release: lap() };
        });
      },
    },
  ],
  targets: [],
};
