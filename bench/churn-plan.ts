// bench/churn-plan.ts: which block is replaced by which size, the same for every allocator.
// Not here: who replaces them (workloads.ts from JavaScript, inside/churn.ts within Wasm).

import { Random } from "../src/lab/random.js";

/** Operations in one call of a timed loop: V8 cannot replace code inside a running call. */
export const CHUNK_OPERATIONS = 1000;

/** Slots and sizes wrap around at different lengths, so that their combination does not repeat within a run. */
const DRAW_CHUNKS = 2000;
const SIZE_CHUNKS = 2003;
/** Replacements before the clock starts, per live block: a heap filled in one sweep is not one that has lived. */
const AGE = 2;
const AGE_LIMIT = 1_000_000;

/** What to fill a heap with and how to go on. */
export interface ChurnPlan {
  readonly liveBlocks: number;
  /** u32[], one sweep over all slots: fills the heap. */
  readonly sweep: Uint32Array<ArrayBuffer>;
  /** u32[], a whole number of chunks; at least as long as the sweep. */
  readonly draws: Uint32Array<ArrayBuffer>;
  /** u16[], bytes; a whole number of chunks. */
  readonly sizes: Uint16Array<ArrayBuffer>;
  /** Chunks of replacements that age the heap. */
  readonly agingChunks: number;
}

/** @param liveBlocks - a whole number of chunks. */
export function churnPlan(seed: number, liveBlocks: number, minSize: number, maxSize: number): ChurnPlan {
  const random = new Random(seed);
  return {
    liveBlocks,
    sweep: random.permutation(liveBlocks),
    draws: random.indices(DRAW_CHUNKS * CHUNK_OPERATIONS, liveBlocks),
    sizes: random.sizes(SIZE_CHUNKS * CHUNK_OPERATIONS, minSize, maxSize),
    agingChunks: Math.min(liveBlocks * AGE, AGE_LIMIT) / CHUNK_OPERATIONS,
  };
}

/** Performs one chunk: draws from index `firstDraw`, sizes from index `firstSize`. */
export type ChurnChunk = (draws: "sweep" | "draws", firstDraw: number, firstSize: number) => void;

/** Fills and ages a heap; what it returns goes on replacing, chunk by chunk. */
export function startChurn(
  plan: ChurnPlan,
  chunk: ChurnChunk,
  beforeDraws = () => {},
): (chunks: number) => void {
  let firstDraw = 0;
  let firstSize = 0;
  const run = (chunks: number): void => {
    for (let i = 0; i < chunks; i += 1) {
      chunk("draws", firstDraw, firstSize);
      firstDraw = (firstDraw + CHUNK_OPERATIONS) % plan.draws.length;
      firstSize = (firstSize + CHUNK_OPERATIONS) % plan.sizes.length;
    }
  };
  for (let first = 0; first < plan.liveBlocks; first += CHUNK_OPERATIONS) {
    chunk("sweep", first, first % plan.sizes.length);
  }
  beforeDraws();
  run(plan.agingChunks);
  return run;
}
