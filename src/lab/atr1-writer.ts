// src/lab/atr1-writer.ts: a trace as an ATR1 file's bytes, which the reader takes back as the same trace.
// Not here: where they are written.
// Source: FORMAT.md of the ATR1 corpus.

import {
  EVENTS_ALIGNMENT,
  EVENTS_OFFSET_OFFSET,
  FLAG_TRUNCATED,
  FLAGS_OFFSET,
  HEADER_SIZE,
  MAGIC,
  META_LENGTH_OFFSET,
  RECORD_BYTES,
  RECORD_BYTES_OFFSET,
  TOTAL_FIELDS,
  VERSION,
  VERSION_OFFSET,
} from "./atr1-layout.js";
import type { Trace, TraceTotals } from "./trace.js";
import { computeTotals, IllegalEvent } from "./trace-check.js";

const SPACE = 0x20;

/** What a trace's file holds of it; its totals are taken from the events. */
export type TraceContent = Pick<Trace, "name" | "truncated" | "meta" | "words" | "maxSlots">;

/**
 * Encodes a trace, uncompressed. O(events).
 *
 * @throws {RangeError} if an event is not legal when its turn comes.
 */
export function encodeTrace({ name, truncated, meta, words, maxSlots }: TraceContent): Uint8Array {
  const totals = computeTotals(words, maxSlots);
  if (totals instanceof IllegalEvent)
    throw new RangeError(`${name}: event ${totals.event}: ${totals.reason}`);
  const { events, peakLiveBytes, peakLiveBlocks, liveBytesAtEnd, bytesRequested, ops } = totals;
  const stats = { events, peakLiveBytes, peakLiveBlocks, liveBytesAtEnd, bytesRequested, ops };
  const json = new TextEncoder().encode(
    JSON.stringify({ name, ...meta, truncated, stats: { ...(meta.stats as object | undefined), ...stats } }),
  );
  // the header's length is a multiple of the alignment
  const metaLength = Math.ceil(json.length / EVENTS_ALIGNMENT) * EVENTS_ALIGNMENT;
  const eventsOffset = HEADER_SIZE + metaLength;

  const bytes = new Uint8Array(eventsOffset + events * RECORD_BYTES);
  const header = new DataView(bytes.buffer);
  header.setUint32(0, MAGIC, true);
  header.setUint32(VERSION_OFFSET, VERSION, true);
  header.setUint32(RECORD_BYTES_OFFSET, RECORD_BYTES, true);
  header.setUint32(EVENTS_OFFSET_OFFSET, eventsOffset, true);
  header.setUint32(META_LENGTH_OFFSET, metaLength, true);
  header.setUint32(FLAGS_OFFSET, truncated ? FLAG_TRUNCATED : 0, true);
  for (const field of Object.keys(TOTAL_FIELDS) as (keyof TraceTotals)[]) {
    const { offset, isWide } = TOTAL_FIELDS[field];
    if (isWide) header.setBigUint64(offset, BigInt(totals[field]), true);
    else header.setUint32(offset, totals[field], true);
  }
  bytes.fill(SPACE, HEADER_SIZE, eventsOffset);
  bytes.set(json, HEADER_SIZE);
  bytes.set(new Uint8Array(words.buffer, words.byteOffset, words.byteLength), eventsOffset);
  return bytes;
}
