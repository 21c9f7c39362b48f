// test/assembly/verify-objects.test.ts: every rule about objects is found broken where it was broken.
// Not here: the allocator's rules (verify.test.ts).

import { describe, expect, test } from "vitest";
import * as L from "../../assembly/layout.js";
import * as O from "../../assembly/object-layout.js";
import { CorruptHeapError, errorOf } from "../../src/errors.js";
import { BareCore } from "../support/bare-core.js";

const CODES: Readonly<Record<string, number>> = L;

/** One of everything. */
class Furniture {
  readonly bare = new BareCore("release");
  readonly leaf = this.bare.struct(this.bare.type(1));
  readonly struct = this.bare.struct(this.bare.type(2), this.leaf);
  readonly list = this.bare.core.list_new(0);
  readonly dict = this.bare.core.dict_new();
  readonly set = this.bare.core.set_new();
  readonly key = this.bare.str("key");
  readonly other = this.bare.str("another key");
  readonly large = this.bare.core.struct_new(this.bare.typeOfRuns([[8, 300]], 1208)) >>> 0;
  readonly older: number;
  readonly newer: number;
  readonly interned: number;

  constructor() {
    const { core } = this.bare;
    for (const key of [this.key, this.other]) {
      core.dict_set(this.dict, key, this.leaf);
      core.set_add(this.set, key);
      core.list_append(this.list, key);
    }
    this.older = core.weakref_new(this.leaf, this.struct, 0) >>> 0;
    this.newer = core.weakref_new(this.leaf, this.struct, 0) >>> 0;
    this.interned = core.str_intern(this.bare.str("interned")) >>> 0;
    this.bare.verify();
  }

  add(address: number, more: number): void {
    this.bare.write(address, this.bare.read(address) + more);
  }

  get tableBuffer(): number {
    return this.bare.read(this.dict + O.TABLE_BUFFER);
  }
}

/** A rule, how it is broken, and by what: does the damage and returns the address that must be named. */
type Damage = readonly [rule: `RULE_${string}`, how: string, damage: (heap: Furniture) => number];

