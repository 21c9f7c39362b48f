// src/lab/formats/heaptrack-interpreted.ts: the lines of a heaptrack file whose addresses have been looked up.
// Not here: the lines that raw files have as well (heaptrack.ts).
// Source: heaptrack 1.4.0, src/interpret/heaptrack_interpret.cpp, which writes them.

import type { Trace } from "../trace.js";
import { CallTree } from "./call-tree.js";
import { SIZED_TEXT_FORMAT } from "./heaptrack-format.js";
import type { RecordedEvents } from "./recorded-events.js";
import { type IgnoredCounts, NOTHING_IGNORED, type UnfreedBlock } from "./recording.js";
import type { TextLines } from "./text-lines.js";
import { findUnfreed } from "./unfreed.js";

// Kinds of lines; numbers are hexadecimal
//
//   s LEN TEXT                             the next string, from 1; before format 3 without LEN
//   i IP MODULE [FUNC [FILE LINE [FUNC FILE LINE]...]]   the next address, from 1: strings, 0 is none
//   t IP PARENT                            the next tree node, from 1: an address, and the node that called it
//   a SIZE NODE                            the next kind of block, from 0
//   + KIND                                 a block of that kind is allocated
//   - KIND                                 a block of that kind is freed: which one is not told
const STRING = 0x73;
const ADDRESS = 0x69;
const NODE = 0x74;
const KIND = 0x61;
const ALLOCATED = 0x2b;
const FREED = 0x2d;
const NO_SLOT = -1;
const MAX_LINE = 2 ** 32;

/** Blocks of one kind are alike in size and origin, so a free may as well take the one allocated last. */
export class InterpretedBody {
  readonly namesBlocks = false;
  readonly sites = new CallTree();
  readonly foreignFrees = [];
  readonly #sizeHighs: number[] = [];
  readonly #sizes: number[] = [];
  readonly #kindSites: number[] = [];
  /** Slot of each kind's youngest live block; by slot, that of the next older one. */
  readonly #youngest: number[] = [];
  readonly #older: number[] = [];
  #unmatchedFrees = 0;

  constructor(
    private readonly lines: TextLines,
    private readonly builder: RecordedEvents,
  ) {}

  /** Whether lines of that kind are this form's alone. */
  static isTold(kind: number): boolean {
    return kind === STRING || kind === ADDRESS || kind === KIND;
  }

  get ignored(): IgnoredCounts {
    return { ...NOTHING_IGNORED, foreignFrees: this.#unmatchedFrees };
  }

  findUnfreed(trace: Trace): UnfreedBlock[] {
    return findUnfreed(trace);
  }

  /** Reads the open line's fields. @returns false if it is none of this form. */
  read(kind: number, format: number): boolean {
    const { lines, sites, builder } = this;
    switch (kind) {
      case ALLOCATED: {
        const info = this.#readKind();
        const slot = builder.allocate(this.#sizeHighs[info]!, this.#sizes[info]!, this.#kindSites[info]!);
        this.#older[slot] = this.#youngest[info]!;
        this.#youngest[info] = slot;
        return true;
      }
      case FREED: {
        const info = this.#readKind();
        const slot = this.#youngest[info]!;
        if (slot === NO_SLOT) {
          this.#unmatchedFrees += 1;
          return true;
        }
        this.#youngest[info] = this.#older[slot]!;
        builder.release(slot);
        return true;
      }
      case KIND: {
        lines.hex("a size");
        this.#sizeHighs.push(lines.high);
        this.#sizes.push(lines.low);
        this.#kindSites.push(sites.siteOf(lines.index("tree node", sites.nodeCount)));
        this.#youngest.push(NO_SLOT);
        return true;
      }
      case NODE: {
        const address = lines.index("address", sites.addressCount);
        sites.addNode(address, lines.index("tree node", sites.nodeCount));
        return true;
      }
      case ADDRESS: {
        this.#readAddress();
        return true;
      }
      case STRING: {
        sites.addString(format < SIZED_TEXT_FORMAT ? lines.rest() : lines.sizedText("the string"));
        lines.at = lines.end;
        return true;
      }
    }
    return false;
  }

  #readKind(): number {
    const count = this.#sizes.length;
    const start = this.lines.at;
    const kind = this.lines.number("a kind of block");
    if (kind < count) return kind;
    this.lines.at = start;
    return this.lines.fail(`kind of block ${kind} does not exist: there are ${count}, from 0`);
  }

  #readAddress(): void {
    const { lines, sites } = this;
    lines.hex("an address");
    const { high, low } = lines;
    const module = lines.index("string", sites.stringCount);
    const frames: number[] = [];
    while (!lines.isAtEnd) {
      frames.push(lines.index("string", sites.stringCount));
      if (frames.length === 1 && lines.isAtEnd) break;
      frames.push(lines.index("string", sites.stringCount), lines.index("line", MAX_LINE));
    }
    sites.addAddress(high, low, module, frames);
  }
}
