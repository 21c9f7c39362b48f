// bench/objects/pointer-tier.ts: structs on plain numbers: made and dropped, references taken and given up.

import { readFile } from "node:fs/promises";
import { OBJECT_REFCOUNT } from "../../assembly/object-layout.js";
import type { Heap } from "../../src/heap.js";
import { Random } from "../../src/lab/random.js";
import { settleEngine } from "../../src/lab/warm-up.js";
import type { Benchmark, WorkOptions } from "./benchmark.js";
import { newHeap } from "./new-heap.js";
import { loopWork } from "./work.js";

const PASS = 10_000;
const TOTAL = 2_000_000;
const BATCH = 1000;
/** Objects whose references are counted, in random order. */
const OBJECTS = 1000;
/** No round takes so many references away. */
const MANY_REFERENCES = 1 << 28;

export const TWO_REFERENCES = { left: "ref", right: "ref" } as const;

export const createDrop: Benchmark = {
  name: "create-drop",
  operation: "a record of two references is made and dropped",
  measures: { time: "ns" },
  reference: "plain objects",
  contenders: [
    {
      name: "core",
      does: "decref(struct_new(type)), the Wasm exports themselves",
      start: async (options) => {
        const heap = await newHeap();
        const type = heap.struct("Node", TWO_REFERENCES).typeId;
        const { struct_new, decref } = heap.objectHeap.core;
        return loopWork(options, TOTAL, PASS, () => {
          for (let i = 0; i < PASS; i += 1) decref(struct_new(type));
          return PASS;
        });
      },
    },
    {
      name: "pointer tier",
      does: "heap.decref(Node.allocate())",
      start: async (options) => {
        const heap = await newHeap();
        const Node = heap.struct("Node", TWO_REFERENCES);
        return loopWork(options, TOTAL, PASS, () => {
          for (let i = 0; i < PASS; i += 1) heap.decref(Node.allocate());
          return PASS;
        });
      },
    },
    {
      name: "batches",
      does: `Node.allocate(${BATCH}).dispose(), by the record`,
      start: async (options) => {
        const heap = await newHeap();
        const Node = heap.struct("Node", TWO_REFERENCES);
        return loopWork(options, TOTAL, PASS, () => {
          for (let i = 0; i < PASS; i += BATCH) Node.allocate(BATCH).dispose();
          return PASS;
        });
      },
    },
    {
      name: "plain objects",
      does: `slots[i % ${BATCH}] = { left: null, right: null }, collected when V8 sees fit`,
      start: (options) => {
        const slots = new Array<object | undefined>(BATCH).fill(undefined);
        return loopWork(options, TOTAL, PASS, () => {
          for (let i = 0, slot = 0; i < PASS; i += 1) {
            slots[slot] = { left: null, right: null };
            slot = slot + 1 === BATCH ? 0 : slot + 1;
          }
          return PASS;
        });
      },
    },
  ],
  targets: [{ contender: "pointer tier", measure: "time", limit: 25 }],
};

export const incref: Benchmark = counting("incref");
export const decref: Benchmark = counting("decref");

/** The same loop, over addresses of objects, with another call in it. */
function counting(call: "incref" | "decref"): Benchmark {
  return {
    name: call,
    operation: `${call} of one of ${OBJECTS} records`,
    measures: { time: "ns" },
    reference: "empty call",
    contenders: [
      {
        name: "empty call",
        does: "a Wasm function that takes the address and does nothing",
        start: async (options) => {
          settleEngine();
          const file = new URL("strategies/null.wasm", import.meta.url);
          const { instance } = await WebAssembly.instantiate(await readFile(file));
          const empty = instance.exports.free as (address: number) => void;
          const { addresses } = await countedObjects(options);
          return loopWork(options, TOTAL, PASS, () => {
            for (let i = 0; i < PASS; i += 1) empty(addresses[i]!);
            return PASS;
          });
        },
      },
      {
        name: "core",
        does: `${call}(address), the Wasm export itself`,
        start: async (options) => {
          const { heap, addresses, reset } = await countedObjects(options);
          const count = heap.objectHeap.core[call];
          return loopWork(options, TOTAL, PASS, countAll(addresses, count), reset);
        },
      },
      {
        name: "pointer tier",
        does: `heap.${call}(address)`,
        start: async (options) => {
          const { heap, addresses, reset } = await countedObjects(options);
          return loopWork(options, TOTAL, PASS, pointerTierPass(heap, addresses, call), reset);
        },
      },
    ],
    targets: [
      { contender: "core", measure: "time", limit: 1.5, times: "empty call" },
      { contender: "pointer tier", measure: "time", limit: 1.5, times: "empty call" },
    ],
  };
}

function countAll(addresses: Uint32Array, count: (address: number) => void): () => number {
  return () => {
    for (let i = 0; i < PASS; i += 1) count(addresses[i]!);
    return PASS;
  };
}

function pointerTierPass(heap: Heap, addresses: Uint32Array, call: "incref" | "decref"): () => number {
  if (call === "incref") {
    return () => {
      for (let i = 0; i < PASS; i += 1) heap.incref(addresses[i]!);
      return PASS;
    };
  }
  return () => {
    for (let i = 0; i < PASS; i += 1) heap.decref(addresses[i]!);
    return PASS;
  };
}

/** Addresses for a pass, of objects that have many references whenever `reset` was called. */
async function countedObjects({ seed }: WorkOptions): Promise<{
  heap: Heap;
  addresses: Uint32Array;
  reset: () => void;
}> {
  const heap = await newHeap();
  const Node = heap.struct("Node", TWO_REFERENCES);
  const objects = Uint32Array.from({ length: OBJECTS }, () => Node.allocate());
  const addresses = new Random(seed).indices(PASS, OBJECTS).map((index) => objects[index]!);
  const reset = (): void => {
    for (const object of objects) heap.memory.u32[(object + OBJECT_REFCOUNT) >>> 2] = MANY_REFERENCES;
  };
  return { heap, addresses, reset };
}
