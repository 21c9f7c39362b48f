// src/stress/result.ts: what a run gives: as it goes on, and at its end, as the JSON has it.

import type { Occurrence } from "./distribution.js";
import type { StressPlan } from "./plan.js";

/** In the order of a run; those of a pass, and the verification's, may come again. */
export const PHASES = [
  "make",
  "link",
  "hand over",
  "replace",
  "relink",
  "settle",
  "verify heap",
  "check nodes",
  "drop",
  "collect",
] as const;
export type PhaseName = (typeof PHASES)[number];

/** All that was done in one phase, each time. */
export interface PhaseResult {
  readonly phase: PhaseName;
  readonly operations: number;
  readonly ms: number;
  /** Nanoseconds an operation, as the mean of a piece of a few thousand, by number of operations. */
  readonly operationNs: readonly Occurrence[];
  /** The longest piece: so long nothing else could be done. */
  readonly longestMs: number;
}

/** Where a run is. */
export interface RunProgress {
  readonly phase: PhaseName;
  /** From 0 to 1, of the phase. */
  readonly done: number;
  /** Passes, or rounds, that are over. */
  readonly passes: number;
  /** Nodes that were made and are not known to be gone. */
  readonly objects: number;
  readonly heapBytes: number;
  /** In the phase, of late. */
  readonly operationNs: number;
  readonly pauses: number;
  readonly longestPauseMs: number;
  /** By generation; those of V8's: young, and old. */
  readonly collections: readonly number[];
}

export interface GenerationResult {
  readonly collections: number;
  /** Objects; V8 does not tell. */
  readonly collected?: number;
}

export interface FootprintSample {
  readonly seconds: number;
  readonly heapBytes: number;
  readonly objects: number;
}

/** One worker's run, as far as it came. */
export interface RunResult {
  readonly plan: StressPlan;
  readonly seconds: number;
  readonly phases: readonly PhaseResult[];
  readonly passes: number;
  /** Nodes made. */
  readonly made: number;
  /** Most nodes there were at once. */
  readonly mostObjects: number;
  /** Bytes of the heap then: linear memory, or what V8 has in use. */
  readonly mostHeapBytes: number;
  /** Bytes of the table that finds nodes by number, where it is no part of the heap. */
  readonly indexBytes: number;
  /** Most resident memory of the process, which other threads may share. */
  readonly peakRssBytes: number;
  /** Collections' pauses. */
  readonly pauses: readonly Occurrence[];
  readonly generations: readonly GenerationResult[];
  /** Verifications that found all as it must be. */
  readonly verifications: number;
  /** Times that the heap was full, and what else it threw MemoryError for. */
  readonly memoryErrors: { readonly full: number; readonly collection: number };
  readonly samples: readonly FootprintSample[];
  readonly isInterrupted: boolean;
  readonly failure?: Failure;
}

export interface Failure {
  readonly name: string;
  readonly message: string;
}
