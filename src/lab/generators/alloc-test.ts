// src/lab/generators/alloc-test.ts: alloc-test: places, a few of them much in use, whose blocks come and go; sizes with a heavy tail.
// Source: OLogN Technologies' alloc-test, as in mimalloc-bench: sizes and places as its functions for both draw them.

import { Random } from "../random.js";
import { defineGenerator, eventsParameter, hasRoom, SEED } from "./generator.js";

/** A class of sizes begins above 4 bytes; each next one is twice as wide and half as likely: Pareto's tail index is 1. */
const CLASS_FIRST_LOG2 = 2;
/** Of an entry of its table: address, size and count of a 32-bit program. */
const PLACE_BYTES = 12;
/** 20 % of the places get 80 % of the accesses, and so again within each part, so many times. */
const PARETO_LEVELS = 6;
const HOT_PLACES = 0.2;
const HOT_ACCESSES = 0.8;
/** Places that the first fill takes together; each is filled or not. */
const FILL_BITS = 32;

export const allocTest = defineGenerator({
  name: "alloc-test",
  description:
    "random places, few of them hot, freed if filled, filled if free; sizes of Pareto's distribution",
  parameters: {
    events: eventsParameter(),
    items: {
      default: 1 << 16,
      min: 64,
      max: 1 << 24,
      unit: "blocks",
      meaning: "places, about half of which are filled; the original has 2^18",
    },
    maxBytes: {
      default: 1024,
      min: 8,
      max: 2 ** 24,
      unit: "bytes",
      meaning: "of a block, at most; a power of two",
    },
    seed: SEED,
  },
  misfit({ events, items, maxBytes }) {
    if (items * 2 > events) return { parameter: "items", expected: `at most half of the ${events} events` };
    if ((maxBytes & (maxBytes - 1)) === 0) return undefined;
    return { parameter: "maxBytes", expected: "a power of two" };
  },
  generate({ events, items, maxBytes, seed }, out) {
    const random = new Random(seed);
    const malloc = (): number => out.malloc(drawSize(random, maxBytes));
    const table = out.malloc(items * PLACE_BYTES);
    // by place: its block's slot and 1; 0: none
    const blocks = new Uint32Array(items);
    for (let first = 0; first + FILL_BITS <= items; first += FILL_BITS) {
      for (let bit = 0; bit < FILL_BITS; bit += 1) {
        if (random.below(2) === 1) blocks[first + bit] = malloc() + 1;
      }
    }
    const places = new HotPlaces(items);
    while (hasRoom(out, events)) {
      const place = places.draw(random);
      const block = blocks[place]!;
      if (block > 0) out.free(block - 1);
      blocks[place] = block > 0 ? 0 : malloc() + 1;
    }
    for (const block of blocks) if (block > 0) out.free(block - 1);
    out.free(table);
  },
});

/** A size from 5 to `maxBytes`. */
function drawSize(random: Random, maxBytes: number): number {
  const classes = maxBytes / 2 ** (CLASS_FIRST_LOG2 + 1);
  let width = 2 ** CLASS_FIRST_LOG2;
  // the zero bits at a random number's end
  for (let bits = random.below(classes) + 1; bits % 2 === 0; bits /= 2) width *= 2;
  return width + 1 + random.below(width);
}

/** Draws places, the hot ones more often. */
class HotPlaces {
  /** By part, the hottest first: where it begins, and the share of accesses to it and those before. */
  readonly #starts: number[] = [0];
  readonly #shares: number[] = [];

  constructor(places: number) {
    let share = 0;
    for (let cold = 0; cold <= PARETO_LEVELS; cold += 1) {
      const hot = PARETO_LEVELS - cold;
      const ways = binomial(PARETO_LEVELS, cold);
      share += ways * power(HOT_ACCESSES, hot) * power(1 - HOT_ACCESSES, cold);
      this.#shares.push(share);
      const width = Math.floor(places * ways * power(HOT_PLACES, hot) * power(1 - HOT_PLACES, cold));
      this.#starts.push(cold === PARETO_LEVELS ? places : this.#starts[cold]! + width);
    }
  }

  draw(random: Random): number {
    const drawn = random.below(2 ** 32) / 2 ** 32;
    let part = 0;
    while (part < PARETO_LEVELS && drawn >= this.#shares[part]!) part += 1;
    // of few places, the hottest parts have none
    while (this.#starts[part] === this.#starts[part + 1]) part += 1;
    return this.#starts[part]! + random.below(this.#starts[part + 1]! - this.#starts[part]!);
  }
}

function binomial(n: number, k: number): number {
  let ways = 1;
  for (let i = 1; i <= k; i += 1) ways = (ways * (n - i + 1)) / i;
  return ways;
}

/** As `**`, which engines may round differently. */
function power(base: number, exponent: number): number {
  let product = 1;
  for (let i = 0; i < exponent; i += 1) product *= base;
  return product;
}
