// src/lab/formats/recording.ts: a trace with what its file tells besides the events.
// Not here: reading one (read-recording.ts), sums over it (totals.ts).

import type { Trace } from "../trace.js";
import type { Sites } from "./sites.js";

/** The file formats, as people are told of them. */
export const FORMAT_NAMES = {
  atr1: "ATR1",
  mtrace: "glibc mtrace",
  heaptrack: "heaptrack",
  "heaptrack-raw": "heaptrack raw",
} as const;
export type RecordingFormat = keyof typeof FORMAT_NAMES;

/** A call that is no event, as it concerns a block that was allocated before or without the recorder. */
export interface ForeignFree {
  /** Index of the event that comes next. */
  readonly event: number;
  /** Of the file, from 1. */
  readonly line: number;
  /** Undefined where the format names no blocks. */
  readonly address: bigint | undefined;
}

/** A block that was live at the end. */
export interface UnfreedBlock {
  /** Undefined where the format names no blocks. */
  readonly address: bigint | undefined;
  readonly sizeBytes: number;
  readonly site: number;
}

/** Lines that are no events, and why. */
export interface IgnoredCounts {
  /** Frees of blocks never seen. */
  readonly foreignFrees: number;
  /** realloc of blocks never seen; what they gave counts as allocated. */
  readonly foreignReallocs: number;
  /** malloc and its like that gave no memory. */
  readonly failedAllocations: number;
  /** realloc that gave no memory, and left the block as it was. */
  readonly failedReallocs: number;
  /** Frees that the recorder missed: the address was given out again. These are events. */
  readonly lostFrees: number;
}

export const NOTHING_IGNORED: IgnoredCounts = {
  foreignFrees: 0,
  foreignReallocs: 0,
  failedAllocations: 0,
  failedReallocs: 0,
  lostFrees: 0,
};

/** What a recorder wrote; undefined is what its format doesn't tell. */
export interface Recording {
  readonly format: RecordingFormat;
  /** Number the file gives its format, where it does. */
  readonly formatVersion: number | undefined;
  readonly trace: Trace;
  readonly sites: Sites;
  readonly command: string | undefined;
  /** Bytes of a pointer in the recorded program. */
  readonly pointerBytes: number | undefined;
  /** Whether frees name their block, so that it is known which one of equal size and origin died. */
  readonly namesBlocks: boolean;
  /** Time between the recorder's first mark and its last. */
  readonly elapsedMs: number | undefined;
  /** Largest resident set, the recorder's own part included. */
  readonly peakRssBytes: number | undefined;
  readonly ignored: IgnoredCounts;
  readonly foreignFrees: readonly ForeignFree[];
  /** Blocks live at the end, in the order of addresses, or of slots where there are none. O(events). */
  readonly findUnfreed: () => UnfreedBlock[];
  /** Patterns of leaks that the program itself wants left out. */
  readonly suppressions: readonly string[];
}
