// test/assembly/damage.test.ts: any word of the heap's structures may be damaged, to anything: verify() says so.
// It never hangs or traps, and what it can't see is listed here by name.

import fc from "fast-check";
import { expect, test } from "vitest";
import * as L from "../../assembly/layout.js";
import { CorruptHeapError } from "../../src/errors.js";
import { type Furniture, furnish } from "../support/damage.js";

/** Addresses of the words of all structures, by name. */
function structures(heap: Furniture): Map<string, number> {
  const { pen, used, free, arena, partial, active, full, ready, returned, bin, record } = heap;
  const words = new Map<string, number>();
  const add = (name: string, address: number, offsets: Record<string, number>): void => {
    for (const [field, offset] of Object.entries(offsets)) words.set(`${name}: ${field}`, address + offset);
  };
  const pool = {
    returned: L.POOL_RETURNED,
    countdown: L.POOL_COUNTDOWN,
    "class, state, capacity": L.POOL_CLASS,
    inverse: L.POOL_INVERSE,
    "first, block size": L.POOL_FIRST,
  };
  const chunk = { previousSize: L.CHUNK_PREVIOUS_SIZE, sizeAndFlags: L.CHUNK_SIZE_AND_FLAGS };
  const links = { next: L.CHUNK_NEXT, previous: L.CHUNK_PREVIOUS };
  const block = { mark: L.BLOCK_MARK, next: L.BLOCK_NEXT };
  for (let word = 0; word < 8; word += 4) add("map", word, { [word]: 0 });
  add("state", 0, { top: L.TOP_ADDRESS, sentinel: L.SENTINEL_ADDRESS });
  add("counter", L.COUNTERS_ADDRESS, {
    arenasInUse: L.COUNTER_ARENAS_IN_USE,
    poolsInUse: L.COUNTER_POOLS_IN_USE,
    widePoolsInUse: L.COUNTER_WIDE_POOLS_IN_USE,
    largeBlocks: L.COUNTER_LARGE_BLOCKS,
    largeBytes: L.COUNTER_LARGE_BYTES,
  });
  add("bins", 0, { rows: L.BIN_ROW_BITS_ADDRESS, filled: bin, empty: bin + 4 });
  for (let row = 0; row < L.BIN_ROW_COUNT; row += 1)
    add("bins of row", L.BIN_BITS_ADDRESS, { [row]: row * 4 });
  for (let count = 1; count <= L.POOLS_PER_ARENA; count += 1) {
    add("arenas with free pools", L.ARENA_LISTS_ADDRESS, { [count]: count * 4 });
  }
  const sizeClass = {
    free: L.SIZE_CLASS_FREE,
    active: L.SIZE_CLASS_ACTIVE,
    first: L.SIZE_CLASS_FIRST,
    last: L.SIZE_CLASS_LAST,
    blockSize: L.SIZE_CLASS_BLOCK_SIZE,
  };
  add("class", record, sizeClass);
  add("empty class", L.SIZE_CLASSES_ADDRESS, sizeClass);
  add("class table", L.CLASS_TABLE_ADDRESS, { first: 0, last: L.CLASS_TABLE_SIZE - 4 });
  add("used chunk", used, chunk);
  add("free chunk", free, { ...chunk, ...links });
  add("top chunk", pen.read(L.TOP_ADDRESS), chunk);
  add("arena chunk", arena - L.CHUNK_HEADER_SIZE, chunk);
  add("sentinel", pen.read(L.SENTINEL_ADDRESS), chunk);
  add("arena", arena + L.ARENA_FOOTER, {
    next: L.ARENA_NEXT,
    previous: L.ARENA_PREVIOUS,
    freePools: L.ARENA_FREE_POOLS,
  });
  add("first partial pool", partial[0], { ...pool, next: L.POOL_NEXT, previous: L.POOL_PREVIOUS });
  add("last partial pool", partial[1], { ...pool, next: L.POOL_NEXT, previous: L.POOL_PREVIOUS });
  add("active pool", active, pool);
  add("full pool", full, pool);
  add("ready block", ready, block);
  add("returned block", returned, block);
  return words;
}

const NAMES = [...structures(furnish()).keys()];

/** Damages words of a furnished heap; the error of verify(), undefined if it found nothing. */
function damaged(words: readonly { name: string; mask: number }[]): unknown {
  const heap = furnish();
  const addresses = structures(heap);
  for (const { name, mask } of words) heap.pen.flip(addresses.get(name)!, mask);
  try {
    heap.pen.heap.verify();
  } catch (error) {
    return error;
  }
  return undefined;
}

const masks = fc.oneof(
  fc.nat({ max: 31 }).map((bit) => 2 ** bit),
  fc.integer({ min: 1, max: 2 ** 32 - 1 }),
);

/** An active pool counts nothing: a block that drops from its list is as good as handed out. */
const UNSEEN = ["class: free", "ready block: next"];

test.each(NAMES.filter((name) => !UNSEEN.includes(name)))("verify() tells of any damage to %s", (name) => {
  fc.assert(
    fc.property(masks, (mask) => damaged([{ name, mask }]) !== undefined),
    { numRuns: 60 },
  );
});

test.each(NAMES)("no damage to %s makes verify() trap or hang", (name) => {
  fc.assert(
    fc.property(masks, (mask) => {
      expect(damaged([{ name, mask }]) ?? new CorruptHeapError("", 0)).toBeInstanceOf(CorruptHeapError);
    }),
    { numRuns: 60 },
  );
});

test("much damage at once does not make verify() trap or hang", () => {
  const word = fc.record({ name: fc.constantFrom(...NAMES), mask: masks });
  fc.assert(
    fc.property(fc.array(word, { minLength: 2, maxLength: 6 }), (words) => {
      expect(damaged(words) ?? new CorruptHeapError("", 0)).toBeInstanceOf(CorruptHeapError);
    }),
    { numRuns: 500 },
  );
});
