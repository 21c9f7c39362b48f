// bench/gc/graphs.ts: full collections of recorded heaps of real Python programs, all alive, beside Python with the same graph.
// Not here: the graphs' format and their objects here (src/graph/).

import { loadGraph } from "../../src/graph/load.js";
import { NODE_TRACKED, type ObjectGraph } from "../../src/graph/object-graph.js";
import { graphName, readGraph } from "../../src/graph/ogr1.js";
import { spreadOf } from "../../src/lab/spread.js";
import { settleMemory, warmUp } from "../../src/lab/warm-up.js";
import { type Benchmark, type Contender, UnavailableError } from "../objects/benchmark.js";
import type { Python } from "../objects/python.js";
import { newCollectedHeap } from "./collected-heap.js";
import { collectPlain } from "./plain-nodes.js";
import { bytesOf, openCPython, openPyodideHere, toMs } from "./python-nodes.js";
import type { Collection } from "./subject.js";

/** Nodes with more references are lists in Python too, as here. */
const FIELDS_MAX = 16;
/** Nodes without references are lists too then, if they are tracked. */
const NO_STRUCTS = -1;
const STRUCTS = "objects with __slots__, and lists for nodes of many references; gc.collect()";
/** In a round, which gives their median. */
const COLLECTIONS = 7;
const OLDEST = 2;
const FASTER = 5;
const OURS = "pymalloc";
const CPYTHON = "CPython";
const RECORDED = "CPython, recorded";

/** @param file - a path. */
export function graphBenchmark(file: string): Benchmark {
  return {
    name: `graph-${graphName(file)}`,
    operation:
      "a full collection of a recorded heap of CPython's, all of it alive; a round gives the median of " +
      `${COLLECTIONS}, after one that is not timed`,
    measures: { live: "ms" },
    reference: CPYTHON,
    contenders: [
      {
        name: OURS,
        does: "loadGraph(heap, graph): structs, and lists for nodes of many references; heap.gc.collect()",
        async start() {
          const heap = await newCollectedHeap();
          loadGraph(heap, await readGraph(file));
          const collect = (): Collection => {
            const begin = performance.now();
            const found = heap.gc.collect();
            return { ms: performance.now() - begin, found };
          };
          warmUp(collect);
          return { round: () => liveRound(collect) };
        },
      },
      python(file, CPYTHON, STRUCTS, FIELDS_MAX, openCPython),
      python(
        file,
        "CPython, lists",
        "a list for each node with references; gc.collect()",
        NO_STRUCTS,
        openCPython,
      ),
      {
        name: RECORDED,
        does: "what the file tells of gc.collect() in the program itself, when it was recorded",
        async start() {
          const { liveCollectMs } = (await readGraph(file)).recorded;
          if (liveCollectMs === undefined) throw new UnavailableError("the file does not tell");
          return { round: () => ({ live: liveCollectMs }) };
        },
      },
      python(file, "Pyodide", "the same as CPython, compiled to Wasm", FIELDS_MAX, openPyodideHere),
      {
        name: "V8",
        does: "arrays of references, and objects of a number for nodes without references; gc() of node --expose-gc",
        async start() {
          keepPlain(await readGraph(file));
          return { round: () => liveRound(collectPlain) };
        },
      },
    ],
    targets: [CPYTHON, RECORDED].map((times) => ({
      ...{ contender: OURS, measure: "live", limit: 1 / FASTER, times },
    })),
  };
}

async function liveRound(collect: () => Collection | Promise<Collection>): Promise<{ live: number }> {
  settleMemory();
  await collect();
  const times: number[] = [];
  for (let i = 0; i < COLLECTIONS; i += 1) {
    const { ms, found = 0 } = await collect();
    if (found !== 0)
      throw new Error(`a collection found ${found} objects to be garbage, where all are alive`);
    times.push(ms);
  }
  return { live: spreadOf(times).median };
}

function python(
  file: string,
  name: string,
  does: string,
  fieldsMax: number,
  open: () => Promise<Python>,
): Contender {
  return {
    name,
    does,
    async start() {
      const graph = await readGraph(file);
      const python = await open();
      const { offsets, targets, flags, outsideReferences } = graph;
      const parts = [offsets, targets, flags, outsideReferences].map(bytesOf);
      const [tracked, seen] = await python.run<[number, number]>("graph", ...parts, fieldsMax, NODE_TRACKED);
      if (seen !== tracked) throw new Error(`the collector has ${seen} objects in view, not ${tracked}`);
      return {
        program: python.program,
        round: () =>
          liveRound(async () => {
            const [seconds, found] = await python.run<[number, number]>("collect", OLDEST);
            return { ms: toMs(seconds), found };
          }),
      };
    },
  };
}

const held: unknown[] = [];

function keepPlain({ nodes, offsets, targets, outsideReferences }: ObjectGraph): void {
  const made = Array.from({ length: nodes }, (_, node): object =>
    offsets[node] === offsets[node + 1] ? { value: node + 0.5 } : [],
  );
  for (let node = 0; node < nodes; node += 1) {
    for (let i = offsets[node]!; i < offsets[node + 1]!; i += 1)
      (made[node] as object[]).push(made[targets[i]!]!);
    if (outsideReferences[node]! > 0) held.push(made[node]);
  }
}
