// src/lab/generators/mstress.ts: mstress: threads that keep some blocks, free random others, and swap some through a buffer that all share.
// The threads take turns here, call by call.
// Source: mimalloc's test/test-stress.c, in mimalloc-bench as mstress: its shares of calls, and its sizes in words of 32 bits.

import { Random } from "../random.js";
import type { TraceBuilder } from "../trace-builder.js";
import { defineGenerator, eventsParameter, hasRoom, SEED } from "./generator.js";

const WORD_BYTES = 4;
/** Places of the shared buffer. */
const TRANSFERS = 1000;
/** Blocks that a thread makes to free them again, a unit of scale; the first of eight threads makes once as many, the eighth eight times. */
const BLOCKS_PER_SCALE = 100;
const THREAD_SIZES = 8;
/** Blocks are of 2^0 … words, below: those that a thread may free, and those that it keeps to its end. */
const WORDS_LOG2 = 5;
const KEPT_WORDS_LOG2 = 7;
/** The table of blocks grows by so many. */
const TABLE_STEP = 100_000;
/** Where nothing is. */
const NONE = -1;

export const mstress = defineGenerator({
  name: "mstress",
  description: "threads in turn: half of the blocks kept, others freed at random or swapped between threads",
  parameters: {
    events: eventsParameter(),
    threads: { default: 4, min: 1, max: 64, unit: "threads", meaning: "that take turns" },
    scale: {
      default: 50,
      min: 1,
      max: 1000,
      unit: "percent",
      meaning: `of load: thread n of ${THREAD_SIZES} allocates ${BLOCKS_PER_SCALE} times as many blocks n times, and half as many to keep`,
    },
    seed: SEED,
  },
  generate({ events, threads, scale, seed }, out) {
    const random = new Random(seed);
    const transfers = new Int32Array(TRANSFERS).fill(NONE);
    const budget: Budget = { out, random, transfers, events };
    while (hasRoom(out, events)) {
      let running = Array.from({ length: threads }, (_, thread) => new Thread(budget, thread, scale));
      while (running.length > 0) running = running.filter((thread) => thread.step());
      // half of what is on its way outlives the threads
      for (const place of transfers.keys()) {
        if (hasRoom(out, events) && !isChance(random, 50)) continue;
        freeAt(out, transfers, place);
      }
    }
    for (const place of transfers.keys()) freeAt(out, transfers, place);
  },
});

/** What threads share. */
interface Budget {
  readonly out: TraceBuilder;
  readonly random: Random;
  /** Blocks by place. */
  readonly transfers: Int32Array;
  readonly events: number;
}

class Thread {
  readonly #shared: Budget;
  /** Blocks yet to be made: to be freed again, and to be kept. */
  #toMake: number;
  #toKeep: number;
  readonly #keptTable: number;
  readonly #kept: number[] = [];
  #table = NONE;
  #tableRoom = 0;
  /** Blocks by place; what is freed leaves its place empty. */
  readonly #blocks: number[] = [];

  constructor(shared: Budget, thread: number, scale: number) {
    this.#shared = shared;
    this.#toMake = BLOCKS_PER_SCALE * scale * ((thread % THREAD_SIZES) + 1);
    this.#toKeep = this.#toMake / 2;
    this.#keptTable = shared.out.malloc(this.#toKeep * WORD_BYTES);
  }

  /** One turn. @returns whether the thread goes on. */
  step(): boolean {
    const { out, random, events, transfers } = this.#shared;
    if ((this.#toMake === 0 && this.#toKeep === 0) || !hasRoom(out, events)) {
      this.#end();
      return false;
    }
    if (this.#toKeep === 0 || (isChance(random, 50) && this.#toMake > 0)) {
      this.#toMake -= 1;
      if (this.#blocks.length === this.#tableRoom) this.#growTable();
      this.#blocks.push(this.#malloc(WORDS_LOG2));
    } else {
      this.#toKeep -= 1;
      this.#kept.push(this.#malloc(KEPT_WORDS_LOG2));
    }
    if (isChance(random, 66) && this.#blocks.length > 0) {
      freeAt(out, this.#blocks, random.below(this.#blocks.length));
    }
    if (isChance(random, 25) && this.#blocks.length > 0) {
      const own = random.below(this.#blocks.length);
      const place = random.below(TRANSFERS);
      const given = this.#blocks[own]!;
      this.#blocks[own] = transfers[place]!;
      transfers[place] = given;
    }
    return true;
  }

  #growTable(): void {
    const { out } = this.#shared;
    this.#tableRoom += TABLE_STEP;
    const bytes = this.#tableRoom * WORD_BYTES;
    if (this.#table === NONE) this.#table = out.reallocNull(bytes);
    else out.realloc(this.#table, bytes);
  }

  #malloc(wordsLog2: number): number {
    const { out, random } = this.#shared;
    let words = 2 ** random.below(wordsLog2);
    if (isChance(random, 1)) {
      if (isChance(random, 1)) words *= 10_000;
      else words *= isChance(random, 10) ? 1000 : 100;
    }
    return out.malloc(words * WORD_BYTES);
  }

  #end(): void {
    const { out } = this.#shared;
    for (const block of this.#kept) out.free(block);
    for (const place of this.#blocks.keys()) freeAt(out, this.#blocks, place);
    out.free(this.#keptTable);
    if (this.#table !== NONE) out.free(this.#table);
  }
}

function freeAt(out: TraceBuilder, blocks: { [place: number]: number }, place: number): void {
  const block = blocks[place]!;
  if (block !== NONE) out.free(block);
  blocks[place] = NONE;
}

/** True so often, of a hundred times, and once more: as the original has it. */
function isChance(random: Random, percent: number): boolean {
  return random.below(100) <= percent;
}
