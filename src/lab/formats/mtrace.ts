// src/lab/formats/mtrace.ts: reads what glibc's mtrace() writes: a line an event, with the block's address and its caller.
// Source: glibc malloc/mtrace-impl.c (tr_where and the hooks that print).

import type { TraceFacts } from "../trace-of.js";
import { AddressTable, toAddress } from "./address-table.js";
import { RecordedEvents } from "./recorded-events.js";
import type { ForeignFree, Recording } from "./recording.js";
import { NamedSites } from "./sites.js";
import { RECORD_AGAIN, type TextLines } from "./text-lines.js";
import { findUnfreed } from "./unfreed.js";

// Kinds of lines
//
//   @ CALLER + PTR SIZE     an allocation; PTR is (nil) where it failed
//   @ CALLER - PTR          a free
//   @ CALLER < PTR          realloc, first line: the old block
//   @ CALLER > PTR SIZE     realloc, second line, right behind: the new block
//   @ CALLER ! PTR SIZE     realloc failed, the block is as it was
//   = Start, = End          the limits; the last may be missing
//
//   "@ CALLER " may be missing. SIZE and PTR are hexadecimal, with 0x, or a bare 0.
const CALLER = code("@");
const LIMIT = code("=");
const ALLOCATED = code("+");
const FREED = code("-");
const REALLOC_OLD = code("<");
const REALLOC_NEW = code(">");
const REALLOC_FAILED = code("!");
const OPEN_PARENTHESIS = code("(");
const SPACE = code(" ");
const LIMITS = ["= Start", "= End"];
const NIL = "(nil)";
const NONE = -1;

/** Whether a file that starts so may be one. */
export function isMtrace(first: Uint8Array): boolean {
  return [CALLER, LIMIT, ALLOCATED, FREED, REALLOC_OLD, REALLOC_NEW, REALLOC_FAILED].some(
    (kind) => first[0] === kind && first[1] === SPACE,
  );
}

/** Takes one line after the other. */
export class MtraceReader {
  readonly #builder: RecordedEvents;
  readonly #addresses = new AddressTable();
  readonly #sites = new Map<string, number>();
  readonly #foreignFrees: ForeignFree[] = [];
  #foreignReallocs = 0;
  #failedAllocations = 0;
  #failedReallocs = 0;
  #lostFrees = 0;
  /** Slot of the block that a realloc's first line named, NONE if it is foreign. */
  #reallocSlot = NONE;
  #isInRealloc = false;
  #hasWideAddress = false;

  constructor(private readonly lines: TextLines) {
    this.#builder = new RecordedEvents((reason, advice) => lines.fail(reason, advice));
  }

  /** Reads the open line. */
  readonly read = (): void => {
    const { lines } = this;
    if (lines.begin === lines.end) return;
    if (lines.bytes[lines.begin] === LIMIT) {
      if (!LIMITS.includes(lines.rest())) this.#failUnknown();
      return;
    }
    const { kind, callerEnd, operands } = this.#split();
    if (this.#isInRealloc && kind !== REALLOC_NEW) {
      lines.fail(`a realloc's first line has no second: here is ${lines.shown}`, RECORD_AGAIN);
    }
    lines.at = operands;
    if (lines.bytes[operands] === OPEN_PARENTHESIS) this.#readNil(kind);
    else this.#readEvent(kind, callerEnd);
    lines.close();
  };

