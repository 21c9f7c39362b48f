// bench/gc/automatic.ts: what automatic collection costs programs without cycles: the same loop with it and without it.

import type { Heap } from "../../src/heap.js";
import { settleMemory, warmUp } from "../../src/lab/warm-up.js";
import type { Benchmark, Contender, Target, Values, Work, WorkOptions } from "../objects/benchmark.js";
import { keep } from "../objects/new-heap.js";
import type { Python } from "../objects/python.js";
import { newCollectedHeap } from "./collected-heap.js";
import { NODE } from "./our-nodes.js";
import { openCPython, openPyodideHere, toMs } from "./python-nodes.js";

const MILLION = 1_000_000;
/** Nodes of one list. */
const LIST = 1000;
const WARM_UP = 20_000;
/** Runs with automatic collection in a round, and as many without, in turns. */
const PAIRS = 4;
const NS_PER_MS = 1e6;
const PERCENT = 100;
const COST_LIMIT = 10;
const CPYTHON = "CPython";
const FACADE = "pymalloc: facade";
const POINTER_TIER = "pymalloc: pointer tier";
const MEASURES = { on: "ns", off: "ns", cost: "%" } as const;

/** Milliseconds that `count` nodes took. */
type Run = (count: number, isOn: boolean) => number | Promise<number>;

const cheap = (contender: string): Target => ({ contender, measure: "cost", limit: COST_LIMIT });

export const createDrop: Benchmark = {
  name: "automatic-create-drop",
  operation: "a node is made and dropped, before the next is, with automatic collection on, and off",
  measures: MEASURES,
  reference: CPYTHON,
  contenders: [
    ours(POINTER_TIER, "heap.decref(Node.allocate())", ({ heap, Node }) => (count, isOn) => {
      const end = begin(heap, isOn);
      for (let i = 0; i < count; i += 1) heap.decref(Node.allocate());
      return end();
    }),
    ...pythons("create_drop", "for _ in range(count): Node()"),
  ],
  targets: [cheap(POINTER_TIER)],
};

export const lists: Benchmark = {
  name: "automatic-lists",
  operation: `a node is made and put into a list of ${LIST}, which is dropped before the next, with automatic collection on, and off`,
  measures: MEASURES,
  reference: CPYTHON,
  contenders: [
    ours(
      FACADE,
      "heap.frame(() => { const list = heap.list(); for (…) list.append(new Node()); })",
      (ours) => {
        const { heap, Node } = ours;
        keep(new Node());
        const body = (): void => {
          const list = heap.list();
          for (let i = 0; i < LIST; i += 1) list.append(new Node());
        };
        return (count, isOn) => {
          const end = begin(heap, isOn);
          for (let i = 0; i < count; i += LIST) heap.frame(body);
          return end();
        };
      },
    ),
    ...pythons("lists", `[Node() for _ in range(${LIST})]`),
  ],
  targets: [cheap(FACADE)],
};

export const chains: Benchmark = {
  name: "automatic-chains",
  operation: `a node is made that refers to the one before; each ${LIST} are dropped before the next, with automatic collection on, and off`,
  measures: MEASURES,
  reference: CPYTHON,
  contenders: [
    ours(POINTER_TIER, chainDoes("heap.decref(last), timed too"), (ours) => (count, isOn) => {
      const end = begin(ours.heap, isOn);
      for (let i = 0; i < count; i += LIST) ours.heap.decref(makeChain(ours, LIST));
      return end();
    }),
    ...pythons("chains", "node = Node(); node.a = last; last = node"),
  ],
  targets: [cheap(POINTER_TIER)],
};

export const growing: Benchmark = {
  name: "automatic-growing",
  operation: `a node is made that refers to the one before, until there are ${MILLION}, with automatic collection on, and off; dropping them is not timed`,
  measures: MEASURES,
  reference: CPYTHON,
  contenders: [
    ours(POINTER_TIER, chainDoes("heap.decref(last), not timed"), (ours) => (count, isOn) => {
      const end = begin(ours.heap, isOn);
      const last = makeChain(ours, count);
      const ms = end();
      ours.heap.decref(last);
      return ms;
    }),
    ...pythons("chain", "node = Node(); node.a = last; last = node"),
  ],
  targets: [],
};

function chainDoes(end: string): string {
  return `node = Node.allocate(); heap.setRef(node, offsets.a, last); heap.decref(last); last = node; ${end}`;
}

type OurHeap = Awaited<ReturnType<typeof openOurs>>;

async function openOurs() {
  const heap = await newCollectedHeap();
  return { heap, Node: heap.struct("Node", NODE) };
}

function makeChain({ heap, Node }: OurHeap, count: number): number {
  const { a } = Node.offsets;
  let last = Node.allocate();
  for (let i = 1; i < count; i += 1) {
    const node = Node.allocate();
    heap.setRef(node, a, last);
    heap.decref(last);
    last = node;
  }
  return last;
}

/** Starts the clock, with automatic collection or without it. @returns what stops it, and gives milliseconds. */
function begin({ gc }: Heap, isOn: boolean): () => number {
  if (isOn) gc.enable();
  const from = performance.now();
  return () => {
    const ms = performance.now() - from;
    gc.disable();
    return ms;
  };
}

function ours(
  name: string,
  does: string,
  prepare: (ours: OurHeap) => (count: number, isOn: boolean) => number,
): Contender {
  return {
    name,
    does,
    async start(options) {
      const ours = await openOurs();
      const run = prepare(ours);
      warmUp(() => {
        for (const isOn of [true, false]) run(WARM_UP, isOn);
        ours.heap.gc.collect();
      });
      return automaticWork(options, run);
    },
  };
}

function pythons(workload: string, does: string): Contender[] {
  const start = async (options: WorkOptions, open: () => Promise<Python>): Promise<Work> => {
    const python = await open();
    const run: Run = async (count, isOn) =>
      toMs(await python.run<number>("automatic", workload, count, Number(isOn)));
    return { program: python.program, ...automaticWork(options, run) };
  };
  return [
    {
      name: CPYTHON,
      does: `gc.enable(), or gc.disable(); ${does}`,
      start: (options) => start(options, openCPython),
    },
    {
      name: "Pyodide",
      does: "the same, CPython compiled to Wasm",
      start: (options) => start(options, openPyodideHere),
    },
  ];
}

function automaticWork({ share }: WorkOptions, run: Run): Work {
  const count = Math.round((MILLION * share) / LIST) * LIST;
  return {
    async round(): Promise<Values> {
      settleMemory();
      await run(WARM_UP, true);
      const ms = { on: 0, off: 0 };
      for (let pair = 0; pair < PAIRS; pair += 1) {
        const order = pair % 2 === 0 ? (["on", "off"] as const) : (["off", "on"] as const);
        for (const state of order) ms[state] += await run(count, state === "on");
      }
      const perNode = (total: number): number => (total * NS_PER_MS) / (PAIRS * count);
      return { on: perNode(ms.on), off: perNode(ms.off), cost: (ms.on / ms.off - 1) * PERCENT };
    },
  };
}
