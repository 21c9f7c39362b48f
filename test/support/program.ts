// test/support/program.ts: random programs against a heap, as fast-check makes, shrinks and prints them.
// Not here: what must hold while they run (shadow-heap.ts, watched-heap.ts).

import fc from "fast-check";
import { ALIGNMENT_MAX, ARENA_SIZE, PAGE_SIZE, POOL_SIZE, SMALL_REQUEST_MAX } from "../../assembly/layout.js";
import { readBlockSizes } from "../../src/heap-map.js";
import { newHeap } from "./checked-core.js";

/** One call; `pick` names a live block, modulo their number. */
export type Step =
  | { op: "malloc"; size: number }
  | { op: "calloc"; count: number; size: number }
  | { op: "alignedAlloc"; alignment: number; size: number }
  | { op: "realloc"; pick: number; size: number }
  | { op: "free"; pick: number }
  /** Many blocks of one size: fills pools. */
  | { op: "burst"; size: number; count: number }
  /** Every `stride`th live block from `pick` on: empties pools in odd orders. */
  | { op: "sweep"; pick: number; stride: number };

export const CLASS_SIZES: readonly number[] = readBlockSizes(newHeap("release").memory.memory);

/** A burst holds no more bytes than this. */
const BURST_BYTES_MAX = 400_000;

const EDGES = [0, ...CLASS_SIZES, SMALL_REQUEST_MAX, POOL_SIZE, ARENA_SIZE, PAGE_SIZE];
/** Sizes at which something changes, and their neighbours. */
export const EDGE_SIZES: readonly number[] = [
  ...new Set(EDGES.flatMap((edge) => [edge - 1, edge, edge + 1, edge + 8])),
].filter((size) => size >= 0);

const sizes = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...EDGE_SIZES) },
  { weight: 3, arbitrary: fc.integer({ min: 0, max: SMALL_REQUEST_MAX }) },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 2 * POOL_SIZE }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 300_000 }) },
);
const alignments = fc.integer({ min: 0, max: Math.log2(ALIGNMENT_MAX) }).map((log2) => 2 ** log2);
const picks = fc.nat({ max: 1 << 16 });

const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ op: fc.constant("malloc" as const), size: sizes }) },
  {
    weight: 2,
    arbitrary: fc.record({
      op: fc.constant("calloc" as const),
      count: fc.integer({ min: 0, max: 3 }),
      size: sizes,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ op: fc.constant("alignedAlloc" as const), alignment: alignments, size: sizes }),
  },
  { weight: 4, arbitrary: fc.record({ op: fc.constant("realloc" as const), pick: picks, size: sizes }) },
  { weight: 6, arbitrary: fc.record({ op: fc.constant("free" as const), pick: picks }) },
  {
    weight: 1,
    arbitrary: fc.record({
      op: fc.constant("burst" as const),
      size: sizes,
      count: fc.integer({ min: 2, max: 600 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      op: fc.constant("sweep" as const),
      pick: picks,
      stride: fc.integer({ min: 1, max: 5 }),
    }),
  },
);

/** Programs of up to `length` steps. */
export function programs(length: number): fc.Arbitrary<Step[]> {
  return fc.array(steps, { maxLength: length, size: "max" });
}

/** The calls of a burst, one by one; any other step as it is. */
export function unfold(step: Step): Step[] {
  if (step.op !== "burst") return [step];
  const count = Math.min(step.count, Math.ceil(BURST_BYTES_MAX / (step.size + 1)));
  return Array.from({ length: count }, () => ({ op: "malloc", size: step.size }));
}

/** What a program runs on: a heap and the blocks that are live in it. */
export interface ProgramTarget<Block> {
  readonly blocks: readonly Block[];
  malloc(size: number): unknown;
  calloc(count: number, size: number): unknown;
  alignedAlloc(alignment: number, size: number): unknown;
  realloc(block: Block, size: number): unknown;
  free(block: Block): void;
}

/** Makes one call, or the calls of a burst or sweep. */
export function run<Block>(step: Step, shadow: ProgramTarget<Block>): void {
  const { blocks } = shadow;
  if ("pick" in step && blocks.length === 0) return;
  switch (step.op) {
    case "malloc":
      shadow.malloc(step.size);
      break;
    case "calloc":
      shadow.calloc(step.count, step.size);
      break;
    case "alignedAlloc":
      shadow.alignedAlloc(step.alignment, step.size);
      break;
    case "realloc":
      shadow.realloc(blocks[step.pick % blocks.length]!, step.size);
      break;
    case "free":
      shadow.free(blocks[step.pick % blocks.length]!);
      break;
    case "burst":
      for (const part of unfold(step)) run(part, shadow);
      break;
    case "sweep":
      // from the end, as indices behind a freed block move
      for (let i = blocks.length - 1; i >= 0; i -= 1) {
        if ((i + step.pick) % step.stride === 0) shadow.free(blocks[i]!);
      }
  }
}
