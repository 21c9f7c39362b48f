// test/src/export/graph-roots.test.ts: what nobody leads to is reached from as few nodes as can be.

import fc from "fast-check";
import { expect, test } from "vitest";
import { type Adjacency, mark, rootsOfRest } from "../../../src/export/graph-roots.js";

function graphOf(targets: readonly (readonly number[])[]): Adjacency {
  const flat = targets.flat();
  const starts = new Uint32Array(targets.length + 1);
  for (const [node, of] of targets.entries()) starts[node + 1] = starts[node]! + of.length;
  return { starts, targetAt: (edge) => flat[edge] };
}

/** By the definition: all nodes that a path leads to. */
function reached(targets: readonly (readonly number[])[], from: readonly number[]): Set<number> {
  const found = new Set(from);
  for (const node of found) for (const target of targets[node]!) found.add(target);
  return found;
}

const graphs = fc.integer({ min: 1, max: 25 }).chain((count) =>
  fc.record({
    targets: fc.array(fc.array(fc.nat(count - 1), { maxLength: 3 }), { minLength: count, maxLength: count }),
    held: fc.array(fc.nat(count - 1), { maxLength: 3 }),
  }),
);

test("one node of a knot, the one that leads to another knot", () => {
  const targets = [[1], [0], [3, 0], [2], [5], [], [6]];
  const marks = new Uint8Array(targets.length);
  const roots = rootsOfRest(graphOf(targets), marks);
  expect(roots.length).toBe(3);
  expect(roots.filter((node) => node === 2 || node === 3).length).toBe(1);
  expect(roots).toContain(4);
  expect(roots).toContain(6);
});

test("marking follows every path, and none that is not to be followed", () => {
  fc.assert(
    fc.property(graphs, fc.nat(), ({ targets, held }, banned) => {
      const graph = graphOf(targets);
      const marks = new Uint8Array(targets.length);
      const isBanned = (edge: number): boolean => edge % 3 === banned % 3;
      const targetAt = (edge: number) => (isBanned(edge) ? undefined : graph.targetAt(edge));
      for (const node of held) mark({ ...graph, targetAt }, node, marks);
      const kept = targets.map((of, node) => of.filter((_, index) => !isBanned(graph.starts[node]! + index)));
      expect([...marks.keys()].filter((node) => marks[node] === 1)).toEqual(
        [...reached(kept, held)].sort((a, b) => a - b),
      );
    }),
  );
});

test("in any graph the roots of the rest lead to all of it, and none of them to another", () => {
  fc.assert(
    fc.property(graphs, ({ targets, held }) => {
      const marks = new Uint8Array(targets.length);
      for (const node of held) mark(graphOf(targets), node, marks);
      const roots = rootsOfRest(graphOf(targets), marks);
      const fromHeld = reached(targets, held);
      expect(reached(targets, [...held, ...roots]).size).toBe(targets.length);
      for (const root of roots) {
        expect(fromHeld).not.toContain(root);
        for (const other of roots) if (other !== root) expect(reached(targets, [other])).not.toContain(root);
      }
      expect(marks.every((marked) => marked === 1)).toBe(true);
    }),
  );
});

test("a chain of a million is followed to its end", () => {
  const count = 1_000_000;
  const starts = Uint32Array.from({ length: count + 1 }, (_, node) => Math.min(node, count - 1));
  const marks = new Uint8Array(count);
  expect(rootsOfRest({ starts, targetAt: (edge) => edge + 1 }, marks)).toEqual([0]);
});
