// src/lab/atr1-layout.ts: where an ATR1 trace file keeps what.
// Not here: reading it (atr1.ts), writing it (atr1-writer.ts), the events' own layout (trace.ts).
// Source: FORMAT.md of the ATR1 corpus.

import { EVENT_WORDS, type TraceTotals } from "./trace.js";

// File (byte offsets, little-endian)
//
//   0       4         8        12         16              24          28            32
//   ┌───────┬─────────┬────────┬──────────┬───────────────┬───────────┬─────────────┬──────────────┐
//   │ ATR1  │ version │ events │ maxSlots │ peakLiveBytes │ siteCount │ recordBytes │ eventsOffset │
//   └───────┴─────────┴────────┴──────────┴───────────────┴───────────┴─────────────┴──────────────┘
//   36        40      44                48               56        60           64      eventsOffset
//   ┌─────────┬───────┬─────────────────┬────────────────┬─────────┬───────────┬─ ─ ─ ─ ─┬─ ─ ─ ─
//   │ metaLen │ flags │ liveBlocksAtEnd │ liveBytesAtEnd │ maxSize │ peakEvent │ JSON    │ events
//   └─────────┴───────┴─────────────────┴────────────────┴─────────┴───────────┴─ ─ ─ ─ ─┴─ ─ ─ ─
export const MAGIC = 0x31525441;
export const VERSION = 1;
export const VERSION_OFFSET = 4;
export const RECORD_BYTES_OFFSET = 28;
export const EVENTS_OFFSET_OFFSET = 32;
export const META_LENGTH_OFFSET = 36;
export const FLAGS_OFFSET = 40;
export const HEADER_SIZE = 64;
export const EVENTS_ALIGNMENT = 16;
export const RECORD_BYTES = EVENT_WORDS * Uint32Array.BYTES_PER_ELEMENT;
export const FLAG_TRUNCATED = 1;

/** Where the header keeps each total, and whether as u32 or u64. */
export const TOTAL_FIELDS: Readonly<Record<keyof TraceTotals, { offset: number; isWide: boolean }>> = {
  events: { offset: 8, isWide: false },
  maxSlots: { offset: 12, isWide: false },
  peakLiveBytes: { offset: 16, isWide: true },
  siteCount: { offset: 24, isWide: false },
  liveBlocksAtEnd: { offset: 44, isWide: false },
  liveBytesAtEnd: { offset: 48, isWide: true },
  maxSize: { offset: 56, isWide: false },
  peakEvent: { offset: 60, isWide: false },
};
