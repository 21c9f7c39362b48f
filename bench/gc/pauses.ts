// bench/gc/pauses.ts: how long automatic collections hold up a program that replaces objects of a large heap, all of them in cycles.

import type { Heap } from "../../src/heap.js";
import type { ListHandle } from "../../src/kinds/list.js";
import { Random } from "../../src/lab/random.js";
import { settleMemory } from "../../src/lab/warm-up.js";
import type { Benchmark, Contender, Values, Work, WorkOptions } from "../objects/benchmark.js";
import { newCollectedHeap, setPauseTarget } from "./collected-heap.js";
import { NODE } from "./our-nodes.js";

const OBJECTS = 10_000_000;
/** Two nodes that refer to each other. */
const PAIR = 2;
/** One pair in so many refers to a third one: others live on in references that are left then. */
const REFERS_EVERY = 4;
const PER_FRAME = 100;
const TARGET_MS = 2;
/** Percent of pauses that may be longer. */
const LATE_LIMIT = 0.1;
const PERCENT = 100;
const NS_PER_MS = 1e6;
const OLDEST = 2;
const WITH_TARGET = `setPauseTarget(${TARGET_MS})`;

export const pauses: Benchmark = {
  name: "pauses",
  operation:
    `of ${OBJECTS} objects, in pairs that refer to each other and that a list holds, one pair in ${REFERS_EVERY} referring to another ` +
    `pair too, a random pair is replaced, ${OBJECTS / PAIR} times a round, with automatic collection; pauses are as heap.gc.callbacks ` +
    `tell them, late: longer than ${TARGET_MS} ms; late time: of all time in pauses, that in late ones; frames: of ${PER_FRAME} ` +
    "replacements, collections and all, by the clock outside; a replacement's time has its share of the collections' in it",
  measures: {
    ...{ median: "ms", "99 %": "ms", "99.9 %": "ms", longest: "ms", late: "%", "late time": "%" },
    ...{ pauses: "count", "of full collections": "count" },
    ...{ "longest frame": "ms", "late frames": "%", replacement: "ns" },
  },
  reference: "no target",
  contenders: [
    contenderOf(WITH_TARGET, `heap.gc.setPauseTarget(${TARGET_MS}), heap.gc.enable()`, (heap) =>
      setPauseTarget(heap, TARGET_MS),
    ),
    contenderOf("no target", "heap.gc.enable()"),
  ],
  targets: [{ contender: WITH_TARGET, measure: "late", limit: LATE_LIMIT }],
};

interface Pause {
  readonly generation: number;
  readonly pauseMs: number;
}

function contenderOf(name: string, does: string, setUp: (heap: Heap) => void = () => {}): Contender {
  return {
    name,
    does,
    async start(options) {
      const heap = await newCollectedHeap();
      setUp(heap);
      return churnWork(heap, options);
    },
  };
}

function churnWork(heap: Heap, { seed, share }: WorkOptions): Work {
  const Node = heap.struct("Node", NODE);
  const random = new Random(seed);
  const count = Math.round((OBJECTS * share) / PAIR);
  const list = heap.list();
  const makePair = (): InstanceType<typeof Node> => {
    const first = new Node();
    first.a = new Node({ a: first });
    if (list.length > 0 && random.below(REFERS_EVERY) === 0) {
      first.b = list.at(random.below(list.length)) as InstanceType<typeof Node>;
    }
    return first;
  };
  inFrames(heap, count, () => list.append(makePair()));
  const replace = (): void => replaceOne(list, random, makePair);
  inFrames(heap, count / PER_FRAME, replace); // to be compiled
  heap.gc.collect();
  heap.gc.collect();

  let ended: Pause[] = [];
  heap.gc.callbacks.push((phase, info) => {
    if (phase === "stop") ended.push(info);
  });
  return {
    round() {
      settleMemory();
      ended = [];
      const begin = performance.now();
      heap.gc.enable();
      const frames = inFrames(heap, count, replace);
      heap.gc.disable();
      const ms = performance.now() - begin;
      return {
        ...summaryOf(ended),
        "longest frame": frames.longest,
        "late frames": (frames.late / frames.count) * PERCENT,
        replacement: (ms * NS_PER_MS) / count,
      };
    },
  };
}

function replaceOne(list: ListHandle, random: Random, makePair: () => object): void {
  list.set(random.below(list.length), makePair());
}

/** @returns how many frames there were, how many of them were late, and the longest one's milliseconds. */
function inFrames(
  heap: Heap,
  count: number,
  call: () => void,
): { count: number; late: number; longest: number } {
  let late = 0;
  let longest = 0;
  for (let done = 0; done < count; done += PER_FRAME) {
    const begin = performance.now();
    heap.frame(() => {
      for (let i = 0; i < PER_FRAME; i += 1) call();
    });
    const ms = performance.now() - begin;
    if (ms > TARGET_MS) late += 1;
    longest = Math.max(longest, ms);
  }
  return { count: Math.ceil(count / PER_FRAME), late, longest };
}

function summaryOf(collections: readonly Pause[]): Values {
  const sorted = collections.map((it) => it.pauseMs).toSorted((a, b) => a - b);
  const quantile = (part: number): number => sorted[Math.ceil(part * sorted.length) - 1] ?? 0;
  const late = sorted.filter((ms) => ms > TARGET_MS);
  const percentOf = (part: number, whole: number): number => (whole === 0 ? 0 : (part / whole) * PERCENT);
  return {
    ...{ median: quantile(1 / 2), "99 %": quantile(0.99), "99.9 %": quantile(0.999), longest: quantile(1) },
    late: percentOf(late.length, sorted.length),
    "late time": percentOf(sum(late), sum(sorted)),
    pauses: sorted.length,
    "of full collections": collections.filter((it) => it.generation === OLDEST).length,
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
