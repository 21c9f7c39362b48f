// test/assembly/kinds/table.test.ts: dicts and sets against JavaScript's Map and Set, in random programs.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { INT_WORDS, TABLE_BUFFER, TABLE_USED } from "../../../assembly/object-layout.js";
import { BareCore } from "../../support/bare-core.js";
import { BUILDS } from "../../support/checked-core.js";

type Step = readonly ["set" | "delete" | "clear" | "reserve", key: number];

const steps = (keys: number): fc.Arbitrary<Step[]> =>
  fc.array(
    fc.tuple(
      fc.oneof(
        { weight: 60, arbitrary: fc.constant("set" as const) },
        { weight: 30, arbitrary: fc.constant("delete" as const) },
        { weight: 1, arbitrary: fc.constant("clear" as const) },
        { weight: 2, arbitrary: fc.constant("reserve" as const) },
      ),
      fc.integer({ min: -keys, max: keys }),
    ),
    { maxLength: 600, size: "max" },
  );

/** Keys of a dict or set in order. */
function keysOf(bare: BareCore, table: number, entrySize: number): number[] {
  const buffer = bare.read(table + TABLE_BUFFER);
  return Array.from({ length: bare.read(table + TABLE_USED) }, (_, index) =>
    bare.read(buffer + index * entrySize),
  )
    .filter((key) => key !== 0)
    .map((key) => bare.view().getInt32(key + INT_WORDS, true));
}

describe.each(BUILDS)("%s:", (build) => {
  test.each([3, 40, 3000])("a dict does what a Map does, keys from -%i up", (keys) => {
    fc.assert(
      fc.property(steps(keys), (program) => {
        const bare = new BareCore(build);
        const { core } = bare;
        const dict = core.dict_new();
        const shadow = new Map<number, number>();
        for (const [op, key] of program) {
          const o = core.int_from_i32(key * 1000);
          if (op === "set") {
            const value = core.int_from_i32(shadow.size * 7777);
            core.dict_set(dict, o, value);
            bare.give(value);
            shadow.set(key, shadow.size * 7777);
          } else if (op === "delete") {
            expect(core.dict_delete(dict, o)).toBe(shadow.delete(key) ? 1 : 0);
          } else if (op === "clear") {
            core.dict_clear(dict);
            shadow.clear();
          } else {
            core.dict_reserve(dict, Math.abs(key));
          }
          bare.give(o);
        }
        bare.verify();
        expect(keysOf(bare, dict, 8)).toEqual([...shadow.keys()].map((key) => key * 1000));
        for (const [key, value] of shadow) {
          const o = core.int_from_i32(key * 1000);
          expect(bare.view().getInt32(core.dict_get(dict, o) + INT_WORDS, true)).toBe(value);
          bare.give(o);
        }
        bare.give(dict);
        expect(bare.containers()).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  test("a set does what a Set does", () => {
    fc.assert(
      fc.property(steps(200), (program) => {
        const bare = new BareCore(build);
        const { core } = bare;
        const set = core.set_new();
        const shadow = new Set<number>();
        for (const [op, key] of program) {
          const o = core.int_from_i32(key);
          expect(core.set_has(set, o)).toBe(shadow.has(key) ? 1 : 0);
          if (op === "set") {
            core.set_add(set, o);
            shadow.add(key);
          } else if (op === "delete") {
            expect(core.set_discard(set, o)).toBe(shadow.delete(key) ? 1 : 0);
          } else if (op === "clear") {
            core.set_clear(set);
            shadow.clear();
          }
          bare.give(o);
        }
        bare.verify();
        expect(keysOf(bare, set, 4)).toEqual([...shadow]);
      }),
      { numRuns: 30 },
    );
  });

  test("keys of every index width are found: 100,000 strings", () => {
    const bare = new BareCore("release");
    const { core } = bare;
    const dict = core.dict_new();
    for (let i = 0; i < 100_000; i += 1) {
      const key = bare.str(`key ${i}`);
      const value = core.int_from_i32(i);
      core.dict_set(dict, key, value);
      bare.give(key);
      bare.give(value);
    }
    for (let i = 0; i < 100_000; i += 997) {
      const key = bare.str(`key ${i}`);
      expect(bare.view().getInt32(core.dict_get(dict, key) + INT_WORDS, true)).toBe(i);
      bare.give(key);
    }
    bare.verify();
  });

  test("what may change is no key, and the dict stays as it was", () => {
    const bare = new BareCore(build);
    const { core } = bare;
    const dict = core.dict_new();
    const value = core.int_from_i32(1);
    for (const key of [core.list_new(0), core.dict_new(), core.set_new(), core.bytearray_new(3)]) {
      expect(() => core.dict_set(dict, key, value)).toThrow(
        expect.objectContaining({ name: "UnhashableError" }),
      );
      expect(core.refcount(key)).toBe(1);
    }
    expect(keysOf(bare, dict, 8)).toEqual([]);
    bare.verify();
  });
});
