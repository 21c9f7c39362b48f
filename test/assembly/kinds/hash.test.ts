// test/assembly/kinds/hash.test.ts: which keys are equal, and that equal ones share a hash.

import { describe, expect, test } from "vitest";
import { STATICS_ADDRESS } from "../../../assembly/layout.js";
import { INT_WORDS, STATIC_TRUE } from "../../../assembly/object-layout.js";
import { BareCore } from "../../support/bare-core.js";

/** An int of any size. */
function int(bare: BareCore, value: bigint): number {
  const { core } = bare;
  let words = 1;
  while (BigInt.asIntN(64 * words, value) !== value) words += 1;
  if (words === 1)
    return core.int_new(Number(BigInt.asIntN(32, value)), Number(BigInt.asIntN(32, value >> 32n)));
  const o = core.int_alloc(words) >>> 0;
  for (let i = 0; i < core.int_words(o); i += 1) {
    bare.view().setBigInt64(o + INT_WORDS + 8 * i, BigInt.asIntN(64, value >> BigInt(64 * i)), true);
  }
  return o;
}

const WHOLE = [
  0n,
  1n,
  -1n,
  7n,
  2n ** 31n - 1n,
  2n ** 31n,
  2n ** 53n,
  2n ** 62n,
  2n ** 63n,
  2n ** 64n,
  3n * 2n ** 77n,
  2n ** 100n,
]
  .concat([2n ** 127n, 2n ** 128n, 5n * 2n ** 900n, 2n ** 1000n, 2n ** 1023n])
  .flatMap((value) => [value, -value]);

describe("numbers", () => {
  test.each(WHOLE)("%s is the same key as int and as float, its neighbour is not", (value) => {
    const bare = new BareCore("release");
    const { core } = bare;
    const [a, b, float] = [int(bare, value), int(bare, value), core.float_new(Number(value))];
    expect(core.object_equals(a, b)).toBe(1);
    expect(core.object_equals(a, float)).toBe(1);
    expect(core.object_equals(float, a)).toBe(1);
    expect(core.object_hash(a)).toBe(core.object_hash(b));
    expect(core.object_hash(a)).toBe(core.object_hash(float));
    const next = int(bare, value + 1n);
    expect(core.object_equals(next, a)).toBe(0);
    expect(core.object_equals(next, float)).toBe(
      Number(value) === Number(value + 1n) && BigInt(Number(value)) === value + 1n ? 1 : 0,
    );
  });

  test("True is 1, a fraction is no int, and NaN equals only itself", () => {
    const bare = new BareCore("release");
    const { core } = bare;
    const yes = bare.read(STATICS_ADDRESS) + STATIC_TRUE;
    expect(core.object_equals(yes, core.int_from_i32(1))).toBe(1);
    expect(core.object_equals(yes, core.float_new(1))).toBe(1);
    expect(core.object_hash(yes)).toBe(core.object_hash(core.float_new(1)));
    expect(core.object_equals(core.float_new(1.5), core.int_from_i32(1))).toBe(0);
    const nan = core.float_new(Number.NaN);
    expect(core.object_equals(nan, nan)).toBe(1);
    expect(core.object_equals(nan, core.float_new(Number.NaN))).toBe(0);
    expect(core.object_equals(core.float_new(0), core.float_new(-0))).toBe(1);
  });
});

test("strings are equal by their characters, whatever their length around a block's end", () => {
  const bare = new BareCore("release");
  const { core } = bare;
  for (let length = 0; length < 70; length += 1) {
    const [a, b] = [bare.str("x".repeat(length)), bare.str("x".repeat(length))];
    expect(core.object_equals(a, b)).toBe(1);
    expect(core.object_hash(a)).toBe(core.object_hash(b));
    expect(core.str_length(a)).toBe(length);
    expect(core.object_equals(a, bare.str("x".repeat(length + 1)))).toBe(0);
    if (length > 0) expect(core.object_equals(a, bare.str(`${"x".repeat(length - 1)}y`))).toBe(0);
  }
});

test("tuples are equal by their items; nested too deep they are refused", () => {
  const bare = new BareCore("release");
  const { core } = bare;
  const scratch = core.malloc(8);
  const tuple = (...items: number[]): number => {
    for (const [index, item] of items.entries()) bare.write(scratch + index * 4, item);
    return core.tuple_from(scratch, items.length);
  };
  const make = (): number => tuple(core.int_from_i32(1000), tuple(bare.str("a"), core.float_new(2)));
  const [a, b] = [make(), make()];
  expect([core.object_equals(a, b), core.object_hash(a) === core.object_hash(b)]).toEqual([1, true]);
  expect(core.object_equals(a, tuple(core.int_from_i32(1000), tuple(bare.str("b"), core.float_new(2))))).toBe(
    0,
  );
  expect(core.object_equals(a, tuple(core.int_from_i32(1000)))).toBe(0);
  let deep = tuple();
  for (let i = 0; i < 100_000; i += 1) deep = tuple(deep);
  expect(() => core.object_hash(deep)).toThrow(expect.objectContaining({ name: "NestingError" }));
  bare.give(deep);
});

test("interned strings are there once, and forgotten when they die", () => {
  const bare = new BareCore("checked");
  const { core } = bare;
  const texts = Array.from({ length: 300 }, (_, index) => `name ${index}`);
  const first = texts.map((text) => {
    const o = bare.str(text);
    const interned = core.str_intern(o);
    expect(interned >>> 0).toBe(o);
    bare.give(o);
    return interned;
  });
  for (const [index, text] of texts.entries()) {
    const o = bare.str(text);
    expect(core.str_intern(o)).toBe(first[index]);
    bare.give(o);
    core.decref(first[index]!);
  }
  bare.verify();
  for (const [index, o] of first.entries()) if (index % 3 !== 0) core.decref(o);
  bare.verify();
  for (const [index, o] of first.entries()) if (index % 3 === 0) core.decref(o);
  bare.verify();
});
