import fc from "fast-check";
import { expect, test } from "vitest";
import { OccupiedBytes } from "../../../src/lab/occupied-bytes.js";

test("agrees with a plain set of bytes, also across words and pages", () => {
  const range = fc.record({
    address: fc.integer({ min: 65400, max: 65700 }),
    size: fc.integer({ min: 1, max: 150 }),
  });
  fc.assert(
    fc.property(fc.array(range, { maxLength: 12 }), (ranges) => {
      const occupied = new OccupiedBytes();
      const plain = new Set<number>();
      const live: typeof ranges = [];
      for (const { address, size } of ranges) {
        const bytes = Array.from({ length: size }, (_, i) => address + i);
        const expected = bytes.find((byte) => plain.has(byte)) ?? -1;
        expect(occupied.firstOccupied(address, size)).toBe(expected);
        if (expected < 0) {
          occupied.claim(address, size);
          for (const byte of bytes) plain.add(byte);
          live.push({ address, size });
        } else {
          const oldest = live.shift()!;
          occupied.release(oldest.address, oldest.size);
          for (let i = 0; i < oldest.size; i += 1) plain.delete(oldest.address + i);
        }
      }
    }),
  );
});

test("reaches the last byte below 4 GiB", () => {
  const occupied = new OccupiedBytes();
  occupied.claim(2 ** 32 - 1, 1);
  expect(occupied.firstOccupied(2 ** 32 - 100, 100)).toBe(2 ** 32 - 1);
  occupied.release(2 ** 32 - 1, 1);
  expect(occupied.firstOccupied(2 ** 32 - 100, 100)).toBe(-1);
});
