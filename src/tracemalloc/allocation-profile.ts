// src/tracemalloc/allocation-profile.ts: allocations by place, in the form that exports are made of.

import type { Frame } from "./frame.js";

/** Blocks that were allocated at one place, and live. */
export interface ProfileSample {
  /** The oldest call first, the allocating line last; may be empty: unknown. */
  readonly frames: readonly Frame[];
  /** Bytes, estimated where sampled. */
  readonly bytes: number;
  /** Blocks, estimated where sampled. */
  readonly count: number;
  readonly domain: "raw" | "objects" | "user";
}

export interface AllocationProfile {
  readonly samples: readonly ProfileSample[];
  /** Mean bytes between samples; absent: every block. */
  readonly sampleBytes?: number;
  /** ms since the epoch. */
  readonly takenAt: number;
}
