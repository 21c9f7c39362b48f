// src/tracemalloc/snapshot-content.ts: what a snapshot consists of: columns, as there may be millions of traces.

import type { Traceback } from "./traceback.js";
import type { Domain } from "./tracer.js";

/** A snapshot's content; columns of one length, an entry a trace. */
export interface SnapshotColumns {
  readonly addresses: Uint32Array;
  readonly sizes: Uint32Array;
  /** Indices into `tracebacks`. */
  readonly tracebackIndices: Uint32Array;
  /** Indices into DOMAINS. */
  readonly domains: Uint8Array;
  /** Indices into `types`, plus one; 0: no object. */
  readonly typeIndices: Uint16Array;
}

export interface SnapshotContent {
  readonly columns: SnapshotColumns;
  readonly tracebacks: readonly Traceback[];
  readonly types: readonly string[];
  /** Most frames of a traceback. */
  readonly tracebackLimit: number;
  /** Mean bytes between samples; undefined: every block was traced. */
  readonly sampleBytes: number | undefined;
  /** ms since the epoch. */
  readonly takenAt: number;
}

export const DOMAINS: readonly Domain[] = ["raw", "objects", "user"];
/** Index of "user". */
export const USER_DOMAIN = DOMAINS.indexOf("user");
