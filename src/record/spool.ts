// src/record/spool.ts: the folder in which a recorded process leaves its events, for who started it: raw, and never more than a moment old,
// so that they outlast whatever ends the process.
// Not here: what events mean (event-log.ts), the trace that is made of them (traces.ts).

import { appendFileSync, existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { EVENT_WORDS } from "../lab/trace.js";

const EVENT_BYTES = EVENT_WORDS * Uint32Array.BYTES_PER_ELEMENT;

/** What is known of one heap's recording besides its events. */
export interface HeapFacts {
  /** Blocks taken, by kind. */
  readonly blocks: Readonly<Record<BlockKindName, number>>;
  /** Frees of blocks that were made before the recording began, at the end of the stack, or by the library for itself; not events. */
  readonly foreignFrees: number;
  /** Blocks taken at the address of one whose end was not seen: its free is put before. */
  readonly missedFrees: number;
  /** Events that were left out, as there were enough. */
  readonly droppedEvents: number;
  /** The program went on to its own end while it was recorded. */
  readonly isComplete: boolean;
  /** Why objects are not in it; empty if they are. */
  readonly withoutObjects: string;
}

/** What a block holds: what malloc and its like gave, an object, a part that an object keeps elsewhere. */
export const BLOCK_KINDS = ["raw", "object", "part"] as const;
export type BlockKindName = (typeof BLOCK_KINDS)[number];

const EVENTS = ".events";
const FACTS = ".json";
const SITES = ".sites";
/** Files with a byte for each heap that was made. */
const MADE = { main: "made", worker: "made-by-workers" };
/** Whose heap it is: of the program's main thread, or of a worker, where it is not recorded. */
export type HeapOwner = keyof typeof MADE;

/** What a process writes of one heap. */
export class HeapSpool {
  readonly #path: string;

  /** @param heap - from 1. */
  constructor(folder: string, heap: number) {
    this.#path = join(folder, String(heap));
  }

  appendEvents(words: Uint32Array): void {
    appendFileSync(this.#path + EVENTS, new Uint8Array(words.buffer, words.byteOffset, words.byteLength));
  }

  /** @param sites - of the next numbers. */
  appendSites(sites: readonly string[]): void {
    appendFileSync(this.#path + SITES, sites.map((site) => `${site}\n`).join(""));
  }

  /** Whole at any moment. */
  writeFacts(facts: HeapFacts): void {
    writeFileSync(`${this.#path}.new`, JSON.stringify(facts));
    renameSync(`${this.#path}.new`, this.#path + FACTS);
  }
}

/** One heap's recording, as it was left. */
export interface Spooled {
  /** From 1, in the order in which heaps were made. */
  readonly heap: number;
  readonly words: Uint32Array;
  readonly facts: HeapFacts;
  /** Sites from 1; undefined if they were not asked for. */
  readonly sites: readonly string[] | undefined;
}

/** Numbers of the heaps that were recorded, in order. */
export function spooledHeaps(folder: string): number[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(FACTS))
    .map((file) => Number(file.slice(0, -FACTS.length)))
    .filter(Number.isInteger)
    .sort((a, b) => a - b);
}

export function hasEvents(folder: string, heap: number): boolean {
  return existsSync(join(folder, heap + EVENTS));
}

/** O(events). */
export function readSpool(folder: string, heap: number): Spooled {
  const path = join(folder, String(heap));
  const bytes = existsSync(path + EVENTS) ? readFileSync(path + EVENTS) : Buffer.alloc(0);
  // what was cut off while it was written is no event
  const whole = bytes.subarray(0, Math.floor(bytes.length / EVENT_BYTES) * EVENT_BYTES);
  const words = new Uint32Array(whole.length / Uint32Array.BYTES_PER_ELEMENT);
  new Uint8Array(words.buffer).set(whole);
  const sites = existsSync(path + SITES)
    ? readFileSync(path + SITES, "utf8")
        .split("\n")
        .slice(0, -1)
    : undefined;
  return { heap, words, facts: JSON.parse(readFileSync(path + FACTS, "utf8")) as HeapFacts, sites };
}

export function noteHeap(folder: string, owner: HeapOwner): void {
  appendFileSync(join(folder, MADE[owner]), ".");
}

export function countHeaps(folder: string, owner: HeapOwner): number {
  const file = join(folder, MADE[owner]);
  return existsSync(file) ? readFileSync(file).length : 0;
}
