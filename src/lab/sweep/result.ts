// src/lab/sweep/result.ts: what a sweep gives, as its JSON has it: the shape that reports, comparisons and merges read.
// Not here: how any of it is measured.

import type { MachineFacts } from "../machine.js";
import type { Spread } from "../spread.js";

/** Of the JSON's shape; a file with another is refused. */
export const RESULT_FORMAT = 1;

/** Every strategy on every workload, or one shard of that. */
export interface SweepResult {
  readonly program: "pymalloc lab";
  readonly format: typeof RESULT_FORMAT;
  /** Of this package. */
  readonly version: string;
  /** ISO 8601. */
  readonly date: string;
  readonly machine: MachineFacts;
  readonly node: string;
  readonly v8: string;
  readonly plan: SweepPlan;
  /** Shards whose cells are here, of plan.shardCount; a merged result has all. */
  readonly shards: readonly number[];
  readonly workloads: readonly WorkloadFacts[];
  readonly strategies: readonly StrategyFacts[];
  readonly cells: readonly CellResult[];
  /** Cells that could not be measured, and why. */
  readonly missing: readonly MissingCell[];
  /** One a shard: how much a strategy differed from itself. */
  readonly noise: readonly NoiseFacts[];
  /** Ended by Ctrl-C: cells are of the rounds done by then. */
  readonly isInterrupted: boolean;
}

/** What was to be done; equal in all shards of one sweep. */
export interface SweepPlan {
  /** Names; cell (w, s) has number w * strategies.length + s. */
  readonly workloads: readonly string[];
  readonly strategies: readonly string[];
  /** Strategy that time ratios are of. */
  readonly baseline: string;
  readonly rounds: number;
  readonly shardCount: number;
  /** A replay is given up after so long, in ms. */
  readonly limitMs: number;
  /** SHA-256, hex: of names, contents of workloads and modules, and settings. */
  readonly digest: string;
}

export interface WorkloadFacts {
  readonly name: string;
  /** A file's path, or a generator with its settings. */
  readonly source: string;
  readonly events: number;
  readonly maxSlots: number;
  readonly peakLiveBytes: number;
  readonly peakEvent: number;
  readonly liveBytesAtEnd: number;
  readonly bytesRequested: number;
  /** Number of events by call, names as in trace.ts OP_NAMES. */
  readonly calls: Readonly<Record<string, number>>;
  /** Requests by size: bin i counts sizes from `from` bytes on, below the next bin's. */
  readonly sizes: readonly HistogramBin[];
  /** Freed blocks by lifetime, in allocations between birth and free. */
  readonly lifetimes: readonly HistogramBin[];
  /** Blocks that were never freed. */
  readonly immortalBlocks: number;
}

export interface HistogramBin {
  readonly from: number;
  readonly count: number;
}

export interface StrategyFacts {
  readonly name: string;
  /** One line. */
  readonly description: string;
  /** Bytes of the Wasm file, as it is and compressed. */
  readonly wasmBytes: number;
  readonly brotliBytes: number;
  /** Shows a limit and is no rival: blocks are made up, or never reused. */
  readonly isFloor: boolean;
  /** Values of the tunables, of a tuned pymalloc. */
  readonly tunables?: Readonly<Record<string, number>>;
}

/** One strategy on one workload. */
export interface CellResult {
  readonly workload: string;
  readonly strategy: string;
  readonly time: TimeResult;
  readonly latency: LatencyResult;
  /** null for a strategy whose blocks are made up. */
  readonly memory: MemoryResult | null;
}

export interface TimeResult {
  /** ns per event, one a round, the replay loop's own cost included. */
  readonly rounds: readonly number[];
  readonly nsPerEvent: Spread;
  /** Untimed replays until times stopped falling. */
  readonly warmUpReplays: number;
  /** Time as a multiple of the baseline's in the same rounds; null where the baseline could not finish, or after one round. */
  readonly ratio: RatioResult | null;
}

/** Told only where the whole interval is on one side of 1. */
export type Verdict = "faster" | "slower" | "no difference seen";

export interface RatioResult {
  /** Geometric mean. */
  readonly value: number;
  /** Bounds of the 95 % confidence interval. */
  readonly low: number;
  readonly high: number;
  readonly verdict: Verdict;
}

/** Of single calls, in ns, with the clock's own cost taken off. */
export interface LatencyResult {
  /** By percentile: 50, 90, 99, 99.9, 99.99, 100. */
  readonly percentiles: readonly { readonly percentile: number; readonly ns: number }[];
  /** What reading the clock twice costs, in ns: differences below it mean nothing. */
  readonly clockNs: number;
}

export interface MemoryResult {
  /** Samples, oldest first. */
  readonly curve: readonly MemorySample[];
  /** After the event that live bytes were highest at, and after the last. */
  readonly peak: MemoryMoment;
  readonly end: MemoryMoment;
  /** Linear memory at the end; it never shrinks. */
  readonly footprintBytes: number;
  /** Linear memory of a heap in which nothing was allocated yet. */
  readonly freshBytes: number;
  readonly growCalls: number;
  /** Calls of realloc with a block, and those that moved it. */
  readonly reallocs: number;
  readonly reallocMoves: number;
  readonly locality: LocalityResult;
}

export interface MemorySample {
  /** Events done. */
  readonly event: number;
  readonly footprintBytes: number;
  /** Requested and not yet freed. */
  readonly liveBytes: number;
}

/** Where each byte of linear memory is: requested + slack + metadata + free = footprint. */
export interface MemoryMoment {
  readonly event: number;
  readonly footprintBytes: number;
  readonly liveBlocks: number;
  /** Bytes that the program asked for. */
  readonly requestedBytes: number;
  /** Inside of blocks, beyond what was asked for: internal fragmentation. 0 if the module tells no usable sizes. */
  readonly slackBytes: number;
  /** Gaps between blocks that are too narrow for another, and all below the first block: headers, padding, tables. An estimate from outside. */
  readonly metadataBytes: number;
  /** The rest: external fragmentation, and memory in reserve. */
  readonly freeBytes: number;
  /** Longest range without a live block, in bytes. */
  readonly largestGapBytes: number;
  readonly map: HeapMap;
}

/** Linear memory in equal cells, in address order. */
export interface HeapMap {
  readonly cellBytes: number;
  /** Of each cell, the part that live blocks cover: 0 to 100 per cent. */
  readonly coverage: readonly number[];
}

/** Means over windows of 1000 events. */
export interface DistinctUnits {
  /** Distinct lines of 64 bytes. */
  readonly linesPerThousand: number;
  /** Distinct pages of 64 KiB. */
  readonly pagesPerThousand: number;
}

/** What the program meets of its blocks: first and last byte of each that is taken, resized or given back. */
export interface LocalityResult extends DistinctUnits {
  /** The same with all that the allocator itself reads and writes; null where the module could not be instrumented. */
  readonly touched: TouchedResult | null;
}

export interface TouchedResult extends DistinctUnits {
  /** Loads and stores of the allocator, bulk operations not among them. */
  readonly accessesPerEvent: number;
  /** Events it was watched for: all, if time allowed. */
  readonly events: number;
}

export interface MissingCell {
  readonly workload: string;
  readonly strategy: string;
  /** failed: ran out of memory or trapped; skipped: could not finish; slow: took longer than allowed. */
  readonly kind: "failed" | "skipped" | "slow";
  readonly reason: string;
}

export interface NoiseFacts {
  readonly shard: number;
  readonly workload: string;
  /** The baseline's time as a multiple of a second copy of itself in the same rounds. */
  readonly ratio: RatioResult;
}
