// bench/gc/full.ts: full collections of a heap of random nodes: all alive, and all garbage; one size beside the rivals, and many sizes.
// Not here: the heaps (our-nodes.ts, python-nodes.ts, plain-nodes.ts).

import { settleMemory } from "../../src/lab/warm-up.js";
import type { Benchmark, Contender, Target, Work, WorkOptions } from "../objects/benchmark.js";
import { ourNodes, ourNodesInBatch } from "./our-nodes.js";
import { plainNodes } from "./plain-nodes.js";
import { cpythonNodes, pyodideNodes } from "./python-nodes.js";
import { countCyclic, drawTargets } from "./random-graph.js";
import type { Collection, SubjectKind } from "./subject.js";

const NS_PER_MS = 1e6;
const MILLION = 1_000_000;
/** Live collections, one after the other, in a round. */
const LIVE_COLLECTIONS = 3;
const LIVE_FASTER = 8;
const GARBAGE_FASTER = 25;
const OF_V8 = 2;
/** Time a node, of that at a million nodes. */
const OF_MILLION = 2;
const MEASURES = { live: "ns", garbage: "ns" } as const;

const OPERATION =
  "one list holds all nodes, nothing else does: a full collection finds nothing, by the node; then the list is dropped, with it " +
  "die those that no other node refers to, and so on: a full collection finds the rest, by the node found (V8: by the node made)";

export const full: Benchmark = {
  name: "full",
  operation: `${MILLION} nodes of two random references; ${OPERATION}`,
  measures: MEASURES,
  reference: cpythonNodes.name,
  contenders: [ourNodes, ourNodesInBatch, cpythonNodes, pyodideNodes, plainNodes].map((kind) =>
    contenderOf(kind, MILLION),
  ),
  targets: [
    { contender: ourNodes.name, measure: "live", limit: 1 / LIVE_FASTER, times: cpythonNodes.name },
    { contender: ourNodes.name, measure: "garbage", limit: 1 / GARBAGE_FASTER, times: cpythonNodes.name },
    { contender: ourNodes.name, measure: "live", limit: OF_V8, times: plainNodes.name },
    { contender: ourNodes.name, measure: "garbage", limit: OF_V8, times: plainNodes.name },
  ],
};

export function sizesOf(sizes: readonly number[]): Benchmark {
  const nameOf = (kind: SubjectKind, count: number): string =>
    `${kind.name}, ${count.toExponential().replace("+", "")} nodes`;
  const million = nameOf(ourNodes, MILLION);
  const targets = sizes.flatMap((count): Target[] =>
    count <= MILLION
      ? []
      : Object.keys(MEASURES).map((measure) => ({
          ...{ contender: nameOf(ourNodes, count), measure, limit: OF_MILLION, times: million },
        })),
  );
  return {
    name: "sizes",
    operation: `as full, with more nodes or fewer; ${OPERATION}`,
    measures: MEASURES,
    reference: million,
    contenders: [ourNodes, plainNodes].flatMap((kind) =>
      sizes.map((count) => ({ ...contenderOf(kind, count), name: nameOf(kind, count) })),
    ),
    targets,
  };
}

function contenderOf(kind: SubjectKind, total: number): Contender {
  return { name: kind.name, does: kind.does, start: (options) => fullWork(kind, total, options) };
}

async function fullWork(kind: SubjectKind, total: number, { seed, share }: WorkOptions): Promise<Work> {
  const count = Math.round(total * share);
  const targets = drawTargets(seed, count);
  const cyclic = countCyclic(targets);
  const subject = await kind.open();
  await subject.load(targets);
  return {
    ...(subject.program === undefined ? {} : { program: subject.program }),
    async round() {
      settleMemory();
      await subject.build();
      check(await subject.collect(), 0); // all are old then, and in the caches as far as they fit
      let liveMs = 0;
      for (let i = 0; i < LIVE_COLLECTIONS; i += 1) liveMs += check(await subject.collect(), 0).ms;
      await subject.drop();
      const garbage = check(await subject.collect(), cyclic);
      return {
        live: (liveMs * NS_PER_MS) / (LIVE_COLLECTIONS * count),
        garbage: (garbage.ms * NS_PER_MS) / (garbage.found ?? count),
      };
    },
  };
}

function check(collection: Collection, expected: number): Collection {
  const { found = expected } = collection;
  if (found !== expected)
    throw new Error(`a collection found ${found} objects to be garbage, not ${expected}`);
  return collection;
}
