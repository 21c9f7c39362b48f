// src/lab/trace-builder.ts: a trace in the making, call by call, as a program would make them.
// Not here: which calls are made (generators/), what comes of them (trace-of.ts).

import { Slots } from "./slots.js";
import {
  ALIGNMENT_SHIFT,
  EVENT_WORDS,
  OP_ALIGNED,
  OP_CALLOC,
  OP_FREE,
  OP_MALLOC,
  OP_REALLOC,
  OP_REALLOC_NULL,
  OP_SHIFT,
} from "./trace.js";

const EVENTS_FIRST = 1 << 12;

/** How many bytes may be live at once, and who is told of more. */
export interface LiveLimit {
  readonly bytes: number;
  /** Throws. */
  exceeded(): never;
}

/** Collects events. The calls that take a block return its slot, which stands for it as an address would. */
export class TraceBuilder {
  readonly #slots = new Slots();
  /** Bytes by slot, of live blocks. */
  readonly #sizes: number[] = [];
  #words = new Uint32Array(EVENTS_FIRST * EVENT_WORDS);
  #events = 0;
  #liveBlocks = 0;
  #liveBytes = 0;

  constructor(private readonly limit?: LiveLimit) {}

  get events(): number {
    return this.#events;
  }

  get liveBlocks(): number {
    return this.#liveBlocks;
  }

  /** Bytes that were asked for, in live blocks. */
  get liveBytes(): number {
    return this.#liveBytes;
  }

  malloc(size: number): number {
    return this.#take(OP_MALLOC, size, 0);
  }

  /** @param size - of all elements together. */
  calloc(size: number): number {
    return this.#take(OP_CALLOC, size, 0);
  }

  alignedAlloc(alignmentLog2: number, size: number): number {
    return this.#take(OP_ALIGNED, size, alignmentLog2);
  }

  /** realloc(NULL, size). */
  reallocNull(size: number): number {
    return this.#take(OP_REALLOC_NULL, size, 0);
  }

  /** The slot stays. */
  realloc(slot: number, size: number): void {
    this.#addBytes(size - this.#sizes[slot]!);
    this.#sizes[slot] = size;
    this.#push(OP_REALLOC, slot, size, 0);
  }

  free(slot: number): void {
    this.#liveBytes -= this.#sizes[slot]!;
    this.#liveBlocks -= 1;
    this.#slots.give(slot);
    this.#push(OP_FREE, slot, 0, 0);
  }

  /** u32[events * EVENT_WORDS], a copy. */
  words(): Uint32Array {
    return this.#words.slice(0, this.#events * EVENT_WORDS);
  }

  #take(op: number, size: number, alignmentLog2: number): number {
    const slot = this.#slots.take();
    this.#sizes[slot] = size;
    this.#addBytes(size);
    this.#liveBlocks += 1;
    this.#push(op, slot, size, alignmentLog2);
    return slot;
  }

  #addBytes(bytes: number): void {
    this.#liveBytes += bytes;
    if (this.limit !== undefined && this.#liveBytes > this.limit.bytes) this.limit.exceeded();
  }

  #push(op: number, slot: number, size: number, alignmentLog2: number): void {
    const at = this.#events * EVENT_WORDS;
    if (at === this.#words.length) {
      const larger = new Uint32Array(2 * at);
      larger.set(this.#words);
      this.#words = larger;
    }
    this.#words[at] = (op << OP_SHIFT) | slot;
    this.#words[at + 1] = size;
    this.#words[at + 2] = alignmentLog2 << ALIGNMENT_SHIFT;
    this.#events += 1;
  }
}
