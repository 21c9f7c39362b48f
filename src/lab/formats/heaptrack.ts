// src/lab/formats/heaptrack.ts: reads heaptrack's files: the lines that both forms have, and which form it is.
// Not here: what only one form has (heaptrack-interpreted.ts, heaptrack-raw.ts).
// Source: heaptrack 1.4.0, src/analyze/accumulatedtracedata.cpp.

import type { TraceFacts } from "../trace-of.js";
import { FIRST_FORMAT, LAST_FORMAT } from "./heaptrack-format.js";
import { InterpretedBody } from "./heaptrack-interpreted.js";
import { RawBody } from "./heaptrack-raw.js";
import { RecordedEvents } from "./recorded-events.js";
import type { Recording } from "./recording.js";
import { parseSuppression } from "./suppressions.js";
import type { TextLines } from "./text-lines.js";

// Kinds of lines; numbers are hexadecimal
//
//   v PROGRAM_VERSION FORMAT    first
//   X COMMAND                   the command line
//   I PAGE_SIZE PAGES           of the system
//   c MS                        time since the start
//   R PAGES                     resident set
//   A                           recording began when the program ran already
//   S leak:PATTERN              a leak that the program wants left out
//   # ...                       comment
const VERSION = 0x76;
const COMMAND = 0x58;
const SYSTEM = 0x49;
const TIME = 0x63;
const RESIDENT = 0x52;
const ATTACHED = 0x41;
const SUPPRESSION = 0x53;
const COMMENT = 0x23;
const SPACE = 0x20;

/** Whether a file that starts so may be one. */
export function isHeaptrack(first: Uint8Array): boolean {
  return first[0] === VERSION && first[1] === SPACE;
}

/** Takes one line after the other. */
export class HeaptrackReader {
  readonly #builder: RecordedEvents;
  #body: InterpretedBody | RawBody | undefined;
  #format = 0;
  #command: string | undefined;
  #pageSize: number | undefined;
  #peakPages: number | undefined;
  #lastMs: number | undefined;
  #isAttached = false;
  readonly #suppressions: string[] = [];

  constructor(private readonly lines: TextLines) {
    this.#builder = new RecordedEvents((reason, advice) => lines.fail(reason, advice));
  }

  /** Reads the open line. */
  readonly read = (): void => {
    const { lines } = this;
    const { bytes, begin, end } = lines;
    if (begin === end) return;
    const kind = bytes[begin]!;
    if (kind === COMMENT) return;
    if (end - begin > 1 && bytes[begin + 1] !== SPACE) this.#failUnknown();
    lines.at = begin + 2;
    if (this.#format === 0) this.#readVersion(kind);
    else if (!this.#readOwn(kind)) this.#readOfForm(kind);
    lines.close();
  };

  finish(identity: Omit<TraceFacts, "meta">): Recording {
    const body = this.#body ?? new InterpretedBody(this.lines, this.#builder);
    const { ignored, sites, namesBlocks, foreignFrees } = body;
    const command = this.#command;
    const pointerBytes = sites.hasWideAddress ? 8 : undefined;
    const form = namesBlocks ? "heaptrack raw" : "heaptrack";
    const recorder = { format: `${form} ${this.#format}`, isAttached: this.#isAttached, ...ignored };
    const trace = this.#builder.finish({
      ...identity,
      meta: {
        ...(command !== undefined && { commandLine: command }),
        ...(pointerBytes && { pointerBytes }),
        recorder,
      },
    });
    return {
      format: namesBlocks ? "heaptrack-raw" : "heaptrack",
      formatVersion: this.#format,
      trace,
      sites,
      command,
      pointerBytes,
      namesBlocks,
      elapsedMs: this.#lastMs,
      peakRssBytes:
        this.#pageSize === undefined || this.#peakPages === undefined
          ? undefined
          : this.#pageSize * this.#peakPages,
      ignored,
      foreignFrees,
      findUnfreed: () => body.findUnfreed(trace),
      suppressions: this.#suppressions,
    };
  }

  #readVersion(kind: number): void {
    const { lines } = this;
    if (kind !== VERSION) this.#failUnknown();
    lines.number("heaptrack's version");
    const format = lines.number("the format's number");
    if (format < FIRST_FORMAT || format > LAST_FORMAT) {
      lines.at = lines.begin + 2;
      lines.fail(
        `heaptrack's file format ${format} is not known`,
        `use a heaptrack that writes format ${FIRST_FORMAT} to ${LAST_FORMAT}, or a newer pymalloc`,
      );
    }
    this.#format = format;
  }

  /** @returns false if the line is of one form alone. */
  #readOwn(kind: number): boolean {
    const { lines } = this;
    switch (kind) {
      case TIME:
        this.#lastMs = lines.number("a time");
        return true;
      case RESIDENT:
        this.#peakPages = Math.max(this.#peakPages ?? 0, lines.number("a number of pages"));
        return true;
      case COMMAND:
        this.#command = this.#readText();
        return true;
      case SYSTEM:
        this.#pageSize = lines.number("the page size");
        lines.number("the number of pages");
        return true;
      case ATTACHED:
        this.#isAttached = true;
        lines.at = lines.end;
        return true;
      case SUPPRESSION: {
        const pattern = parseSuppression(this.#readText());
        if (pattern !== undefined) this.#suppressions.push(pattern);
        return true;
      }
    }
    return false;
  }

  /** The first line that one form alone has tells which form the file is of. */
  #readOfForm(kind: number): void {
    if (this.#body === undefined) {
      if (RawBody.isTold(kind)) this.#body = new RawBody(this.lines, this.#builder);
      else if (InterpretedBody.isTold(kind)) this.#body = new InterpretedBody(this.lines, this.#builder);
    }
    if (!this.#body?.read(kind, this.#format)) this.#failUnknown();
  }

  #readText(): string {
    const text = this.lines.rest();
    this.lines.at = this.lines.end;
    return text;
  }

  #failUnknown(): never {
    this.lines.at = this.lines.begin;
    this.lines.fail(
      `no line of heaptrack is due like ${this.lines.shown}`,
      "the file is damaged, or not heaptrack's: record it again",
    );
  }
}
