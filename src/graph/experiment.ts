// src/graph/experiment.ts: loads a graph, collects with all of it alive, cuts its drop root, collects again, and measures.
// Not here: the objects (load.ts), what is printed of it (report.ts).

import type { Heap } from "../heap.js";
import type { ListHandle } from "../kinds/list.js";
import { type Spread, spreadOf } from "../lab/spread.js";
import { loadGraph } from "./load.js";
import type { GraphAnswers, ObjectGraph } from "./object-graph.js";

/** Collections with all alive, each time the graph is loaded: enough for a median. */
const LIVE_COLLECTIONS = 7;

/** What one graph gave. Times are in milliseconds, of all rounds. */
export interface GraphResult extends GraphAnswers {
  readonly graph: ObjectGraph;
  readonly rounds: number;
  /** As sys.getsizeof tells: of the object's block, rounding included, and of the items of a list. */
  readonly bytesPerNode: number;
  /** All of the heap's memory, when the graph was loaded. */
  readonly footprintBytes: number;
  /** Objects that collections found to free before anything was cut; right is 0. */
  readonly liveCollected: number;
  /** Nodes that live at the end. */
  readonly alive: number;
  readonly buildMs: Spread;
  readonly liveCollectMs: Spread;
  readonly garbageCollectMs: Spread;
  /** Whether every answer is the file's. */
  readonly isRight: boolean;
}

type Counts = GraphAnswers & Pick<GraphResult, "bytesPerNode" | "footprintBytes" | "liveCollected" | "alive">;

/** What one round gave. */
interface Round {
  readonly counts: Counts;
  readonly buildMs: number;
  readonly liveCollectMs: readonly number[];
  readonly garbageCollectMs: number;
}

/** A graph's rounds, one by one, as a program that is to be interrupted needs them. */
export class Experiment {
  readonly #rounds: Round[] = [];

  /** @param newHeap - makes the heap of a round, empty and of the same build each time. */
  constructor(
    readonly graph: ObjectGraph,
    private readonly newHeap: () => Heap,
  ) {}

  /**
   * One round, in a heap of its own.
   *
   * @throws {MemoryError} if the graph does not fit in a heap.
   * @throws {CorruptHeapError} if a rule of the heap's is broken at the end.
   */
  run(): void {
    const heap = this.newHeap();
    try {
      this.#rounds.push(runRound(heap, this.graph));
    } finally {
      heap.close();
    }
  }

  /** What the rounds gave; undefined before the first. The counts are those of the first round that has a wrong one, if any. */
  get result(): GraphResult | undefined {
    const { graph } = this;
    const rounds = this.#rounds;
    const wrong = rounds.find((round) => !isRight(round, graph));
    const { counts } = wrong ?? rounds[0] ?? {};
    if (counts === undefined) return undefined;
    return {
      graph,
      rounds: rounds.length,
      ...counts,
      buildMs: spreadOf(rounds.map((round) => round.buildMs)),
      liveCollectMs: spreadOf(rounds.flatMap((round) => round.liveCollectMs)),
      garbageCollectMs: spreadOf(rounds.map((round) => round.garbageCollectMs)),
      isRight: wrong === undefined,
    };
  }
}

function isRight({ counts }: Round, { answers }: ObjectGraph): boolean {
  return (
    counts.liveCollected === 0 &&
    counts.freedByRefcount === answers.freedByRefcount &&
    counts.heldByCycles === answers.heldByCycles &&
    counts.collected === answers.collected
  );
}

function runRound(heap: Heap, graph: ObjectGraph): Round {
  heap.gc.disable();
  let addresses: Uint32Array = new Uint32Array();
  const buildMs = timeOf(() => {
    addresses = loadGraph(heap, graph);
  });
  const bytesPerNode = sizeOf(heap, addresses) / graph.nodes;
  const { footprintBytes } = heap.stats();

  let liveCollected = 0;
  const liveCollectMs = Array.from({ length: LIVE_COLLECTIONS }, () =>
    timeOf(() => {
      liveCollected += heap.gc.collect();
    }),
  );

  const before = countAlive(heap, addresses);
  cut(heap, addresses[graph.dropRoot]!);
  const between = countAlive(heap, addresses);
  let collected = 0;
  const garbageCollectMs = timeOf(() => {
    collected = heap.gc.collect();
  });
  const alive = countAlive(heap, addresses);
  heap.verify();
  const freedByRefcount = before - between;
  const heldByCycles = between - alive;
  return {
    counts: {
      freedByRefcount,
      heldByCycles,
      collected,
      bytesPerNode,
      footprintBytes,
      liveCollected,
      alive,
    },
    buildMs,
    liveCollectMs,
    garbageCollectMs,
  };
}

/** Releases what the list refers to, as list.clear() in any program. */
function cut(heap: Heap, list: number): void {
  const root = heap.handle(list) as ListHandle;
  root.clear();
  root.dispose();
}

/** Nodes whose objects live. Right as long as no object is made after them. */
function countAlive(heap: Heap, addresses: Uint32Array): number {
  const { core } = heap.objectHeap;
  let count = 0;
  for (const address of addresses) if (core.object_fault(address) === 0) count += 1;
  return count;
}

function sizeOf(heap: Heap, addresses: Uint32Array): number {
  const { core } = heap.objectHeap;
  let bytes = 0;
  for (const address of addresses) bytes += core.get_size(address) >>> 0;
  return bytes;
}

function timeOf(run: () => void): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}
