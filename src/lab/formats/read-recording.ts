// src/lab/formats/read-recording.ts: reads a recording of any known format, told by its first bytes.
// Not here: the formats (atr1.ts, mtrace.ts, heaptrack.ts), decompressing (unpack.ts).

import { basename } from "node:path";
import { decodeTrace, isAtr1 } from "../atr1.js";
import type { Trace } from "../trace.js";
import { TraceFormatError } from "../trace-format-error.js";
import { HeaptrackReader, isHeaptrack } from "./heaptrack.js";
import { isMtrace, MtraceReader } from "./mtrace.js";
import { NOTHING_IGNORED, type Recording } from "./recording.js";
import { readSites } from "./sites-file.js";
import { TextLines } from "./text-lines.js";
import { findUnfreed } from "./unfreed.js";
import { type ReadOptions, unpackInto } from "./unpack.js";

/** What tells the format. */
const MAGIC_BYTES = 4;

/**
 * Reads and checks a recording: ATR1, glibc's mtrace, heaptrack's interpreted or raw, each plain, gzipped or .zst. O(file length).
 *
 * @throws {TraceFormatError} if the file is none of these, damaged, cut off or contradicts itself.
 * @throws the signal's reason once it is aborted.
 */
export async function readRecording(file: string, options: ReadOptions = {}): Promise<Recording> {
  let taker: Taker | undefined;
  let first: Uint8Array = new Uint8Array(0);
  const take = (piece: Uint8Array): void => {
    if (taker === undefined) {
      first = first.length === 0 ? piece : Buffer.concat([first, piece]);
      if (first.length < MAGIC_BYTES) return;
      taker = chooseTaker(first, file);
      taker.take(first);
    } else taker.take(piece);
  };
  await unpackInto(file, take, options);
  if (first.length === 0) {
    throw new TraceFormatError(
      file,
      0,
      "the file is empty",
      "record again, and let the program end by itself",
    );
  }
  if (taker === undefined) {
    taker = chooseTaker(first, file);
    taker.take(first);
  }
  return taker.finish();
}

/** As readRecording(), the trace alone. */
export async function readWorkload(file: string, options: ReadOptions = {}): Promise<Trace> {
  return (await readRecording(file, options)).trace;
}

/** Gets a file's pieces in turn. */
interface Taker {
  take(piece: Uint8Array): void;
  finish(): Recording | Promise<Recording>;
}

function chooseTaker(first: Uint8Array, file: string): Taker {
  if (isAtr1(first)) return new Atr1Taker(file);
  if (isHeaptrack(first)) return new LineTaker(file, (lines) => new HeaptrackReader(lines));
  if (isMtrace(first)) return new LineTaker(file, (lines) => new MtraceReader(lines));
  throw new TraceFormatError(
    file,
    0,
    "no recording starts here",
    "give a file of ATR1, of glibc's mtrace, or of heaptrack, plain, gzipped or .zst",
  );
}

class LineTaker implements Taker {
  readonly #lines: TextLines;
  readonly #reader: MtraceReader | HeaptrackReader;

  constructor(
    private readonly file: string,
    open: (lines: TextLines) => MtraceReader | HeaptrackReader,
  ) {
    this.#lines = new TextLines(file);
    this.#reader = open(this.#lines);
  }

  take(piece: Uint8Array): void {
    this.#lines.push(piece, this.#reader.read);
  }

  /** A last line without its newline was cut off, by an unknown number of digits: it is left out. */
  finish(): Recording {
    const { file } = this;
    const name = basename(file).replace(/\.(gz|zst)$/, "");
    return this.#reader.finish({ name, file, truncated: this.#lines.hasOpenEnd });
  }
}

class Atr1Taker implements Taker {
  readonly #pieces: Uint8Array[] = [];

  constructor(private readonly file: string) {}

  take(piece: Uint8Array): void {
    this.#pieces.push(piece);
  }

  async finish(): Promise<Recording> {
    const trace = decodeTrace(Buffer.concat(this.#pieces), this.file);
    const { commandLine, pointerBytes } = trace.meta;
    return {
      format: "atr1",
      formatVersion: 1,
      trace,
      sites: await readSites(this.file, trace.siteCount),
      command: typeof commandLine === "string" ? commandLine : undefined,
      pointerBytes: typeof pointerBytes === "number" ? pointerBytes : undefined,
      namesBlocks: true,
      elapsedMs: undefined,
      peakRssBytes: undefined,
      ignored: NOTHING_IGNORED,
      foreignFrees: [],
      findUnfreed: () => findUnfreed(trace),
      suppressions: [],
    };
  }
}
