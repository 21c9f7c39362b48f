// test/src/inspect/address-index.test.ts: addresses are found by hashing as they would be by a Map.

import fc from "fast-check";
import { expect, test } from "vitest";
import { AddressIndex, NO_NUMBER } from "../../../src/inspect/address-index.js";

/** Multiples of 8, some close to each other and some at the end of memory. */
const address = fc
  .oneof(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 1, max: 2 ** 29 - 1 }))
  .map((n) => n * 8);

test("each address has its place in the order, and no other has one", () => {
  fc.assert(
    fc.property(fc.uniqueArray(address, { maxLength: 300 }), fc.array(address), (known, others) => {
      const index = new AddressIndex(Uint32Array.from(known));
      const expected = new Map(known.map((address, number) => [address, number]));
      for (const address of [...known, ...others]) {
        expect(index.numberOf(address)).toBe(expected.get(address) ?? NO_NUMBER);
      }
      expect(index.numberOf(0)).toBe(NO_NUMBER);
    }),
  );
});

test("addresses that come one after the other don't get into each other's way", () => {
  const count = 1_000_000;
  const addresses = Uint32Array.from({ length: count }, (_, number) => 4096 + number * 16);
  const start = performance.now();
  const index = new AddressIndex(addresses);
  let sum = 0;
  for (const address of addresses) sum += index.numberOf(address);
  expect(sum).toBe((count * (count - 1)) / 2);
  expect(performance.now() - start).toBeLessThan(5000);
});
