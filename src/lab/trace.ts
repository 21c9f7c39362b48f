// src/lab/trace.ts: a decoded allocation trace, and its events' encoding.
// Not here: the file format around it (atr1.ts), what makes a trace wrong (trace-check.ts).
// Source: FORMAT.md of the ATR1 corpus.

/** Words (u32) in one event of {@link Trace.words}. */
export const EVENT_WORDS = 3;

// One event
//
//   31   28 27            0   31            0   31       24 23          0
//   ┌──────┬───────────────┬─────────────────┬────────────┬─────────────┐
//   │  op  │     slot      │  size in bytes  │ align log2 │    site     │
//   └──────┴───────────────┴─────────────────┴────────────┴─────────────┘
//            word 0              word 1              word 2
export const OP_SHIFT = 28;
export const SLOT_MASK = 0xfffffff;
export const ALIGNMENT_SHIFT = 24;
export const SITE_MASK = 0xffffff;

/** The calls of a trace. A slot stands for one live block: dead before an allocation, live until its free. */
export const OP_MALLOC = 0;
export const OP_CALLOC = 1;
export const OP_REALLOC = 2;
export const OP_FREE = 3;
export const OP_ALIGNED = 4;
/** realloc(NULL, size). */
export const OP_REALLOC_NULL = 5;
/** realloc(p, 0) that freed p. */
export const OP_REALLOC_ZERO = 6;

/** Names of the ops as the metadata spells them, by op. */
export const OP_NAMES = ["malloc", "calloc", "realloc", "free", "memalign", "reallocNull", "reallocZero"];

/** Totals a trace claims in its header, all recomputed when it is read. */
export interface TraceTotals {
  /** Events. */
  readonly events: number;
  /** Slots are 0 .. maxSlots - 1; the largest number of blocks live at once. */
  readonly maxSlots: number;
  /** Highest sum of requested bytes of live blocks, sampled after each event. */
  readonly peakLiveBytes: number;
  /** Call sites are 1 .. siteCount; 0 is none. */
  readonly siteCount: number;
  readonly liveBlocksAtEnd: number;
  readonly liveBytesAtEnd: number;
  /** Bytes of the largest single request. */
  readonly maxSize: number;
  /** Index of the event after which peakLiveBytes was first reached. */
  readonly peakEvent: number;
}

/** One allocation trace, checked: every event is legal when replayed in order. */
export interface Trace extends TraceTotals {
  /** File name without directory, `.atr.gz` or `.atr`. */
  readonly name: string;
  /** The file as the caller named it. */
  readonly file: string;
  /** True when the recording stopped before the program did. */
  readonly truncated: boolean;
  /** Bytes asked for by all requests together, realloc targets included. */
  readonly bytesRequested: number;
  /** The recorder's JSON metadata. */
  readonly meta: Readonly<Record<string, unknown>>;
  /** u32[events * EVENT_WORDS]. */
  readonly words: Uint32Array;
}
