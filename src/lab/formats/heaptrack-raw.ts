// src/lab/formats/heaptrack-raw.ts: the lines of a raw heaptrack file: blocks by address, callers as addresses.
// Not here: the lines that interpreted files have as well (heaptrack.ts).
// Source: heaptrack 1.4.0, src/track/libheaptrack.cpp, which writes them, and src/interpret, which reads them.

import { basename } from "node:path";
import type { Trace } from "../trace.js";
import { AddressTable, toAddress } from "./address-table.js";
import { CallTree } from "./call-tree.js";
import { SIZED_TEXT_FORMAT } from "./heaptrack-format.js";
import type { RecordedEvents } from "./recorded-events.js";
import { type ForeignFree, type IgnoredCounts, NOTHING_IGNORED, type UnfreedBlock } from "./recording.js";
import type { TextLines } from "./text-lines.js";
import { findUnfreed } from "./unfreed.js";

// Kinds of lines; numbers are hexadecimal
//
//   x LEN PATH                                  the program
//   m LEN NAME BASE (OFFSET SIZE)...            a module and where it was loaded; "x" is the program
//   m 1 -                                       all modules are told anew
//   t ADDRESS PARENT                            the next tree node, from 1
//   + SIZE NODE PTR                             an allocation
//   - PTR                                       a free
const PROGRAM = 0x78;
const MODULE = 0x6d;
const NODE = 0x74;
const ALLOCATED = 0x2b;
const FREED = 0x2d;
const PROGRAM_NAME = "x";
const ANEW = "-";
const NONE = -1;

/** A piece of a module in memory; addresses as doubles, exact for those that user programs have. */
interface Segment {
  readonly begin: number;
  readonly end: number;
  readonly base: number;
  readonly module: number;
  readonly name: string;
}

/** Blocks are known by their address, so each free finds its own. */
export class RawBody {
  readonly namesBlocks = true;
  readonly sites = new CallTree();
  readonly foreignFrees: ForeignFree[] = [];
  readonly #addresses = new AddressTable();
  /** Numbers that the tree has given to code addresses. */
  readonly #known = new AddressTable();
  readonly #moduleNumbers = new Map<string, number>();
  #segments: Segment[] = [];
  #areSorted = true;
  #program = "";
  #lostFrees = 0;

  constructor(
    private readonly lines: TextLines,
    private readonly builder: RecordedEvents,
  ) {}

  /** Whether lines of that kind are this form's alone. */
  static isTold(kind: number): boolean {
    return kind === PROGRAM || kind === MODULE;
  }

  get ignored(): IgnoredCounts {
    return { ...NOTHING_IGNORED, foreignFrees: this.foreignFrees.length, lostFrees: this.#lostFrees };
  }

  findUnfreed(trace: Trace): UnfreedBlock[] {
    return findUnfreed(trace, this.#addresses);
  }

  /** Reads the open line's fields. @returns false if it is none of this form. */
  read(kind: number, format: number): boolean {
    const { lines, sites } = this;
    switch (kind) {
      case ALLOCATED: {
        this.#readAllocation();
        return true;
      }
      case FREED: {
        lines.hex("a block's address");
        const slot = this.#addresses.take(lines.high, lines.low);
        if (slot !== NONE) this.builder.release(slot);
        else {
          const address = toAddress(lines.high, lines.low);
          this.foreignFrees.push({ event: this.builder.events, line: lines.line, address });
        }
        return true;
      }
      case NODE: {
        lines.hex("a code address");
        const address = this.#addressOf(lines.high, lines.low);
        sites.addNode(address, lines.index("tree node", sites.nodeCount));
        return true;
      }
      case MODULE: {
        this.#readModule(format);
        return true;
      }
      case PROGRAM: {
        this.#program = format < SIZED_TEXT_FORMAT ? lines.rest() : lines.sizedText("the program's path");
        lines.at = lines.end;
        return true;
      }
    }
    return false;
  }

  #readAllocation(): void {
    const { lines, sites, builder } = this;
    lines.hex("a size");
    const sizeHigh = lines.high;
    const size = lines.low;
    const node = lines.index("tree node", sites.nodeCount);
    lines.hex("a block's address");
    const lost = this.#addresses.take(lines.high, lines.low);
    if (lost !== NONE) {
      this.#lostFrees += 1;
      builder.release(lost);
    }
    this.#addresses.set(lines.high, lines.low, builder.allocate(sizeHigh, size, sites.siteOf(node)));
  }

  #readModule(format: number): void {
    const { lines } = this;
    const name = format < SIZED_TEXT_FORMAT ? this.#word() : lines.sizedText("the module's name");
    if (name === ANEW) {
      this.#segments = [];
      return;
    }
    const path = name === PROGRAM_NAME ? this.#program : name;
    let module = this.#moduleNumbers.get(path);
    if (module === undefined) {
      module = this.sites.addString(path);
      this.#moduleNumbers.set(path, module);
    }
    const base = lines.number("the module's address");
    while (!lines.isAtEnd) {
      const begin = base + lines.number("a segment's offset");
      const end = begin + lines.number("a segment's size");
      this.#segments.push({ begin, end, base, module, name: basename(path) });
    }
    this.#areSorted = false;
  }

  #word(): string {
    const { lines } = this;
    const text = lines.rest().split(" ", 1)[0]!;
    lines.at += Buffer.byteLength(text) + 1;
    return text;
  }

  /** The tree's number of a code address. */
  #addressOf(high: number, low: number): number {
    if (high === 0 && low === 0) return 0;
    const known = this.#known.get(high, low);
    if (known !== NONE) return known;
    const address = high * 2 ** 32 + low;
    const segment = this.#segmentAt(address);
    const name = segment === undefined ? "" : `${segment.name}+`;
    const offset = address - (segment?.base ?? 0);
    // without symbols, the place in the module is the function's name
    const functionName = this.sites.addString(`${name}0x${offset.toString(16)}`);
    const added = this.sites.addAddress(high, low, segment?.module ?? 0, [functionName]);
    this.#known.set(high, low, added);
    return added;
  }

  #segmentAt(address: number): Segment | undefined {
    if (!this.#areSorted) this.#segments.sort((a, b) => a.begin - b.begin);
    this.#areSorted = true;
    let low = 0;
    let high = this.#segments.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#segments[middle]!.end < address) low = middle + 1;
      else high = middle;
    }
    const segment = this.#segments[low];
    return segment !== undefined && segment.begin <= address ? segment : undefined;
  }
}
