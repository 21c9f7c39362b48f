// test/assembly/verify.test.ts: every rule of verify() is found broken where it was broken.
// Not here: damage at random (damage.test.ts).

import { describe, expect, test } from "vitest";
import * as L from "../../assembly/layout.js";
import { CorruptHeapError, errorOf } from "../../src/errors.js";
import { newHeap } from "../support/checked-core.js";
import { type Furniture, furnish } from "../support/damage.js";

/** The layout by name. */
const CODES: Readonly<Record<string, number>> = L;

/** A rule, how it is broken, and by what: does the damage and returns the address that must be named. */
type Damage = readonly [rule: `RULE_${string}`, how: string, damage: (heap: Furniture) => number];

const DAMAGES: readonly Damage[] = [
  [
    "RULE_CHUNK_SIZE",
    "a chunk of no size",
    ({ pen, used }) => {
      pen.write(used + L.CHUNK_SIZE_AND_FLAGS, L.CHUNK_IN_USE);
      return used;
    },
  ],
  [
    "RULE_CHUNK_SIZE",
    "a chunk that leaves memory",
    ({ pen, used }) => {
      pen.flip(used + L.CHUNK_SIZE_AND_FLAGS, 1 << 31);
      return used;
    },
  ],
  [
    "RULE_CHUNK_PREVIOUS_SIZE",
    "a chunk that takes the one before it for larger",
    ({ pen, used }) => {
      pen.add(used + L.CHUNK_PREVIOUS_SIZE, L.CHUNK_ALIGNMENT);
      return used;
    },
  ],
  [
    "RULE_CHUNK_PREVIOUS_IN_USE",
    "a chunk that takes the free one before it for used",
    ({ pen, used }) => {
      pen.flip(used + L.CHUNK_SIZE_AND_FLAGS, L.CHUNK_PREVIOUS_IN_USE);
      return used;
    },
  ],
  [
    "RULE_CHUNK_COALESCED",
    "two free chunks side by side",
    ({ pen, used, free }) => {
      pen.flip(used + L.CHUNK_SIZE_AND_FLAGS, L.CHUNK_IN_USE);
      return free;
    },
  ],
  [
    "RULE_CHUNK_BINNED",
    "a free chunk in no bin",
    ({ pen, bin }) => {
      pen.write(bin, 0);
      const index = (bin - L.BINS_ADDRESS) >> 2;
      const row = index >> L.BINS_PER_ROW_LOG2;
      const bits = L.BIN_BITS_ADDRESS + row * 4;
      pen.flip(bits, 1 << (index % L.BINS_PER_ROW));
      if (pen.read(bits) === 0) pen.flip(L.BIN_ROW_BITS_ADDRESS, 1 << row);
      return L.HEAP_ADDRESS;
    },
  ],
  [
    "RULE_CHUNK_BINNED",
    "a used chunk in a bin",
    ({ pen, bin, used }) => {
      pen.write(bin, used);
      return used;
    },
  ],
  [
    "RULE_BIN_LINKS",
    "a first chunk that takes another for the one before it",
    ({ pen, free, used }) => {
      pen.write(free + L.CHUNK_PREVIOUS, used);
      return free;
    },
  ],
  [
    "RULE_BIN_BITS",
    "a filled bin whose bit is not set",
    ({ pen, bin }) => {
      const index = (bin - L.BINS_ADDRESS) >> 2;
      const bits = L.BIN_BITS_ADDRESS + (index >> L.BINS_PER_ROW_LOG2) * 4;
      pen.flip(bits, 1 << (index % L.BINS_PER_ROW));
      return bin;
    },
  ],
  [
    "RULE_BIN_BITS",
    "an empty row whose bit is set",
    ({ pen }) => {
      pen.flip(L.BIN_ROW_BITS_ADDRESS, 1 << (L.BIN_ROW_COUNT - 1));
      return L.BIN_BITS_ADDRESS + (L.BIN_ROW_COUNT - 1) * 4;
    },
  ],
  [
    "RULE_TOP",
    "a top that does not reach the sentinel",
    ({ pen }) => {
      const top = pen.read(L.TOP_ADDRESS);
      pen.add(top + L.CHUNK_SIZE_AND_FLAGS, -L.CHUNK_ALIGNMENT);
      return top;
    },
  ],
  [
    "RULE_TOP",
    "a sentinel that does not end memory",
    ({ pen }) => {
      pen.add(L.SENTINEL_ADDRESS, -L.CHUNK_ALIGNMENT);
      return pen.read(L.SENTINEL_ADDRESS);
    },
  ],
  [
    "RULE_UNTOUCHED",
    "a byte written behind all blocks",
    ({ pen }) => {
      while (pen.read(L.SENTINEL_ADDRESS) - pen.read(L.UNTOUCHED_ADDRESS) < 1000) pen.heap.malloc(1000);
      const address = pen.read(L.UNTOUCHED_ADDRESS) + 800;
      pen.flip(address + 4, 1 << 24);
      return address;
    },
  ],
  [
    "RULE_ARENA_MAP",
    "an arena that the map has not",
    ({ pen, arena }) => {
      const index = arena >>> L.ARENA_SIZE_LOG2;
      pen.flip((index >> 5) << 2, 1 << (index & 31));
      return arena;
    },
  ],
  [
    "RULE_ARENA_MAP",
    "an arena that only the map has",
    ({ pen }) => {
      pen.flip(L.ARENA_MAP_SIZE - 4, 1);
      return 0;
    },
  ],
  [
    "RULE_ARENA_LIST",
    "an arena that is not on its list",
    ({ pen, arena }) => {
      const free = popcount(pen.read(arena + L.ARENA_FOOTER + L.ARENA_FREE_POOLS));
      pen.write(L.ARENA_LISTS_ADDRESS + free * 4, 0);
      return arena;
    },
  ],
  [
    "RULE_ARENA_LIST",
    "a first arena that takes itself for the one before it",
    ({ pen, arena }) => {
      pen.write(arena + L.ARENA_FOOTER + L.ARENA_PREVIOUS, arena + L.ARENA_FOOTER);
      return arena;
    },
  ],
  [
    "RULE_POOL_HEADER",
    "a pool of another capacity",
    ({ pen, full }) => {
      pen.flip(full + (L.POOL_CAPACITY & -4), 1 << ((L.POOL_CAPACITY % 4) * 8));
      return full;
    },
  ],
  [
    "RULE_POOL_HEADER",
    "a pool of a class that there is not",
    ({ pen, partial: [pool] }) => {
      pen.flip(pool + (L.POOL_CLASS & -4), 0x80 << ((L.POOL_CLASS % 4) * 8));
      return pool;
    },
  ],
  [
    "RULE_POOL_HEADER",
    "a pool with another inverse",
    ({ pen, active }) => {
      pen.add(active + L.POOL_INVERSE, 1);
      return active;
    },
  ],
  [
    "RULE_POOL_HEADER",
    "a pool that its arena has free, in use",
    ({ pen, freePool }) => {
      pen.flip(freePool + (L.POOL_STATE & -4), L.POOL_STATE_FULL << ((L.POOL_STATE % 4) * 8));
      return freePool;
    },
  ],
  [
    "RULE_POOL_BLOCKS",
    "a full pool with a free block",
    ({ pen, full, block }) => {
      pen.write(block + L.BLOCK_MARK, L.BLOCK_FREE);
      pen.write(block + L.BLOCK_NEXT, 0);
      pen.write(full + L.POOL_RETURNED, block);
      return full;
    },
  ],
  [
    "RULE_POOL_BLOCKS",
    "blocks that are on both lists of a pool",
    ({ pen, record, active, returned }) => {
      // the lists become one: all used blocks but one would have to be free twice
      pen.write(lastOf(pen, returned) + L.BLOCK_NEXT, pen.read(record + L.SIZE_CLASS_FREE));
      return active;
    },
  ],
  [
    "RULE_POOL_COUNTDOWN",
    "a partial pool that counts one block too many",
    ({ pen, partial: [pool] }) => {
      pen.add(pool + L.POOL_COUNTDOWN, 1);
      return pool;
    },
  ],
  [
    "RULE_POOL_COUNTDOWN",
    "a full pool that waits for two blocks",
    ({ pen, full }) => {
      pen.add(full + L.POOL_COUNTDOWN, 1);
      return full;
    },
  ],
  [
    "RULE_POOL_COUNTDOWN",
    "an active pool that was given a block more",
    ({ pen, active }) => {
      pen.add(active + L.POOL_COUNTDOWN, -1);
      return active;
    },
  ],
  [
    "RULE_OBJECT_HEADER",
    "a chunk that claims to hold an object, where there are none",
    ({ pen, used }) => {
      pen.flip(used + L.CHUNK_SIZE_AND_FLAGS, L.CHUNK_CONTAINER);
      return used + L.CHUNK_HEADER_SIZE;
    },
  ],
  [
    "RULE_CHUNK_FLAGS",
    "a free chunk that claims to be an arena",
    ({ pen, free }) => {
      pen.flip(free + L.CHUNK_SIZE_AND_FLAGS, L.CHUNK_ARENA);
      return free;
    },
  ],
  [
    "RULE_SIZE_CLASSES",
    "a class whose blocks are said to be larger",
    ({ pen, record }) => {
      pen.add(record + L.SIZE_CLASS_BLOCK_SIZE, L.ALIGNMENT);
      return record;
    },
  ],
  [
    "RULE_SIZE_CLASSES",
    "a size that finds another class",
    ({ pen }) => {
      const entry = L.CLASS_TABLE_ADDRESS + 4;
      pen.flip(entry, L.SIZE_CLASS_SIZE);
      return entry;
    },
  ],
  [
    "RULE_POOL_LIST",
    "a partial pool that takes none for the one before it",
    ({ pen, partial: [, second] }) => {
      pen.write(second + L.POOL_PREVIOUS, 0);
      return second;
    },
  ],
  [
    "RULE_POOL_LIST",
    "a class that has another last pool",
    ({ pen, record, partial: [first] }) => {
      pen.write(record + L.SIZE_CLASS_LAST, first);
      return record;
    },
  ],
  [
    "RULE_POOL_LIST",
    "a class that serves from no pool",
    ({ pen, record, active }) => {
      pen.write(record + L.SIZE_CLASS_ACTIVE, 0);
      return active;
    },
  ],
  [
    "RULE_POOL_LIST",
    "a class with free blocks of no pool",
    ({ pen, block }) => {
      const unused = L.SIZE_CLASSES_ADDRESS; // the smallest class serves nobody here
      pen.write(unused + L.SIZE_CLASS_FREE, block);
      return unused;
    },
  ],
  [
    "RULE_POOL_LIST",
    "partial pools that their class has lost",
    ({ pen, record }) => {
      pen.write(record + L.SIZE_CLASS_FIRST, 0);
      pen.write(record + L.SIZE_CLASS_LAST, 0);
      return L.SIZE_CLASSES_ADDRESS;
    },
  ],
  [
    "RULE_BLOCK_LINK",
    "a free block without its mark",
    ({ pen, ready }) => {
      pen.write(ready + L.BLOCK_MARK, 0);
      return ready;
    },
  ],
  [
    "RULE_BLOCK_LINK",
    "a free block that links into a block",
    ({ pen, returned }) => {
      pen.add(returned + L.BLOCK_NEXT, L.ALIGNMENT);
      return pen.read(returned + L.BLOCK_NEXT);
    },
  ],
  [
    "RULE_BLOCK_LINK",
    "a free block that links to itself",
    ({ pen, returned }) => {
      pen.write(returned + L.BLOCK_NEXT, returned);
      return returned;
    },
  ],
  ...(
    [
      "ARENAS_IN_USE",
      "ARENAS_TOTAL",
      "POOLS_IN_USE",
      "WIDE_POOLS_IN_USE",
      "LARGE_BLOCKS",
      "LARGE_BYTES",
    ] as const
  ).map(
    (counter): Damage => [
      "RULE_COUNTERS",
      `${counter} below what it is`,
      ({ pen }) => {
        pen.add(L.COUNTERS_ADDRESS + CODES[`COUNTER_${counter}`]!, -1);
        return L.COUNTERS_ADDRESS;
      },
    ],
  ),
];

