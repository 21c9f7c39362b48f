// bench/workloads.ts: what is measured: one table of all workloads.
// Not here: rounds and the clock (rounds.ts), how an allocator gets a loop inside it (inside-module.ts).

import type { Allocator } from "../src/lab/allocator.js";
import { freshCopy } from "../src/lab/fresh-copy.js";
import { Random } from "../src/lab/random.js";
import { CHUNK_OPERATIONS, churnPlan, startChurn } from "./churn-plan.js";
import type { Driver, InsideInstance } from "./inside-module.js";
import { allocateLoop, churnLoop, growLoop, pairLoop, releaseLoop } from "./loops.js";

/** Performs chunks of CHUNK_OPERATIONS operations each. Throws when the allocator has no memory. */
export type Runner = (chunks: number) => void;

interface WorkloadFacts {
  /** With `place`, unique. */
  readonly name: string;
  /** Workloads of one group share a table. */
  readonly group: string;
  /** Operations timed in one round; a whole number of chunks. */
  readonly operations: number;
  /** Blocks live throughout. */
  readonly liveBlocks: number;
}

/** Calls come from JavaScript, one by one. */
export interface JsWorkload extends WorkloadFacts {
  readonly place: "js";
  readonly needsRealloc?: boolean;
  /** Draws what all allocators share; what it returns prepares one fresh heap. */
  plan(seed: number): (allocator: Allocator) => Runner;
}

/** JavaScript calls a loop inside Wasm, once a chunk. */
export interface InsideWorkload extends WorkloadFacts {
  readonly place: "inside";
  readonly driver: Driver;
  plan(seed: number): (instance: InsideInstance) => Runner;
}

export type Workload = JsWorkload | InsideWorkload;

/** An allocator returned 0. */
export class NoMemoryError extends Error {
  override readonly name = "NoMemoryError";

  constructor() {
    super("an allocation returned null");
  }
}

const SMALL_SIZE = 48;
const PAGE_SIZED = 4096;
const RANDOM_MIN = 8;
const RANDOM_SMALL_MAX = 512;
const RANDOM_LARGE_MAX = 10_000;
const BATCH_BLOCKS = 10_000;
const CHAIN_START = 16;
const CHAIN_END = 64 * 1024;
const CHAIN_FACTOR = 1.5;
const CHAIN_STEP = 64;
const CHAINS_SIDE_BY_SIDE = 16;

/** All workloads, in the order they run. */
export const WORKLOADS: readonly Workload[] = [
  pairs("pair-48", SMALL_SIZE, 1_000_000),
  pairs("pair-4096", PAGE_SIZED, 500_000),
  churn("churn-1k", 1000, 300_000),
  churn("churn-10k", 10_000, 300_000),
  churn("churn-100k", 100_000, 200_000),
  churn("churn-200k", 200_000, 200_000),
  churn("churn-1m", 1_000_000, 100_000),
  batches("batch-same", (_, count) => Uint32Array.from({ length: count }, (_, index) => index)),
  batches("batch-reverse", (_, count) =>
    Uint32Array.from({ length: count }, (_, index) => count - 1 - index),
  ),
  batches("batch-shuffled", (random, count) => random.permutation(count)),
  chains("realloc-factor", growByFactor, 1, 100_000),
  chains("realloc-factor-16", growByFactor, CHAINS_SIDE_BY_SIDE, 30_000),
  chains("realloc-steps", growByStep, 1, 100_000),
  chains("realloc-steps-16", growByStep, CHAINS_SIDE_BY_SIDE, 30_000),
  churn("random-10k-bytes", 10_000, 150_000, RANDOM_LARGE_MAX, "random sizes to 10 kB"),
  pairsInside("pair-48", SMALL_SIZE, 1_000_000),
  churnInside("churn-10k", 10_000, 300_000),
  churnInside("churn-200k", 200_000, 150_000),
];

function pairs(name: string, size: number, operations: number): JsWorkload {
  return {
    ...{
      name,
      operations,
      group: "pair: malloc and free",
      place: "js",
      liveBlocks: 0,
    },
    plan: () => (allocator) => {
      const { malloc, free } = allocator;
      const loop = freshCopy(pairLoop);
      return eachChunk(() => loop(malloc, free, size, CHUNK_OPERATIONS));
    },
  };
}

function churn(
  name: string,
  liveBlocks: number,
  operations: number,
  maxSize = RANDOM_SMALL_MAX,
  group = `churn: replace one of n live blocks at random, ${RANDOM_MIN} to ${RANDOM_SMALL_MAX} bytes`,
): JsWorkload {
  return {
    ...{ name, group, operations, liveBlocks, place: "js" },
    plan: (seed) => {
      const plan = churnPlan(seed, liveBlocks, RANDOM_MIN, maxSize);
      return ({ malloc, free }) => {
        const loop = freshCopy(churnLoop);
        const slots = new Int32Array(liveBlocks);
        return startChurn(plan, (draws, firstDraw, firstSize) => {
          const count = loop(
            malloc,
            free,
            slots,
            plan[draws],
            firstDraw,
            plan.sizes,
            firstSize,
            CHUNK_OPERATIONS,
          );
          if (count !== CHUNK_OPERATIONS) throw new NoMemoryError();
        });
      };
    },
  };
}

