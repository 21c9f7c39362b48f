// src/lab/formats/recorded-events.ts: events, one after the other, made into a checked trace.
// Not here: which addresses the slots stand for (address-table.ts).

import { Slots } from "../slots.js";
import {
  EVENT_WORDS,
  OP_FREE,
  OP_MALLOC,
  OP_REALLOC,
  OP_SHIFT,
  SITE_MASK,
  SLOT_MASK,
  type Trace,
} from "../trace.js";
import { type TraceFacts, traceOf } from "../trace-of.js";

const FIRST_EVENTS = 1 << 14;
const MAX_U32 = 0xffffffff;

/** Events of blocks that are known by slots. */
export class RecordedEvents {
  #words = new Uint32Array(FIRST_EVENTS * EVENT_WORDS);
  #length = 0;
  readonly #slots = new Slots();

  /** @param fail - told why no further event can be taken. */
  constructor(private readonly fail: (reason: string, advice: string) => never) {}

  /** So far. */
  get events(): number {
    return this.#length / EVENT_WORDS;
  }

  /** Slots ever used. */
  get slots(): number {
    return this.#slots.used;
  }

  /** @param high - upper 32 bits of the size. @returns the block's slot. */
  allocate(high: number, size: number, site: number): number {
    this.#check(high, size, site);
    const slot = this.#slots.take();
    if (slot > SLOT_MASK)
      this.fail(`more than ${SLOT_MASK + 1} blocks are live at once`, "record a shorter run");
    this.#add(OP_MALLOC, slot, size, site);
    return slot;
  }

  /** realloc: the slot stays, wherever the block is. */
  resize(slot: number, high: number, size: number, site: number): void {
    this.#check(high, size, site);
    this.#add(OP_REALLOC, slot, size, site);
  }

  release(slot: number): void {
    this.#add(OP_FREE, slot, 0, 0);
    this.#slots.give(slot);
  }

  finish(facts: TraceFacts): Trace {
    const words = this.#words.slice(0, this.#length);
    this.#words = new Uint32Array(0);
    return traceOf(words, facts);
  }

  #check(high: number, size: number, site: number): void {
    if (high > 0) {
      const bytes = (BigInt(high) << 32n) | BigInt(size);
      this.fail(
        `${bytes} bytes are asked for in one call, more than ${MAX_U32}`,
        "a 32-bit memory can't hold that: record a run on smaller data",
      );
    }
    if (site > SITE_MASK) this.fail(`there are more than ${SITE_MASK} call sites`, "record a shorter run");
  }

  #add(op: number, slot: number, size: number, site: number): void {
    if (this.#length === this.#words.length) this.#grow();
    const words = this.#words;
    words[this.#length] = ((op << OP_SHIFT) | slot) >>> 0;
    words[this.#length + 1] = size;
    words[this.#length + 2] = site;
    this.#length += EVENT_WORDS;
  }

  #grow(): void {
    try {
      const words = new Uint32Array(this.#words.length * 2);
      words.set(this.#words);
      this.#words = words;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      this.fail(`no memory is left after ${this.events} events`, "record a shorter run");
    }
  }
}
