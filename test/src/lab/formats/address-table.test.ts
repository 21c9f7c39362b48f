import fc from "fast-check";
import { expect, test } from "vitest";
import { AddressTable } from "../../../../src/lab/formats/address-table.js";

test("agrees with a plain map, also where addresses collide and the table grows", () => {
  const step = fc.record({
    isSet: fc.boolean(),
    high: fc.constantFrom(0, 0x7fff, 0xffffffff),
    low: fc.oneof(fc.nat(40), fc.nat(20_000)).map((n) => n * 4096),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), fc.boolean(), (steps, isFull) => {
      const table = new AddressTable();
      const plain = new Map<string, number>();
      if (isFull) {
        for (let low = 0; low < 3000; low += 1) {
          table.set(1, low, low);
          plain.set(`1 ${low}`, low);
        }
      }
      for (const [value, { isSet, high, low }] of steps.entries()) {
        const key = `${high} ${low}`;
        expect(table.get(high, low)).toBe(plain.get(key) ?? -1);
        if (isSet) {
          table.set(high, low, value);
          plain.set(key, value);
        } else {
          expect(table.take(high, low)).toBe(plain.get(key) ?? -1);
          plain.delete(key);
        }
      }
      const entries = [...table.entries()].map(({ address, value }) => [
        `${address >> 32n} ${address & 0xffffffffn}`,
        value,
      ]);
      expect(new Map(entries as [string, number][])).toEqual(plain);
    }),
    { numRuns: 40 },
  );
});
