// src/lab/formats/text-lines.ts: cuts bytes into lines, and reads a line's fields: hexadecimal numbers, and text.
// Not here: what any line means.

import { TraceFormatError } from "../trace-format-error.js";

const NEWLINE = 0x0a;
const SPACE = 0x20;
const LETTER_X = 0x78;
/** Bytes of the longest line; text without newlines is no recording. */
const LINE_MAX = 1 << 24;
/** Hexadecimal digits of a u64. */
const DIGITS_MAX = 16;

/** Names of symbols come from compilers, in UTF-8, or are damaged. */
const TEXT = new TextDecoder();

/** Of a fault whose line is there, but wrong. */
export const RECORD_AGAIN = "the file was changed, or cut and joined, since it was recorded: record it again";

/** The lines of a file that comes in pieces; one of them is open at a time. */
export class TextLines {
  /** Of the open line, from 1. */
  line = 0;
  /** The open line is these bytes of `bytes`, without its newline. */
  bytes: Uint8Array = new Uint8Array(0);
  begin = 0;
  end = 0;
  /** Where the next field starts. */
  at = 0;
  /** Of the number read last: its upper and its lower 32 bits. */
  high = 0;
  low = 0;
  /** Offset in the file of the first of `bytes`. */
  #base = 0;
  /** What came of a line whose end has not come, in pieces. */
  #open: Uint8Array[] = [];
  #openBytes = 0;

  constructor(readonly file: string) {}

  /** Calls `read` for each line that ends in this piece. */
  push(piece: Uint8Array, read: () => void): void {
    let from = 0;
    if (this.#openBytes > 0) {
      const newline = piece.indexOf(NEWLINE);
      if (newline < 0) {
        this.#keep(piece);
        return;
      }
      from = newline + 1;
      const whole = Buffer.concat([...this.#open, piece.subarray(0, from)]);
      this.#forget();
      this.#openLine(whole, 0, whole.length - 1);
      read();
      this.#base += whole.length - from;
    }
    this.bytes = piece;
    for (;;) {
      const newline = piece.indexOf(NEWLINE, from);
      if (newline < 0) break;
      this.#openLine(piece, from, newline);
      read();
      from = newline + 1;
    }
    this.#base += from;
    if (from < piece.length) this.#keep(piece.subarray(from));
  }

  /** Whether something follows the last newline. */
  get hasOpenEnd(): boolean {
    return this.#openBytes > 0;
  }

  /** Bytes of the file before the open line. */
  get lineOffset(): number {
    return this.#base + this.begin;
  }

  /** @throws {TraceFormatError} at the next field of the open line. */
  fail(reason: string, advice = RECORD_AGAIN): never {
    throw new TraceFormatError(this.file, this.#base + this.at, reason, advice, this.line);
  }

  get isAtEnd(): boolean {
    return this.at >= this.end;
  }

  /** Bytes from the next field to the line's end, as text. */
  rest(): string {
    return TEXT.decode(this.bytes.subarray(this.at, this.end));
  }

  /** The open line itself for a message, cut short. */
  get shown(): string {
    const text = TEXT.decode(this.bytes.subarray(this.begin, Math.min(this.end, this.begin + 60)));
    return JSON.stringify(this.end - this.begin > 60 ? `${text}…` : text);
  }

  /** Reads a hexadecimal number of up to 64 bits into `high` and `low`, and the space after it. */
  hex(what: string): void {
    const { bytes, end } = this;
    const start = this.at;
    let at = start;
    let high = 0;
    let low = 0;
    for (; at < end; at += 1) {
      const code = bytes[at]!;
      let digit = code - 0x30;
      if (digit > 9) digit = code >= 0x61 ? code - 0x57 : -1;
      if (digit < 0 || digit > 15) break;
      high = (high << 4) | (low >>> 28);
      low = (low << 4) | digit;
    }
    if (at === start || at - start > DIGITS_MAX || (at < end && bytes[at] !== SPACE)) {
      this.fail(`no hexadecimal number of up to 64 bits is here, but ${what} is due`);
    }
    this.high = high >>> 0;
    this.low = low >>> 0;
    this.at = at + 1;
  }

  /** A number as printf's %#lx writes it: with 0x, but zero without. */
  prefixedHex(what: string): void {
    if (this.bytes[this.at] === 0x30 && this.bytes[this.at + 1] === LETTER_X && this.at + 1 < this.end)
      this.at += 2;
    this.hex(what);
  }

  /** A hexadecimal number as a double: exact below 2^53. */
  number(what: string): number {
    this.hex(what);
    return this.high * 2 ** 32 + this.low;
  }

  /** A hexadecimal number from 0 to max. */
  index(what: string, max: number): number {
    const start = this.at;
    const value = this.number(what);
    if (value <= max) return value;
    this.at = start;
    return this.fail(`${what} ${value} does not exist: there are ${max}`);
  }

  /** Text behind its length in bytes, and the space after it. */
  sizedText(what: string): string {
    const length = this.number(`the length of ${what}`);
    const start = this.at;
    const stop = start + length;
    if (stop > this.end || (stop < this.end && this.bytes[stop] !== SPACE)) {
      this.fail(`${what} should have ${length} bytes, but ${this.end - start} are here`);
    }
    this.at = stop + 1;
    return TEXT.decode(this.bytes.subarray(start, stop));
  }

  /** Nothing may follow. */
  close(): void {
    if (this.at < this.end) this.fail(`something follows the last field of ${this.shown}`);
  }

  #openLine(bytes: Uint8Array, begin: number, end: number): void {
    this.bytes = bytes;
    this.begin = begin;
    this.end = end;
    this.at = begin;
    this.line += 1;
  }

  #keep(piece: Uint8Array): void {
    this.#open.push(piece);
    this.#openBytes += piece.length;
    if (this.#openBytes <= LINE_MAX) return;
    this.line += 1;
    this.at = 0;
    this.fail(`a line is longer than ${LINE_MAX} bytes`, "give a recording of mtrace or heaptrack");
  }

  #forget(): void {
    this.#open = [];
    this.#openBytes = 0;
  }
}
