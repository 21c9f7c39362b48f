// src/lab/atr1-writer.ts: writes ATR1 allocation traces, gzipped, as atr1.ts reads them.
// Source: FORMAT.md of the ATR1 corpus; the header is drawn in atr1.ts.

import { gzipSync } from "node:zlib";
import type { Trace, TraceTotals } from "./trace.js";

const MAGIC = 0x31525441;
const VERSION = 1;
const HEADER_SIZE = 64;
const EVENTS_ALIGNMENT = 16;
const RECORD_BYTES = 12;
const FLAG_TRUNCATED = 1;
const SPACE = 0x20;

/** The file of a trace. O(events). */
export function encodeTrace(
  trace: Pick<Trace, keyof TraceTotals | "truncated" | "meta" | "words">,
): Uint8Array {
  const json = new TextEncoder().encode(JSON.stringify(trace.meta));
  const metaLength = Math.ceil(json.length / EVENTS_ALIGNMENT) * EVENTS_ALIGNMENT;
  const eventsOffset = HEADER_SIZE + metaLength;
  const bytes = new Uint8Array(eventsOffset + trace.words.byteLength);
  bytes.fill(SPACE, HEADER_SIZE, eventsOffset);
  bytes.set(json, HEADER_SIZE);
  bytes.set(new Uint8Array(trace.words.buffer, trace.words.byteOffset, trace.words.byteLength), eventsOffset);
  const view = new DataView(bytes.buffer);
  const u32s: readonly (readonly [number, number])[] = [
    [0, MAGIC],
    [4, VERSION],
    [8, trace.events],
    [12, trace.maxSlots],
    [24, trace.siteCount],
    [28, RECORD_BYTES],
    [32, eventsOffset],
    [36, metaLength],
    [40, trace.truncated ? FLAG_TRUNCATED : 0],
    [44, trace.liveBlocksAtEnd],
    [56, trace.maxSize],
    [60, trace.peakEvent],
  ];
  for (const [offset, value] of u32s) view.setUint32(offset, value, true);
  view.setBigUint64(16, BigInt(trace.peakLiveBytes), true);
  view.setBigUint64(48, BigInt(trace.liveBytesAtEnd), true);
  return gzipSync(bytes);
}
