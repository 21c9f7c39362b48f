// src/profile/record.ts: what a profiled process tells: the data that reports and plots are made of.
// Not here: how it gets from process to process (run-file.ts).

import type { BackendName } from "./backend.js";
import type { FunctionDescription } from "./description.js";

export interface LineRecord {
  readonly line: number;
  readonly occurrences: number;
  /** In the line, what it called included; recursion counted once. */
  readonly ms: number;
  /** By backend, when the line last ended. */
  readonly bytes: readonly number[];
  /** By backend: how much bytes grew while the line ran, what it called included; recursion counted once. */
  readonly increments: readonly number[];
}

/** A function that was measured, line by line or, with no lines, as a whole. */
export interface FunctionRecord extends FunctionDescription {
  readonly url: string;
  readonly calls: number;
  readonly lines: readonly LineRecord[];
  /** Of one measured as a whole. */
  readonly whole?: Omit<LineRecord, "line" | "occurrences">;
}

/** Bytes at a moment. */
export interface Sample {
  /** Since the beginning. */
  readonly ms: number;
  readonly bytes: number;
}

export interface SampleSeries {
  readonly backend: BackendName;
  readonly samples: readonly Sample[];
}

/** A call of a measured function, with the bytes of each series as it began and ended. */
export interface Bracket {
  readonly name: string;
  readonly from: { readonly ms: number; readonly bytes: readonly number[] };
  /** Missing if the program ended first. */
  readonly to?: { readonly ms: number; readonly bytes: readonly number[] };
}

export interface ProfileRecord {
  readonly backends: readonly BackendName[];
  /** Heaps of this library that were made. */
  readonly heaps: number;
  readonly functions: readonly FunctionRecord[];
  /** Where memory over time was asked for. */
  readonly series?: readonly SampleSeries[];
  readonly brackets?: readonly Bracket[];
}