const DAMAGES: readonly Damage[] = [
  [
    "RULE_OBJECT_HEADER",
    "a type that nobody declared",
    ({ bare, struct }) => {
      bare.view().setUint16(struct + O.OBJECT_TYPE, 999, true);
      return struct;
    },
  ],
  [
    "RULE_OBJECT_HEADER",
    "an atomic object among the containers",
    ({ bare, struct }) => {
      bare.view().setUint16(struct + O.OBJECT_TYPE, O.TYPE_FLOAT, true);
      return struct;
    },
  ],
  [
    "RULE_OBJECT_HEADER",
    "a struct that is larger than its block",
    ({ bare, struct, large }) => {
      bare.view().setUint16(struct + O.OBJECT_TYPE, bare.view().getUint16(large + O.OBJECT_TYPE, true), true);
      return struct;
    },
  ],
  [
    "RULE_OBJECT_HEADER",
    "a count past the one where counts stand still",
    ({ bare, list }) => {
      bare.write(list + O.OBJECT_REFCOUNT, O.REFCOUNT_IMMORTAL + 1);
      return list;
    },
  ],
  [
    "RULE_OBJECT_REFERENCE",
    "a reference to an object that has died",
    ({ bare, struct, leaf }) => {
      bare.write(leaf, L.BLOCK_FREE - 1);
      return struct;
    },
  ],
  [
    "RULE_OBJECT_REFERENCE",
    "a large object's reference to no object",
    ({ bare, large }) => {
      bare.write(large + 8 + 299 * 4, 8);
      return large;
    },
  ],
  [
    "RULE_LIST",
    "a list of more items than its buffer holds",
    ({ bare, list }) => {
      bare.write(list + O.LIST_CAPACITY, 1000);
      return list;
    },
  ],
  [
    "RULE_LIST",
    "a list longer than its capacity",
    ({ bare, list }) => {
      bare.write(list + O.LIST_LENGTH, bare.read(list + O.LIST_CAPACITY) + 1);
      return list;
    },
  ],
  [
    "RULE_TABLE",
    "a dict that counts an entry too many",
    (heap) => {
      heap.add(heap.dict + O.TABLE_COUNT, 1);
      return heap.dict;
    },
  ],
  [
    "RULE_TABLE",
    "a dict whose index says that an entry is free",
    (heap) => {
      const index = heap.tableBuffer + Math.floor((2 << O.TABLE_LOG2_MIN) / 3) * 8;
      const view = heap.bare.view();
      let slot = index;
      while (view.getUint8(slot) < O.INDEX_ENTRY_FIRST) slot += 1;
      view.setUint8(slot, O.INDEX_FREE);
      return heap.dict;
    },
  ],
  [
    "RULE_TABLE",
    "a set without the table that its entries are in",
    (heap) => {
      heap.bare.write(heap.set + O.TABLE_BUFFER, 0);
      return heap.set;
    },
  ],
  [
    "RULE_TABLE",
    "a set with an index of no size",
    (heap) => {
      heap.bare.write(heap.set + O.TABLE_LOG2, 0);
      return heap.set;
    },
  ],
  [
    "RULE_WEAKREF_LIST",
    "a weakref that is not where the one before it says",
    ({ bare, newer, older }) => {
      bare.write(older + O.WEAKREF_PREVIOUS, 0);
      return newer < older ? newer : older;
    },
  ],
  [
    "RULE_WEAKREF_LIST",
    "a referent that knows of no weakref",
    ({ bare, leaf, newer, older }) => {
      bare.view().setUint16(leaf + O.OBJECT_FLAGS, O.FLAG_TRACKED, true);
      return Math.min(newer, older);
    },
  ],
  [
    "RULE_WEAKREF_LIST",
    "a dead weakref with a neighbour",
    ({ bare, older }) => {
      bare.write(older + O.WEAKREF_REFERENT, 0);
      return older;
    },
  ],
  [
    "RULE_OBJECT_TABLE",
    "an interned string that has another hash",
    ({ bare, interned }) => {
      bare.write(interned + O.STR_HASH, bare.read(interned + O.STR_HASH) ^ 0x55555555);
      return L.INTERNED_TABLE_ADDRESS;
    },
  ],
  [
    "RULE_OBJECT_TABLE",
    "a table that counts an object too few",
    (heap) => {
      heap.add(L.INTERNED_TABLE_ADDRESS + L.OBJECT_TABLE_COUNT, -1);
      return L.INTERNED_TABLE_ADDRESS;
    },
  ],
  [
    "RULE_OBJECT_TABLE",
    "a weakref table that has lost its slots",
    ({ bare, newer, older }) => {
      // the weakrefs, which come first, are made dead ones
      for (const weakref of [newer, older]) {
        for (const field of [O.WEAKREF_REFERENT, O.WEAKREF_PREVIOUS, O.WEAKREF_NEXT])
          bare.write(weakref + field, 0);
      }
      bare.write(L.WEAKREF_TABLE_ADDRESS + L.OBJECT_TABLE_SLOTS, 0);
      return L.WEAKREF_TABLE_ADDRESS;
    },
  ],
  [
    "RULE_REFCOUNT",
    "an object that counts fewer references than there are",
    ({ bare, leaf }) => {
      bare.write(leaf + O.OBJECT_REFCOUNT, 0);
      return leaf;
    },
  ],
  [
    "RULE_GENERATION",
    "a young object that is on no list",
    ({ bare }) => {
      const young = L.COLLECTOR_ADDRESS + O.COLLECTOR_YOUNG;
      const start = bare.read(young + O.GENERATION_START);
      const listed = [];
      for (let slot = start; slot < bare.read(young + O.GENERATION_TOP); slot += 4)
        listed.push(bare.read(slot));
      bare.write(young + O.GENERATION_TOP, start);
      return Math.min(...listed);
    },
  ],
  [
    "RULE_GENERATION",
    "a list that ends before it begins",
    ({ bare }) => {
      const middle = L.COLLECTOR_ADDRESS + O.COLLECTOR_MIDDLE;
      bare.write(middle + O.GENERATION_TOP, bare.read(middle + O.GENERATION_START) - 4);
      return middle;
    },
  ],
  [
    "RULE_COLLECTOR_FLAGS",
    "an object that a collection has left marked",
    ({ bare, struct }) => {
      bare.view().setUint16(struct + O.OBJECT_FLAGS, O.FLAG_TRACKED | O.FLAG_EXAMINED, true);
      return struct;
    },
  ],
  [
    "RULE_COLLECTOR_FLAGS",
    "a suspect of no collection",
    (heap) => {
      heap.add(heap.struct + O.OBJECT_REFCOUNT, O.REFCOUNT_SUSPECT);
      return heap.struct;
    },
  ],
];

describe("verify() names the rule and the place of", () => {
  test.each(DAMAGES)("%s: %s", (rule, _, damage) => {
    const heap = new Furniture();
    const address = damage(heap);
    let error: unknown;
    try {
      heap.bare.verify();
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(CorruptHeapError);
    expect((error as CorruptHeapError).rule).toBe((errorOf(CODES[rule]!, 0) as CorruptHeapError).rule);
    expect((error as CorruptHeapError).address).toBe(address);
  });
});

test("every rule about objects is broken above", () => {
  const rules = Object.keys(CODES).filter(
    (name) => /^RULE_(?!FIRST|LAST)/.test(name) && CODES[name]! >= L.RULE_OBJECT_HEADER,
  );
  expect(new Set(DAMAGES.map(([rule]) => rule))).toEqual(new Set(rules));
});
