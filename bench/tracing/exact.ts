// bench/tracing/exact.ts: what tracing every block costs a program that does little but allocate, here and in CPython.

import { settleMemory, warmUp } from "../../src/lab/warm-up.js";
import type { Benchmark, Contender, Values, Work, WorkOptions } from "../objects/benchmark.js";
import { keep } from "../objects/new-heap.js";
import { openNative, openPyodide, type Python } from "../objects/python.js";
import { newBuiltHeap } from "./built-heap.js";

/** As seen from the bundle, in build/. */
const PYTHON_FOLDER = new URL("../bench/tracing/python/", import.meta.url);
const OURS = "pymalloc";
const CPYTHON = "CPython";
const TOTAL = 200_000;
const LIST = 1000;
const FRAMES = [1, 5, 25];
const NS_PER_MS = 1e6;
const MS_PER_SECOND = 1000;
const ADDED_LIMIT = 2500;

/** Milliseconds for `count` nodes; `nframe` 0: tracing is off. */
type Run = (count: number, nframe: number) => number | Promise<number>;

export const exact: Benchmark = {
  name: "exact",
  operation:
    `a node of two references is made and put into a list of ${LIST}, which is dropped before the next: tracing off, and on with tracebacks of ` +
    "1, 5 and 25 frames; what is added to a node, at a stack 20 deep; and how many times as long one takes with 1 frame",
  measures: { off: "ns", added1: "ns", added5: "ns", added25: "ns", slowdown: "count" },
  reference: CPYTHON,
  contenders: [
    {
      name: OURS,
      does: "heap.frame(() => { const list = heap.list(); for (…) list.append(new Node()); })",
      async start(options) {
        const heap = await newBuiltHeap();
        heap.gc.disable();
        const Node = heap.struct("Node", { left: "ref", right: "ref" });
        keep(new Node());
        const body = (): void => {
          const list = heap.list();
          for (let i = 0; i < LIST; i += 1) list.append(new Node());
        };
        const run: Run = (count, nframe) => {
          if (nframe > 0) heap.tracemalloc.start(nframe);
          const from = performance.now();
          deep(20, () => {
            for (let i = 0; i < count; i += LIST) heap.frame(body);
          });
          const ms = performance.now() - from;
          heap.tracemalloc.stop();
          return ms;
        };
        warmUp(() => {
          for (const nframe of [0, ...FRAMES]) run(LIST, nframe);
        });
        return work(options, run);
      },
    },
    ...pythons(),
  ],
  targets: [
    { contender: OURS, measure: "added1", limit: ADDED_LIMIT },
    { contender: OURS, measure: "slowdown", limit: 1, times: CPYTHON },
  ],
};

function deep(depth: number, call: () => void): void {
  if (depth === 0) call();
  else deep(depth - 1, call);
}

function pythons(): Contender[] {
  const start = async (options: WorkOptions, open: () => Promise<Python>): Promise<Work> => {
    const python = await open();
    const run: Run = async (count, nframe) =>
      (await python.run<number>("lists", count, nframe)) * MS_PER_SECOND;
    return { program: python.program, ...work(options, run) };
  };
  const does = `tracemalloc.start(nframe), or not; [Node() for _ in range(${LIST})], a class with __slots__`;
  return [
    { name: CPYTHON, does, start: (options) => start(options, () => openNative(PYTHON_FOLDER)) },
    {
      name: "Pyodide",
      does: "the same, CPython compiled to Wasm",
      start: (options) => start(options, () => openPyodide(PYTHON_FOLDER)),
    },
  ];
}

function work({ share }: WorkOptions, run: Run): Work {
  const count = Math.max(1, Math.round((TOTAL * share) / LIST)) * LIST;
  return {
    async round(): Promise<Values> {
      settleMemory();
      const ns = async (nframe: number): Promise<number> => ((await run(count, nframe)) * NS_PER_MS) / count;
      await run(count, 0);
      const plain = await ns(0);
      const traced: number[] = [];
      for (const nframe of FRAMES) traced.push(await ns(nframe));
      const [added1, added5, added25] = traced.map((it) => it - plain) as [number, number, number];
      return { off: plain, added1, added5, added25, slowdown: traced[0]! / plain };
    },
  };
}
