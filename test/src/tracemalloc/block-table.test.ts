// test/src/tracemalloc/block-table.test.ts: the table of traces is a map from keys to sizes and origins, whatever is added and taken out.

import fc from "fast-check";
import { expect, test } from "vitest";
import { BlockTable } from "../../../src/tracemalloc/block-table.js";

function contentOf(table: BlockTable): Map<number, [number, number]> {
  const content = new Map<number, [number, number]>();
  table.forEach((key, size, origin) => {
    content.set(key, [size, origin]);
  });
  return content;
}

test("the table has what was added and not taken out, in any order of both", () => {
  // keys that are close together share places
  const key = fc.oneof(
    fc.integer({ min: 1, max: 60 }).map((n) => n * 8),
    fc.integer({ min: 1, max: 2 ** 29 - 1 }).map((n) => n * 8),
  );
  const step = fc.tuple(key, fc.nat(2 ** 32 - 1), fc.nat(2 ** 32 - 1));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
      const table = new BlockTable();
      const model = new Map<number, [number, number]>();
      for (const [key, size, origin] of steps) {
        const slot = table.find(key);
        expect(slot >= 0).toBe(model.has(key));
        if (slot < 0) {
          table.add(key, size, origin);
          model.set(key, [size, origin]);
        } else {
          expect([table.sizeAt(slot), table.originAt(slot)]).toEqual(model.get(key));
          table.removeAt(slot);
          model.delete(key);
        }
        expect(table.count).toBe(model.size);
      }
      expect(contentOf(table)).toEqual(model);
    }),
  );
});

test("a million entries take at most 24 bytes each, and every one is found", () => {
  const table = new BlockTable();
  for (let index = 1; index <= 1_000_000; index += 1) {
    table.add(index * 16, index, index);
    if (index > 1000 && index % 997 === 0) expect(table.byteLength / index).toBeLessThanOrEqual(24);
  }
  expect(table.byteLength / 1_000_000).toBeLessThanOrEqual(24);
  for (let index = 1; index <= 1_000_000; index += 1) {
    if (table.sizeAt(table.find(index * 16)) !== index) expect.unreachable(`entry ${index}`);
  }
});

test("all entries can be given one origin, and cleared", () => {
  const table = new BlockTable();
  table.add(8, 1, 5);
  table.add(16, 2, 6);
  table.setOrigins(3);
  expect([...contentOf(table).values()]).toEqual(
    expect.arrayContaining([
      [1, 3],
      [2, 3],
    ]),
  );
  table.clear();
  expect(table.count).toBe(0);
  expect(table.find(8)).toBe(-1);
});