function batches(name: string, freeOrder: (random: Random, count: number) => Uint32Array): JsWorkload {
  return {
    ...{
      name,
      group: `batch: ${BATCH_BLOCKS} blocks allocated, then freed; an operation is both`,
      place: "js",
    },
    ...{ operations: 200_000, liveBlocks: 0 },
    plan: (seed) => {
      const random = new Random(seed);
      const sizes = random.sizes(BATCH_BLOCKS, RANDOM_MIN, RANDOM_SMALL_MAX);
      const order = freeOrder(random, BATCH_BLOCKS);
      return ({ malloc, free }) => {
        const allocate = freshCopy(allocateLoop);
        const release = freshCopy(releaseLoop);
        const slots = new Int32Array(BATCH_BLOCKS);
        return (chunks) => {
          for (let left = chunks * CHUNK_OPERATIONS; left > 0; left -= BATCH_BLOCKS) {
            eachPart(BATCH_BLOCKS, (begin, end) => allocate(malloc, slots, sizes, begin, end));
            eachPart(BATCH_BLOCKS, (begin, end) => release(free, slots, order, begin, end));
          }
        };
      };
    },
  };
}

function chains(name: string, grow: (size: number) => number, count: number, operations: number): JsWorkload {
  const steps = chainSteps(grow);
  return {
    ...{ name, operations, place: "js", liveBlocks: 0, needsRealloc: true },
    group: `realloc: chains of ${CHAIN_START} B to ${CHAIN_END / 1024} KiB, alone or ${CHAINS_SIDE_BY_SIDE} side by side`,
    plan: () => {
      const script = steps.flatMap((size) => Array.from({ length: count }, (_, chain) => ({ chain, size })));
      const chainOf = Uint32Array.from(script, (it) => it.chain);
      const sizeOf = Uint32Array.from(script, (it) => it.size);
      return ({ realloc, free }) => {
        const loop = freshCopy(growLoop);
        const slots = new Int32Array(count);
        let next = 0;
        return (chunks) => {
          for (let left = chunks * CHUNK_OPERATIONS; left > 0; ) {
            const end = Math.min(next + CHUNK_OPERATIONS, next + left, chainOf.length);
            if (loop(realloc!, free, slots, chainOf, sizeOf, next, end) !== end) throw new NoMemoryError();
            left -= end - next;
            next = end % chainOf.length;
          }
        };
      };
    },
  };
}

function growByFactor(size: number): number {
  return Math.ceil(size * CHAIN_FACTOR);
}

function growByStep(size: number): number {
  return size + CHAIN_STEP;
}

/** Sizes of whole chains, about a chunk together so that a loop's call costs nothing; 0 ends one. */
function chainSteps(grow: (size: number) => number): number[] {
  const chain: number[] = [];
  for (let size = CHAIN_START; size < CHAIN_END; size = grow(size)) chain.push(size);
  chain.push(CHAIN_END, 0);
  return Array.from({ length: Math.max(1, Math.floor(CHUNK_OPERATIONS / chain.length)) }, () => chain).flat();
}

function pairsInside(name: string, size: number, operations: number): InsideWorkload {
  return {
    ...{ name, operations, group: "inside Wasm: pair", place: "inside", driver: "pair", liveBlocks: 0 },
    plan: () => (instance) => eachChunk(() => instance.call(size, CHUNK_OPERATIONS)),
  };
}

function churnInside(name: string, liveBlocks: number, operations: number): InsideWorkload {
  return {
    ...{ name, operations, group: "inside Wasm: churn", place: "inside", driver: "churn", liveBlocks },
    plan: (seed) => {
      const plan = churnPlan(seed, liveBlocks, RANDOM_MIN, RANDOM_SMALL_MAX);
      return (instance) => {
        // Its tables are blocks of the allocator itself, as the merged program has no other memory.
        const place = (bytes: number): number => instance.place(bytes, () => instance.call(0, 0, bytes, 1));
        const slots = place(liveBlocks * Int32Array.BYTES_PER_ELEMENT);
        const draws = place(plan.draws.byteLength);
        const sizes = place(plan.sizes.byteLength);
        instance.write(slots, new Int32Array(liveBlocks));
        instance.write(draws, plan.sweep);
        instance.write(sizes, plan.sizes);
        const chunk = (_: string, firstDraw: number, firstSize: number): void => {
          const drawAt = draws + firstDraw * plan.draws.BYTES_PER_ELEMENT;
          const sizeAt = sizes + firstSize * plan.sizes.BYTES_PER_ELEMENT;
          if (instance.call(slots, drawAt, sizeAt, CHUNK_OPERATIONS) !== CHUNK_OPERATIONS)
            throw new NoMemoryError();
        };
        return startChurn(plan, chunk, () => instance.write(draws, plan.draws));
      };
    },
  };
}

/** @param chunk - performs CHUNK_OPERATIONS and returns how many it could. */
function eachChunk(chunk: () => number): Runner {
  return (chunks) => {
    for (let i = 0; i < chunks; i += 1) if (chunk() !== CHUNK_OPERATIONS) throw new NoMemoryError();
  };
}

/** Cuts 0 .. count into chunks; `part` returns its end, or where it got no memory. */
function eachPart(count: number, part: (begin: number, end: number) => number): void {
  for (let begin = 0; begin < count; begin += CHUNK_OPERATIONS) {
    const end = Math.min(begin + CHUNK_OPERATIONS, count);
    if (part(begin, end) !== end) throw new NoMemoryError();
  }
}