function popcount(bits: number): number {
  return bits === 0 ? 0 : 1 + popcount((bits & (bits - 1)) >>> 0);
}

/** The last block of a list. */
function lastOf(pen: Furniture["pen"], list: number): number {
  const next = pen.read(list + L.BLOCK_NEXT);
  return next === 0 ? list : lastOf(pen, next);
}

/** The error that verify() throws. */
function brokenRule({ pen }: Furniture): unknown {
  try {
    pen.heap.verify();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe("verify() names the rule and the place of", () => {
  test.each(DAMAGES)("%s: %s", (rule, _, damage) => {
    const heap = furnish();
    const address = damage(heap);
    const error = brokenRule(heap);
    expect(error).toBeInstanceOf(CorruptHeapError);
    expect(error).toMatchObject({ rule: (errorOf(CODES[rule]!, 0) as CorruptHeapError).rule, address });
  });
});

test("every rule of the allocator is broken above", () => {
  const rules = Object.keys(CODES).filter(
    (name) => /^RULE_(?!FIRST$|LAST$)/.test(name) && CODES[name]! < L.RULE_OBJECT_HEADER,
  );
  const broken = new Set(DAMAGES.map(([rule]) => rule as string));
  expect(rules.filter((rule) => !broken.has(rule))).toEqual([]);
});

test("verify() finds the same after the damage is undone", () => {
  const heap = furnish();
  heap.pen.add(heap.full + L.POOL_COUNTDOWN, 1);
  expect(brokenRule(heap)).toBeInstanceOf(CorruptHeapError);
  heap.pen.add(heap.full + L.POOL_COUNTDOWN, -1);
  expect(brokenRule(heap)).toBeUndefined();
});

describe("the checked build notices a write past a block's end", () => {
  test("into a free block, at the next operation on the pool", () => {
    for (const call of ["malloc", "free"] as const) {
      const heap = newHeap("checked");
      const [first, second, third] = [heap.malloc(24), heap.malloc(24), heap.malloc(24)];
      heap.free(second);
      heap.memory.u8.fill(0xff, first, first + 25);
      const next = (): unknown => (call === "malloc" ? heap.malloc(24) : heap.free(third));
      expect(next).toThrow(expect.objectContaining({ name: "CorruptHeapError", address: second }));
    }
  });

  test.each(["free", "realloc"] as const)("into the next chunk's header, at its next %s", (call) => {
    const heap = newHeap("checked");
    const [first, second] = [heap.malloc(1000), heap.malloc(1000)];
    const end = second - L.CHUNK_HEADER_SIZE + L.CHUNK_SIZE_AND_FLAGS;
    heap.memory.u8.fill(0xff, first, end);
    const next = (): unknown => (call === "free" ? heap.free(first) : heap.realloc(first, 600));
    expect(next).toThrow(expect.objectContaining({ name: "CorruptHeapError" }));
  });
});
