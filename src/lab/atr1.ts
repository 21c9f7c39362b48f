// src/lab/atr1.ts: reads ATR1 allocation traces, gzipped or plain, and refuses any that is not exactly right.
// Not here: the events' meaning (trace-check.ts).
// Source: FORMAT.md of the ATR1 corpus.

import { readFile } from "node:fs/promises";
import { basename } from "node:path";
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
import { gunzip } from "./gunzip.js";
import { EVENT_WORDS, type Trace, type TraceTotals } from "./trace.js";
import { type ComputedTotals, computeTotals, IllegalEvent } from "./trace-check.js";
import { TraceFormatError } from "./trace-format-error.js";

const FETCH_AGAIN = "fetch or copy the file again";
const RECORD_AGAIN = "the recorder wrote a wrong trace, or the file was changed since: record it again";

/**
 * Reads and checks one trace file. O(file length).
 *
 * @param file - path; gzip is told from plain by its first bytes, not by its name.
 * @throws {TraceFormatError} if the file is damaged, truncated or contradicts itself.
 */
export async function readTrace(file: string): Promise<Trace> {
  return decodeTrace(await gunzip(await readFile(file), file), file);
}

/**
 * Decodes and checks one trace.
 *
 * @param bytes - the decompressed file; copied, not kept.
 * @param file - names the trace, and the file in errors.
 * @throws {TraceFormatError} if the bytes are damaged, truncated or contradict themselves.
 */
export function decodeTrace(bytes: Uint8Array, file: string): Trace {
  const reader = new HeaderReader(bytes, file);
  const { eventsOffset, metaLength, flags } = reader.readLayout();
  const claimed = reader.readTotals();
  reader.checkLength(eventsOffset, claimed.events);
  if (claimed.maxSlots > claimed.events) {
    reader.fail(
      TOTAL_FIELDS.maxSlots.offset,
      `maxSlots ${claimed.maxSlots} exceeds the ${claimed.events} events`,
      RECORD_AGAIN,
    );
  }
  const meta = reader.readMeta(metaLength);

  // Copied, because a Uint32Array needs an aligned start and the file's bytes need not have one.
  const words = new Uint32Array(claimed.events * EVENT_WORDS);
  new Uint8Array(words.buffer).set(bytes.subarray(eventsOffset));
  const computed = computeTotals(words, claimed.maxSlots);
  if (computed instanceof IllegalEvent) {
    const offset =
      eventsOffset + computed.event * RECORD_BYTES + computed.word * Uint32Array.BYTES_PER_ELEMENT;
    return reader.fail(offset, `event ${computed.event}: ${computed.reason}`, RECORD_AGAIN);
  }
  for (const name of Object.keys(TOTAL_FIELDS) as (keyof TraceTotals)[]) {
    if (claimed[name] !== computed[name]) {
      const reason = `the header says ${name} = ${claimed[name]}, but the events give ${computed[name]}`;
      reader.fail(TOTAL_FIELDS[name].offset, reason, RECORD_AGAIN);
    }
  }
  reader.checkStats(meta, computed);

  return {
    name: traceName(file),
    file,
    ...claimed,
    truncated: (flags & FLAG_TRUNCATED) !== 0,
    bytesRequested: computed.bytesRequested,
    meta,
    words,
  };
}

/** By the first bytes of the decompressed file. */
export function isAtr1(bytes: Uint8Array): boolean {
  if (bytes.length < 4) return false;
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true) === MAGIC;
}

/** A trace file's name without directory and extension. */
export function traceName(file: string): string {
  return basename(file).replace(/\.atr(\.gz|\.zst)?$/, "");
}

/** Reads the parts around the events, each checked before anything relies on it. */
class HeaderReader {
  private readonly view: DataView;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly file: string,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  fail(offset: number, reason: string, advice: string): never {
    throw new TraceFormatError(this.file, offset, reason, advice);
  }

