// bench/objects/against-python.ts: the same containers, made and dropped, here and in CPython.
// Not here: CPython's side (python.ts, python/workloads.py).

import type { Heap } from "../../src/heap.js";
import type { Benchmark, Contender, Target } from "./benchmark.js";
import { keep, newHeap } from "./new-heap.js";
import { TWO_REFERENCES } from "./pointer-tier.js";
import { pythons } from "./python.js";
import { type Phases, phasedWork, stopwatch } from "./work.js";

const MILLION = 1_000_000;
const STRINGS = 100_000;
const PYTHON = "CPython";
const MAKE_RELEASE = { make: "ns", release: "ns", both: "ns" } as const;

const makeRelease = ([make, release]: readonly [number, number]): Phases => ({ make, release });

/** One way to do it here. @param prepare - returns one round of so many operations. */
function ours(
  name: string,
  does: string,
  total: number,
  prepare: (heap: Heap) => (count: number) => Phases,
): Contender {
  return {
    name,
    does,
    start: async (options) => phasedWork(options, total, prepare(await newHeap())),
  };
}

/** As ours, for something to be disposed of. @param given - what it is made from, which is there before the clock starts. */
function made<Given = undefined>(
  name: string,
  does: string,
  total: number,
  prepare: (heap: Heap) => (count: number, given: Given) => { dispose(): void },
  given: (count: number) => Given = () => undefined as Given,
): Contender {
  return ours(name, `${does}; dispose()`, total, (heap) => {
    const make = prepare(heap);
    keep(make(1, given(1)));
    return (count) => {
      const source = given(count);
      const lap = stopwatch();
      const whole = make(count, source);
      const phase = lap();
      whole.dispose();
      return { make: phase, release: lap() };
    };
  });
}

/** In both phases together. */
function fasterThanPython(...contenders: string[]): Target[] {
  return contenders.map((contender) => ({ contender, measure: "both", limit: 1, times: PYTHON }));
}

export const nodes: Benchmark = {
  name: "nodes",
  operation: `a record of two references is made, ${MILLION} of them are kept, then all are dropped`,
  measures: MAKE_RELEASE,
  reference: PYTHON,
  contenders: [
    made("facade: batch", "Node.allocate(count)", MILLION, (heap) => {
      const Node = heap.struct("Node", TWO_REFERENCES);
      return (count) => Node.allocate(count);
    }),
    ours("pointer tier", "addresses[i] = Node.allocate(); heap.decref(addresses[i])", MILLION, (heap) => {
      const Node = heap.struct("Node", TWO_REFERENCES);
      return (count) => {
        const lap = stopwatch();
        const addresses = new Uint32Array(count);
        for (let i = 0; i < count; i += 1) addresses[i] = Node.allocate();
        const make = lap();
        for (let i = 0; i < count; i += 1) heap.decref(addresses[i]!);
        return { make, release: lap() };
      };
    }),
    ours("facade: handles", "kept.push(new Node()), in a frame that ends", MILLION, (heap) => {
      const Node = heap.struct("Node", TWO_REFERENCES);
      keep(new Node());
      return (count) => {
        const lap = stopwatch();
        let make = 0;
        heap.frame(() => {
          const kept: object[] = [];
          for (let i = 0; i < count; i += 1) kept.push(new Node());
          make = lap();
        });
        return { make, release: lap() };
      };
    }),
    ...pythons("nodes", MILLION, makeRelease, "kept = [Node() for _ in range(count)]; del kept"),
  ],
  targets: fasterThanPython("facade: batch", "pointer tier", "facade: handles"),
};

