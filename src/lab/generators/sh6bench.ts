// src/lab/generators/sh6bench.ts: sh6bench: batches of small blocks in a buffer; when it is full, most are freed: those at its beginning in
// the order of their birth, those at its end in the reverse. A fifth stays for one more turn, each time the next one.
// Source: MicroQuill's SmartHeap benchmark sh6bench; small sizes are allocated in larger batches, as there.

import { defineGenerator, eventsParameter, hasRoom, sizeParameter, sizesMisfit } from "./generator.js";

/** What survives a full buffer. */
const KEPT_PARTS = 5;
/** Blocks in a batch, by size below. */
const BATCHES = [
  { below: 100, blocks: 250 },
  { below: 1000, blocks: 50 },
  { below: 10_000, blocks: 10 },
];
const BATCH_OF_LARGE = 1;

export const sh6bench = defineGenerator({
  name: "sh6bench",
  description: "batches of small blocks fill a buffer, 80 % of it freed when full: half LIFO, half FIFO",
  parameters: {
    events: eventsParameter(),
    slots: {
      default: 1000,
      min: 10,
      max: 1_000_000,
      unit: "blocks",
      meaning: "that the buffer has room for",
    },
    minBytes: sizeParameter("of a block, at least", 1, 1),
    maxBytes: sizeParameter("of a block, at most", 1000, 1),
  },
  misfit(values) {
    if (values.slots * 2 <= values.events) return sizesMisfit(values);
    return { parameter: "slots", expected: `at most half of the ${values.events} events` };
  },
  generate({ events, slots, minBytes, maxBytes }, out) {
    const buffer = new Buffer(slots);
    while (hasRoom(out, events)) {
      for (let base = minBytes; base <= maxBytes; base = Math.floor((base * 3) / 2) + 1) {
        for (let size = base; size >= minBytes; size = Math.floor(size / 2)) {
          for (let left = batchOf(size); left > 0 && hasRoom(out, events); left -= 1) {
            buffer.put(out.malloc(size), (block) => out.free(block));
          }
        }
      }
    }
    buffer.empty((block) => out.free(block));
  },
});

function batchOf(size: number): number {
  return BATCHES.find(({ below }) => size < below)?.blocks ?? BATCH_OF_LARGE;
}

const NONE = -1;

/** The buffer of live blocks. */
class Buffer {
  readonly #blocks: Int32Array;
  #next = 0;
  /** Places [start, end) keep their blocks in this turn. */
  #keptStart: number;
  #keptEnd: number;

  constructor(slots: number) {
    this.#blocks = new Int32Array(slots).fill(NONE);
    this.#keptStart = slots;
    this.#keptEnd = slots;
  }

  put(block: number, free: (block: number) => void): void {
    const { length } = this.#blocks;
    this.#blocks[this.#next] = block;
    this.#next += 1;
    if (this.#next === this.#keptStart) this.#next = this.#keptEnd;
    if (this.#next < length) return;
    this.#keptStart = this.#keptEnd >= length ? 0 : this.#keptEnd;
    this.#keptEnd = Math.min(this.#keptStart + Math.floor(length / KEPT_PARTS), length);
    for (let place = 0; place < this.#keptStart; place += 1) this.#free(place, free);
    for (let place = length - 1; place >= this.#keptEnd; place -= 1) this.#free(place, free);
    this.#next = this.#keptStart === 0 ? this.#keptEnd : 0;
  }

  /** Frees what is left, from the beginning on. */
  empty(free: (block: number) => void): void {
    for (let place = 0; place < this.#blocks.length; place += 1) this.#free(place, free);
  }

  #free(place: number, free: (block: number) => void): void {
    const block = this.#blocks[place]!;
    if (block !== NONE) free(block);
    this.#blocks[place] = NONE;
  }
}
