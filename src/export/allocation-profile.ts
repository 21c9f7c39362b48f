// src/export/allocation-profile.ts: what an allocation profile is: blocks that live, by the place that allocated them.
// Not here: taking one, and the formats that it is written in (heap-profile.ts, pprof.ts, speedscope.ts, folded.ts).

/** A frame as the user's source has it. */
export interface ProfileFrame {
  readonly functionName: string;
  readonly filename: string;
  /** From 1; 0: unknown. */
  readonly lineno: number;
  /** From 1; 0: unknown. */
  readonly column: number;
}

/** Blocks that were allocated at one place, and still live. */
export interface ProfileSample {
  /** Oldest call first, the allocating line last; may be empty: unknown. */
  readonly frames: readonly ProfileFrame[];
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
