// test/assembly/object-exhaustion.test.ts: every call that may want memory, made when there is none at each point where it could ask.
// It says so, and has changed nothing: neither counts nor objects nor bytes in use.

import { describe, expect, test } from "vitest";
import { readStats } from "../../src/stats.js";
import { BareCore } from "../support/bare-core.js";
import { BUILDS } from "../support/checked-core.js";

/** What a call works on. */
interface Bench {
  readonly bare: BareCore;
  readonly type: number;
  readonly list: number;
  readonly dict: number;
  readonly set: number;
  readonly bytearray: number;
  readonly scratch: number;
  readonly nodes: readonly number[];
  readonly keys: readonly number[];
}

const COUNT = 3000;
const MANY = 200;

/** Each is made again and again, with the number of the try, until it fails. */
const CALLS: Readonly<Record<string, (bench: Bench, index: number) => number>> = {
  struct_new: ({ bare, type }) => bare.core.struct_new(type),
  "struct_new_many of 200": ({ bare, type, scratch }) => bare.core.struct_new_many(type, MANY, scratch),
  int_new: ({ bare }) => bare.core.int_new(1, 1),
  "int_alloc of 70 words": ({ bare }) => bare.core.int_alloc(70),
  float_new: ({ bare }) => bare.core.float_new(1.5),
  "str_alloc of 30": ({ bare }) => bare.core.str_alloc(30, 0),
  "str_alloc of 3000": ({ bare }) => bare.core.str_alloc(3000, 1),
  "str_alloc of more than there can be": ({ bare }) => bare.core.str_alloc(0xffffffff, 2),
  bytes_alloc: ({ bare }) => bare.core.bytes_alloc(100),
  bytearray_new: ({ bare }) => bare.core.bytearray_new(100),
  bytearray_resize: ({ bare, bytearray }, index) => bare.core.bytearray_resize(bytearray, 20 + index * 500),
  host_new: ({ bare }) => bare.core.host_new(3),
  str_intern: ({ bare, keys }, index) => bare.core.str_intern(keys[index]!),
  "list_new of 100": ({ bare }) => bare.core.list_new(100),
  "list_new of more than there can be": ({ bare }) => bare.core.list_new(0xffffffff),
  "list_from of 200": ({ bare, scratch }) => bare.core.list_from(scratch, MANY),
  "tuple_from of 200": ({ bare, scratch }) => bare.core.tuple_from(scratch, MANY),
  list_append: ({ bare, list, nodes }) => bare.core.list_append(list, nodes[0]!),
  list_append_i32: ({ bare, list }) => bare.core.list_append_i32(list, 100_000),
  list_append_f64: ({ bare, list }) => bare.core.list_append_f64(list, 0.5),
  list_insert: ({ bare, list, nodes }) => bare.core.list_insert(list, 0, nodes[0]!),
  dict_new: ({ bare }) => bare.core.dict_new(),
  dict_set: ({ bare, dict, keys, nodes }, index) => bare.core.dict_set(dict, keys[index]!, nodes[0]!),
  dict_reserve: ({ bare, dict }, index) => bare.core.dict_reserve(dict, index * 10),
  set_add: ({ bare, set, keys }, index) => bare.core.set_add(set, keys[index]!),
  weakref_new: ({ bare, nodes }, index) => bare.core.weakref_new(nodes[index]!, 0, 0),
  gc_referrers: ({ bare, nodes }) => bare.core.gc_referrers(nodes[0]!),
  gc_referents: ({ bare, list }) => bare.core.gc_referents(list),
  "type_new of two runs": ({ bare, scratch }) => bare.core.type_new(32, scratch, 2, 0),
};

function furnish(bare: BareCore): Bench {
  const { core } = bare;
  const type = bare.type(2);
  const times = <T>(make: (index: number) => T): T[] =>
    Array.from({ length: COUNT }, (_, index) => make(index));
  const scratch = core.malloc(4 * MANY) >>> 0;
  const one = core.int_from_i32(1);
  for (let i = 0; i < MANY; i += 1) bare.write(scratch + 4 * i, one);
  return {
    ...{ bare, type, scratch },
    ...{ list: core.list_new(0) >>> 0, dict: core.dict_new() >>> 0, set: core.set_new() >>> 0 },
    bytearray: core.bytearray_new(10) >>> 0,
    nodes: times(() => bare.struct(type)),
    keys: times((index) => bare.str(`key ${index}`)),
  };
}

/** All that a call could have changed. */
function picture({ bare, list, dict, set, bytearray, nodes, keys }: Bench): unknown {
  const { core } = bare;
  const objects = [list, dict, set, bytearray, nodes[0]!, ...keys.slice(0, 50)];
  return {
    counts: objects.map((o) => [core.refcount(o), core.get_size(o)]),
    containers: bare.containers().length,
    used: readStats(core.memory).classes.map(({ usedBlocks }) => usedBlocks),
    largeBlocks: readStats(core.memory).large.blocks,
  };
}

/** Takes all memory that malloc gives, the large blocks that objects would be cut from among it. */
function fill(bare: BareCore): void {
  for (let size = 60_000; size >= 1; size = Math.floor(size / 2)) while (bare.core.malloc(size)) {}
}

describe.each(BUILDS)("%s: once memory is full,", (build) => {
  test.each(Object.keys(CALLS))("%s gives 0 in the end, and leaves all as it was", (name) => {
    const bare = new BareCore(build, { pages: 8 });
    const bench = furnish(bare);
    fill(bare);
    if (name.startsWith("type_new")) {
      for (const [index, run] of [8 | (1 << 16), 24 | (1 << 16)].entries())
        bare.write(bench.scratch + 4 * index, run);
    }
    let before = picture(bench);
    let tries = 0;
    while (CALLS[name]!(bench, tries) !== 0) {
      tries += 1;
      expect(tries).toBeLessThan(COUNT);
      before = picture(bench);
    }
    expect(picture(bench)).toEqual(before);
    bare.verify();
  });
});

test("a heap of one page has room for objects", () => {
  const bare = new BareCore("release", { pages: 1 });
  expect(bare.core.list_new(3)).not.toBe(0);
});
