// test/src/structs/struct-layout.test.ts: where fields lie: aligned, apart, and where the base has them.

import fc from "fast-check";
import { expect, test } from "vitest";
import { OBJECT_HEADER_SIZE, REFERENCE_SIZE } from "../../../assembly/object-layout.js";
import { alignUp, type Layout, layoutFields, type Placeable } from "../../../src/structs/struct-layout.js";

const scalar = (name: string, size: number): Placeable => ({ name, size, isReference: false });
const reference = (name: string): Placeable => ({ name, size: REFERENCE_SIZE, isReference: true });

function offsets(layout: Layout): Record<string, number> {
  return Object.fromEntries(layout.offsets);
}

test("references come first, in the order of their declaration, then scalars", () => {
  const layout = layoutFields([scalar("x", 8), reference("a"), scalar("n", 4), reference("b")]);
  expect(offsets(layout)).toEqual({ a: 8, b: 12, x: 16, n: 24 });
  expect(layout.runs).toEqual([{ offset: 8, count: 2 }]);
  expect(layout.end).toBe(28);
});

test("a smaller scalar fills the place where the largest is not aligned", () => {
  const layout = layoutFields([reference("a"), scalar("x", 8), scalar("n", 4), scalar("ok", 1)]);
  expect(offsets(layout)).toEqual({ a: 8, n: 12, x: 16, ok: 24 });
});

test("a struct without fields is its header", () => {
  expect(layoutFields([])).toEqual({ offsets: new Map(), runs: [], end: OBJECT_HEADER_SIZE });
});

test("references that touch the base's make one run with them", () => {
  const base = layoutFields([reference("a"), reference("b")]);
  const layout = layoutFields([reference("c"), scalar("x", 8)], base);
  expect(layout.runs).toEqual([{ offset: 8, count: 3 }]);
  expect(offsets(layout)).toEqual({ a: 8, b: 12, c: 16, x: 24 });
});

test("references behind the base's scalars make a run of their own, and small scalars fill the gap before it", () => {
  const base = layoutFields([reference("a"), scalar("ok", 1)]);
  const layout = layoutFields([reference("b"), scalar("k", 1), scalar("h", 2)], base);
  expect(layout.runs).toEqual([
    { offset: 8, count: 1 },
    { offset: 16, count: 1 },
  ]);
  expect(offsets(layout)).toEqual({ a: 8, ok: 12, h: 14, k: 13, b: 16 });
});

const declarations = fc.array(fc.constantFrom("reference" as const, 1, 2, 4, 8), { maxLength: 12 });

test("fields are aligned and apart, runs are the references, and the base's fields stay", () => {
  fc.assert(
    fc.property(fc.array(declarations, { minLength: 1, maxLength: 4 }), (levels) => {
      let base: Layout | undefined;
      const all: Placeable[] = [];
      for (const [level, kinds] of levels.entries()) {
        const fields = kinds.map((kind, i) =>
          kind === "reference" ? reference(`${level}.${i}`) : scalar(`${level}.${i}`, kind),
        );
        all.push(...fields);
        const layout: Layout = layoutFields(fields, base);
        for (const [name, offset] of base?.offsets ?? []) expect(layout.offsets.get(name)).toBe(offset);
        base = layout;
      }
      const { offsets, runs, end } = base!;
      const places = all.map(({ name, size }) => ({ size, offset: offsets.get(name)! }));
      places.sort((one, other) => one.offset - other.offset);
      let free = OBJECT_HEADER_SIZE;
      for (const { size, offset } of places) {
        expect(offset % size).toBe(0);
        expect(offset).toBeGreaterThanOrEqual(free);
        free = offset + size;
      }
      expect(end).toBe(free);
      const inRuns = runs.flatMap(({ offset, count }) =>
        Array.from({ length: count }, (_, i) => offset + i * REFERENCE_SIZE),
      );
      const references = all.filter(({ isReference }) => isReference).map(({ name }) => offsets.get(name)!);
      expect(inRuns).toEqual(references.toSorted((one, other) => one - other));
    }),
  );
});

test("a single level has no gap but before the first scalar of each size", () => {
  fc.assert(
    fc.property(declarations, (kinds) => {
      const fields = kinds.map((kind, i) =>
        kind === "reference" ? reference(`${i}`) : scalar(`${i}`, kind),
      );
      const bytes = fields.reduce((sum, { size }) => sum + size, 0);
      expect(layoutFields(fields).end).toBeLessThan(OBJECT_HEADER_SIZE + bytes + 8);
    }),
  );
});

test("alignUp gives the next multiple", () => {
  expect([alignUp(0, 8), alignUp(1, 8), alignUp(8, 8), alignUp(13, 4)]).toEqual([0, 8, 8, 16]);
});
