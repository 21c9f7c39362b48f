// src/lab/trace-of.ts: a trace made here of its events alone: totals and the statistics of its metadata, as its readers recompute them.
// Not here: reading traces (atr1.ts), writing them (atr1-writer.ts).

import { EVENT_WORDS, SLOT_MASK, type Trace } from "./trace.js";
import { computeTotals, IllegalEvent } from "./trace-check.js";

/** What a trace's events don't tell. */
export interface TraceFacts {
  readonly name: string;
  readonly file: string;
  readonly truncated: boolean;
  readonly meta: Readonly<Record<string, unknown>>;
}

/**
 * The trace of these events. O(events).
 *
 * @param words - u32[events * EVENT_WORDS]; kept.
 * @throws {RangeError} if an event is illegal: whoever made them is wrong.
 */
export function traceOf(words: Uint32Array, { name, file, truncated, meta }: TraceFacts): Trace {
  let maxSlots = 0;
  for (let at = 0; at < words.length; at += EVENT_WORDS) {
    maxSlots = Math.max(maxSlots, (words[at]! & SLOT_MASK) + 1);
  }
  const totals = computeTotals(words, maxSlots);
  if (totals instanceof IllegalEvent) {
    throw new RangeError(`${name}: event ${totals.event}: ${totals.reason}`);
  }
  const { ops, peakLiveBlocks, ...rest } = totals;
  const { events, peakLiveBytes, liveBytesAtEnd, bytesRequested } = rest;
  const stats = { events, peakLiveBytes, peakLiveBlocks, liveBytesAtEnd, bytesRequested, ops };
  return { name, file, ...rest, truncated, meta: { name, ...meta, stats }, words };
}
