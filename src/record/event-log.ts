// src/record/event-log.ts: turns what happens to the blocks of one heap, known by their addresses, into a trace's events, known by slots.
// Not here: who tells of it (watched-heap.ts), where events are kept (spool.ts).

import { TRACED_OBJECT, TRACED_PART } from "../../assembly/object-layout.js";
import { Slots } from "../lab/slots.js";
import {
  ALIGNMENT_SHIFT,
  EVENT_WORDS,
  OP_FREE,
  OP_MALLOC,
  OP_REALLOC,
  OP_REALLOC_NULL,
  OP_SHIFT,
  SITE_MASK,
} from "../lab/trace.js";
import { BlockTable } from "../tracemalloc/block-table.js";
import type { Address } from "../views.js";
import { BLOCK_KINDS, type BlockKindName, type HeapSpool } from "./spool.js";

/** Events that are kept in memory, at first and at most. */
const BUFFER_EVENTS_FIRST = 1 << 8;
const BUFFER_EVENTS_MAX = 1 << 15;
/** Of one block that is taken: its own, and the end of one before. */
const EVENTS_AT_ONCE = 2;
/** Events between two looks at the clock, by whoever has one. */
const CLOCK_EVENTS = 1 << 10;
/** Tells where blocks are taken. */
export interface SiteReader {
  /** The number of the place that is running; throws nothing. @param above - calls from this one on are not looked at. */
  read(kind: BlockKindName, above: unknown): number;
  /** Those that were numbered since the last call. */
  takeNew(): string[];
}

export class EventLog {
  readonly #spool: HeapSpool;
  readonly #sites: SiteReader;
  readonly #eventsMax: number;
  readonly #onEvents: () => void;
  /** Slots by address. */
  readonly #live = new BlockTable();
  readonly #slots = new Slots();
  #words = new Uint32Array(BUFFER_EVENTS_FIRST * EVENT_WORDS);
  /** Events in the buffer, all that were noted, and all that there were. */
  #buffered = 0;
  #events = 0;
  #seen = 0;
  #foreignFrees = 0;
  #missedFrees = 0;
  readonly #blocks = { raw: 0, object: 0, part: 0 };
  #op = OP_MALLOC;
  #alignmentLog2 = 0;
  /** Slot of the block that a realloc in progress has given back. */
  #moving: number | undefined;
  #failure: unknown;
  /** Why objects are not in it, if they aren't. */
  withoutObjects = "";

  /** @param onEvents - called now and then, while there are events: each time after as many. */
  constructor(spool: HeapSpool, sites: SiteReader, eventsMax: number, onEvents: () => void) {
    this.#spool = spool;
    this.#sites = sites;
    this.#eventsMax = eventsMax;
    this.#onEvents = onEvents;
  }

  /** What comes until the next call of this is of a call of that op. */
  begin(op: number, alignmentLog2 = 0): void {
    this.#reserve();
    if (this.#moving !== undefined) this.#end(this.#moving); // nothing came of it
    this.#moving = undefined;
    this.#op = op;
    this.#alignmentLog2 = alignmentLog2;
  }

  /** @param kind - TRACED_. @param above - as SiteReader has it. */
  taken(address: Address, size: number, kind: number, above?: unknown): void {
    this.#reserve();
    this.#forget(address);
    const name = BLOCK_KINDS[kind === TRACED_OBJECT ? 1 : kind === TRACED_PART ? 2 : 0];
    this.#blocks[name] += 1;
    let op = kind === TRACED_OBJECT || kind === TRACED_PART ? OP_MALLOC : this.#op;
    let slot = this.#moving;
    this.#moving = undefined;
    if (op === OP_REALLOC && slot === undefined) op = OP_REALLOC_NULL;
    slot ??= this.#slots.take();
    this.#live.add(address, 0, slot);
    this.#push(op, slot, size, this.#sites.read(name, above));
  }

  given(address: Address): void {
    this.#reserve();
    const entry = this.#live.find(address);
    if (entry < 0) {
      this.#foreignFrees += 1;
      return;
    }
    const slot = this.#live.originAt(entry);
    this.#live.removeAt(entry);
    const ended = this.#op === OP_REALLOC ? this.#moving : slot;
    if (this.#op === OP_REALLOC) this.#moving = slot;
    if (ended !== undefined) this.#end(ended);
  }

  /** Writes what there is. @param isComplete - whether the program has come to its end. */
  save(isComplete: boolean): void {
    if (this.#failure !== undefined) return;
    try {
      const sites = this.#sites.takeNew();
      if (sites.length > 0) this.#spool.appendSites(sites);
      if (this.#buffered > 0) this.#spool.appendEvents(this.#words.subarray(0, this.#buffered * EVENT_WORDS));
      this.#buffered = 0;
      this.#spool.writeFacts({
        blocks: this.#blocks,
        foreignFrees: this.#foreignFrees,
        missedFrees: this.#missedFrees,
        droppedEvents: this.#seen - this.#events,
        isComplete,
        withoutObjects: this.withoutObjects,
      });
    } catch (error) {
      if (error instanceof RangeError) return; // at the end of the stack: later
      this.#failure = error;
      process.stderr.write(`pymalloc: recording ends here: ${(error as Error).message}\n`);
    }
  }

  /** Makes room for what one call has to note. */
  #reserve(): void {
    const room = this.#words.length / EVENT_WORDS - this.#buffered;
    if (room >= EVENTS_AT_ONCE) return;
    if (this.#words.length >= BUFFER_EVENTS_MAX * EVENT_WORDS) this.save(false);
    if (this.#buffered === 0) return;
    const larger = new Uint32Array(2 * this.#words.length);
    larger.set(this.#words);
    this.#words = larger;
  }

  /** A block at the address, if one is thought to be alive there: its end was not seen. */
  #forget(address: Address): void {
    const entry = this.#live.find(address);
    if (entry < 0) return;
    this.#missedFrees += 1;
    const slot = this.#live.originAt(entry);
    this.#live.removeAt(entry);
    this.#end(slot);
  }

  #end(slot: number): void {
    this.#slots.give(slot);
    this.#push(OP_FREE, slot, 0, 0);
  }

  #push(op: number, slot: number, size: number, site: number): void {
    this.#seen += 1;
    if (this.#seen % CLOCK_EVENTS === 0) this.#onEvents();
    if (this.#events === this.#eventsMax || this.#failure !== undefined) return;
    const at = this.#buffered * EVENT_WORDS;
    const alignmentLog2 = op === this.#op ? this.#alignmentLog2 : 0;
    this.#words[at] = (op << OP_SHIFT) | slot;
    this.#words[at + 1] = size;
    this.#words[at + 2] = (alignmentLog2 << ALIGNMENT_SHIFT) | (site & SITE_MASK);
    this.#buffered += 1;
    this.#events += 1;
  }
}