  readLayout(): { eventsOffset: number; metaLength: number; flags: number } {
    const { view } = this;
    if (!isAtr1(this.bytes)) {
      this.fail(0, "no ATR1 trace starts here", "give a file that begins with ATR1, plain or gzipped");
    }
    if (view.byteLength < HEADER_SIZE) {
      this.fail(view.byteLength, `the file ends inside the ${HEADER_SIZE}-byte header`, FETCH_AGAIN);
    }
    const version = view.getUint32(VERSION_OFFSET, true);
    if (version !== VERSION) {
      this.fail(VERSION_OFFSET, `version ${version} is not known`, `convert the trace to version ${VERSION}`);
    }
    const recordBytes = view.getUint32(RECORD_BYTES_OFFSET, true);
    if (recordBytes !== RECORD_BYTES) {
      this.fail(RECORD_BYTES_OFFSET, `an event has ${recordBytes} bytes, not ${RECORD_BYTES}`, RECORD_AGAIN);
    }
    const metaLength = view.getUint32(META_LENGTH_OFFSET, true);
    const eventsOffset = view.getUint32(EVENTS_OFFSET_OFFSET, true);
    if (eventsOffset !== HEADER_SIZE + metaLength) {
      const reason = `eventsOffset ${eventsOffset} is not ${HEADER_SIZE} + metaLen ${metaLength}`;
      this.fail(EVENTS_OFFSET_OFFSET, reason, RECORD_AGAIN);
    }
    if (eventsOffset % EVENTS_ALIGNMENT !== 0) {
      const reason = `eventsOffset ${eventsOffset} is not a multiple of ${EVENTS_ALIGNMENT}`;
      this.fail(EVENTS_OFFSET_OFFSET, reason, RECORD_AGAIN);
    }
    const flags = view.getUint32(FLAGS_OFFSET, true);
    if ((flags & ~FLAG_TRUNCATED) !== 0) {
      this.fail(FLAGS_OFFSET, `flags 0x${flags.toString(16)} are not known`, "use a newer pymalloc");
    }
    return { eventsOffset, metaLength, flags };
  }

  readTotals(): TraceTotals {
    const totals: Partial<Record<keyof TraceTotals, number>> = {};
    for (const name of Object.keys(TOTAL_FIELDS) as (keyof TraceTotals)[]) {
      const { offset, isWide } = TOTAL_FIELDS[name];
      totals[name] = isWide
        ? Number(this.view.getBigUint64(offset, true))
        : this.view.getUint32(offset, true);
    }
    return totals as TraceTotals;
  }

  checkLength(eventsOffset: number, events: number): void {
    const expected = eventsOffset + events * RECORD_BYTES;
    const actual = this.view.byteLength;
    if (actual < expected) {
      const where =
        actual < eventsOffset
          ? "in its metadata"
          : `in event ${Math.floor((actual - eventsOffset) / RECORD_BYTES)} of ${events}`;
      this.fail(actual, `truncated: the file ends ${where}, ${expected - actual} bytes early`, FETCH_AGAIN);
    }
    if (actual > expected) {
      this.fail(expected, `${actual - expected} bytes follow the last of ${events} events`, FETCH_AGAIN);
    }
  }

  readMeta(metaLength: number): Record<string, unknown> {
    let meta: unknown;
    try {
      const json = this.bytes.subarray(HEADER_SIZE, HEADER_SIZE + metaLength);
      meta = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(json));
    } catch (error) {
      return this.fail(HEADER_SIZE, `the metadata is not JSON: ${(error as Error).message}`, RECORD_AGAIN);
    }
    if (!isRecord(meta)) return this.fail(HEADER_SIZE, "the metadata is not a JSON object", RECORD_AGAIN);
    return meta;
  }

  /** The metadata repeats some totals; a trace without `stats` makes no such claim. */
  checkStats(meta: Record<string, unknown>, computed: ComputedTotals): void {
    const { stats } = meta;
    if (stats === undefined) return;
    if (!isRecord(stats)) this.fail(HEADER_SIZE, "metadata stats is not a JSON object", RECORD_AGAIN);
    const claims: [string, unknown, number][] = (
      ["events", "peakLiveBytes", "peakLiveBlocks", "liveBytesAtEnd", "bytesRequested"] as const
    ).map((name) => [name, stats[name], computed[name]]);
    const ops = isRecord(stats.ops) ? stats.ops : {};
    for (const [name, count] of Object.entries(computed.ops)) claims.push([`ops.${name}`, ops[name], count]);
    for (const [name, claim, truth] of claims) {
      if (claim === truth) continue;
      const reason = `metadata says stats.${name} = ${JSON.stringify(claim)}, but the events give ${truth}`;
      this.fail(HEADER_SIZE, reason, RECORD_AGAIN);
    }
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