  finish(identity: Omit<TraceFacts, "meta">): Recording {
    const pointerBytes = this.#hasWideAddress ? 8 : undefined;
    const ignored = {
      foreignFrees: this.#foreignFrees.length,
      foreignReallocs: this.#foreignReallocs,
      failedAllocations: this.#failedAllocations,
      failedReallocs: this.#failedReallocs,
      lostFrees: this.#lostFrees,
    };
    // a realloc whose second line was cut off has freed at least
    if (this.#isInRealloc && this.#reallocSlot !== NONE) this.#builder.release(this.#reallocSlot);
    const trace = this.#builder.finish({
      ...identity,
      meta: { recorder: { format: "glibc mtrace", ...ignored }, ...(pointerBytes && { pointerBytes }) },
    });
    return {
      format: "mtrace",
      formatVersion: undefined,
      trace,
      sites: new NamedSites([[], ...[...this.#sites.keys()].map((caller) => [decodeCaller(caller)])]),
      command: undefined,
      pointerBytes,
      namesBlocks: true,
      elapsedMs: undefined,
      peakRssBytes: undefined,
      ignored,
      foreignFrees: this.#foreignFrees,
      findUnfreed: () => findUnfreed(trace, this.#addresses),
      suppressions: [],
    };
  }

  /** Callers may hold spaces and signs, operands can't: a line is taken apart from its end. */
  #split(): { kind: number; callerEnd: number; operands: number } {
    const { bytes, begin, end } = this.lines;
    const last = bytes.lastIndexOf(SPACE, end - 1);
    const before = last > begin ? bytes.lastIndexOf(SPACE, last - 1) : NONE;
    for (const [space, hasSize] of [
      [last, false],
      [before, true],
    ] as const) {
      const at = space - 1;
      if (at < begin || (at > begin && bytes[at - 1] !== SPACE)) continue;
      const kind = bytes[at]!;
      const wantsSize = kind === ALLOCATED || kind === REALLOC_NEW || kind === REALLOC_FAILED;
      const isKind = hasSize ? wantsSize : kind === FREED || kind === REALLOC_OLD;
      if (!isKind) continue;
      const hasCaller = bytes[begin] === CALLER && bytes[begin + 1] === SPACE;
      if (!hasCaller && at !== begin) continue;
      return { kind, callerEnd: hasCaller ? Math.max(at - 1, begin) : begin, operands: space + 1 };
    }
    return this.#failUnknown();
  }

  #failUnknown(): never {
    this.lines.fail(
      `no line of mtrace: ${this.lines.shown}`,
      "other output got into the file, or several processes wrote it: record one process alone",
    );
  }

  #readEvent(kind: number, callerEnd: number): void {
    const { lines } = this;
    lines.prefixedHex("an address");
    const { high, low } = lines;
    if (high > 0) this.#hasWideAddress = true;
    switch (kind) {
      case ALLOCATED: {
        this.#allocate(high, low, callerEnd);
        break;
      }
      case FREED: {
        const slot = this.#addresses.take(high, low);
        if (slot === NONE) this.#addForeign(high, low);
        else this.#builder.release(slot);
        break;
      }
      case REALLOC_OLD: {
        this.#reallocSlot = this.#addresses.take(high, low);
        this.#isInRealloc = true;
        break;
      }
      case REALLOC_NEW: {
        this.#reallocate(high, low, callerEnd);
        break;
      }
      case REALLOC_FAILED: {
        lines.prefixedHex("a size");
        this.#failedReallocs += 1;
      }
    }
  }

  #readNil(kind: number): void {
    const { lines } = this;
    for (const [offset, letter] of [...NIL].entries()) {
      if (lines.bytes[lines.at + offset] !== code(letter)) this.#failUnknown();
    }
    lines.at += NIL.length + 1;
    if (kind === ALLOCATED) this.#failedAllocations += 1;
    else if (kind === REALLOC_FAILED) this.#failedReallocs += 1;
    else if (kind !== FREED) this.#failUnknown();
    if (kind !== FREED) lines.prefixedHex("a size");
  }

  #allocate(high: number, low: number, callerEnd: number): void {
    this.#freeLost(high, low);
    const { lines } = this;
    lines.prefixedHex("a size");
    const slot = this.#builder.allocate(lines.high, lines.low, this.#siteOf(callerEnd));
    this.#addresses.set(high, low, slot);
  }

  #reallocate(high: number, low: number, callerEnd: number): void {
    if (!this.#isInRealloc) this.lines.fail(`a realloc's second line has no first: ${this.lines.shown}`);
    this.#isInRealloc = false;
    if (this.#reallocSlot === NONE) {
      this.#foreignReallocs += 1;
      this.#allocate(high, low, callerEnd);
      return;
    }
    this.#freeLost(high, low);
    const { lines } = this;
    lines.prefixedHex("a size");
    this.#builder.resize(this.#reallocSlot, lines.high, lines.low, this.#siteOf(callerEnd));
    this.#addresses.set(high, low, this.#reallocSlot);
  }

  /** What is allocated where a block is known to be: that block's free was not written. */
  #freeLost(high: number, low: number): void {
    const slot = this.#addresses.take(high, low);
    if (slot === NONE) return;
    this.#lostFrees += 1;
    this.#builder.release(slot);
  }

  #addForeign(high: number, low: number): void {
    const address = toAddress(high, low);
    this.#foreignFrees.push({ event: this.#builder.events, line: this.lines.line, address });
  }

  #siteOf(callerEnd: number): number {
    const { bytes, begin } = this.lines;
    if (callerEnd === begin) return 0;
    // one byte a character: found faster than text, and told apart as well
    const caller = latin1(bytes, Math.min(begin + 2, callerEnd), callerEnd);
    const known = this.#sites.get(caller);
    if (known !== undefined) return known;
    const site = this.#sites.size + 1;
    this.#sites.set(caller, site);
    return site;
  }
}

function latin1(bytes: Uint8Array, begin: number, end: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + begin, end - begin).toString("latin1");
}

function decodeCaller(caller: string): string {
  return Buffer.from(caller, "latin1").toString("utf8");
}

function code(letter: string): number {
  return letter.charCodeAt(0);
}