export const nodesInTurn: Benchmark = {
  name: "nodes-in-turn",
  operation: "a record of two references is made and dropped, before the next is",
  measures: { both: "ns" },
  reference: PYTHON,
  contenders: [
    ours("pointer tier", "heap.decref(Node.allocate())", MILLION, (heap) => {
      const Node = heap.struct("Node", TWO_REFERENCES);
      return (count) => {
        const lap = stopwatch();
        for (let i = 0; i < count; i += 1) heap.decref(Node.allocate());
        return { pairs: lap() };
      };
    }),
    ours("facade: in a frame", "new Node().dispose(), in a frame", MILLION, (heap) => {
      const Node = heap.struct("Node", TWO_REFERENCES);
      keep(new Node());
      return (count) => {
        const lap = stopwatch();
        heap.frame(() => {
          for (let i = 0; i < count; i += 1) new Node().dispose();
        });
        return { pairs: lap() };
      };
    }),
    ours("facade: no frame", "new Node().dispose(), outside of frames", MILLION, (heap) => {
      const Node = heap.struct("Node", TWO_REFERENCES);
      keep(new Node());
      return (count) => {
        const lap = stopwatch();
        for (let i = 0; i < count; i += 1) new Node().dispose();
        return { pairs: lap() };
      };
    }),
    ...pythons("nodes_in_turn", MILLION, ([, pairs]) => ({ pairs }), "for _ in range(count): Node()"),
  ],
  targets: fasterThanPython("pointer tier", "facade: in a frame"),
};

function* generate(count: number): Generator<number> {
  for (let i = 0; i < count; i += 1) yield i;
}

export const intsGenerated: Benchmark = {
  name: "ints-generated",
  operation: `an int is put into a list of ${MILLION} that a generator yields; then the list is dropped`,
  measures: MAKE_RELEASE,
  reference: PYTHON,
  contenders: [
    made("facade", "heap.list(generate(count))", MILLION, (heap) => (count) => heap.list(generate(count))),
    ...pythons("ints_generated", MILLION, makeRelease, "kept = list(generate(count)); del kept"),
  ],
  targets: fasterThanPython("facade"),
};

export const intsAppended: Benchmark = {
  name: "ints-appended",
  operation: `an int is appended to a list, ${MILLION} times; then the list is dropped`,
  measures: MAKE_RELEASE,
  reference: PYTHON,
  contenders: [
    made("core", "list_append_i32(list, i), the Wasm export itself", MILLION, (heap) => {
      const { list_append_i32 } = heap.objectHeap.core;
      return (count) => {
        const list = heap.list();
        const { address } = list;
        for (let i = 0; i < count; i += 1) list_append_i32(address, i);
        return list;
      };
    }),
    made("facade", "list.append(i)", MILLION, (heap) => (count) => {
      const list = heap.list();
      for (let i = 0; i < count; i += 1) list.append(i);
      return list;
    }),
    ...pythons("ints_appended", MILLION, makeRelease, "for i in range(count): kept.append(i)"),
  ],
  targets: fasterThanPython("facade"),
};

export const intsAtOnce: Benchmark = {
  name: "ints-at-once",
  operation: `an int is put into a list of ${MILLION}, made by one call; then the list is dropped`,
  measures: MAKE_RELEASE,
  reference: PYTHON,
  contenders: [
    made(
      "facade: array",
      "heap.list(array), of an array of numbers that is there",
      MILLION,
      (heap) => (_, array: number[]) => heap.list(array),
      (count) => Array.from({ length: count }, (_, i) => i),
    ),
    made(
      "facade: Int32Array",
      "heap.list(array), of an Int32Array that is there",
      MILLION,
      (heap) => (_, array: Int32Array) => heap.list(array),
      (count) => Int32Array.from({ length: count }, (_, i) => i),
    ),
    ...pythons("ints_at_once", MILLION, makeRelease, "kept = list(range(count)); del kept"),
  ],
  targets: fasterThanPython("facade: array", "facade: Int32Array"),
};

function* entries(count: number): Generator<[string, number]> {
  for (let i = 0; i < count; i += 1) yield [`key${i}`, i];
}

export const strings: Benchmark = {
  name: "strings",
  operation: `a key is made from a number and put into a dict of ${STRINGS}; then the dict is dropped`,
  measures: MAKE_RELEASE,
  reference: PYTHON,
  contenders: [
    made("facade: set", "dict.set(`key$" + "{i}`, i)", STRINGS, (heap) => (count) => {
      const dict = heap.dict();
      for (let i = 0; i < count; i += 1) dict.set(`key${i}`, i);
      return dict;
    }),
    made(
      "facade: generator",
      "heap.dict(entries(count)), a generator of pairs",
      STRINGS,
      (heap) => (count) => heap.dict(entries(count)),
    ),
    ...pythons("strings", STRINGS, makeRelease, 'for i in range(count): kept[f"key{i}"] = i'),
  ],
  targets: fasterThanPython("facade: set", "facade: generator"),
};
