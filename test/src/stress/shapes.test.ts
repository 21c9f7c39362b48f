import { describe, expect, test } from "vitest";
import { makeShape, NONE, SHAPE_NAMES, type Shape } from "../../../src/stress/shapes.js";

const COUNTS = [1, 2, 3, 5, 63, 64, 65, 66, 150, 151, 1023, 1025, 5000];
const SEED = 7;

const all = SHAPE_NAMES.flatMap((name) => COUNTS.map((count) => makeShape(name, count, SEED)));

function targetsOf(shape: Shape, node: number): number[] {
  return shape.fields.map((_, field) => shape.targetOf(node, field)).filter((target) => target !== NONE);
}

function nodesOf({ count }: Shape): number[] {
  return Array.from({ length: count }, (_, node) => node);
}

/** Nodes that die by counting references alone once the program has given up its own. */
function countFreed(shape: Shape): number {
  const counts = new Uint32Array(shape.count);
  for (const node of nodesOf(shape)) for (const target of targetsOf(shape, node)) counts[target]! += 1;
  const dying = nodesOf(shape).filter((node) => counts[node] === 0);
  let freed = 0;
  for (let node = dying.pop(); node !== undefined; node = dying.pop()) {
    freed += 1;
    for (const target of targetsOf(shape, node)) {
      counts[target]! -= 1;
      if (counts[target] === 0) dying.push(target);
    }
  }
  return freed;
}

describe.each(all)("$name of $count", (shape) => {
  test("references are to nodes that there are", () => {
    for (const node of nodesOf(shape)) {
      for (const target of targetsOf(shape, node)) {
        expect(Number.isInteger(target) && target >= 0 && target < shape.count).toBe(true);
      }
    }
  });

  test("every node can be reached from those that are held", () => {
    const reached = new Set(nodesOf(shape).filter((node) => shape.isHeld(node)));
    for (const node of reached) for (const target of targetsOf(shape, node)) reached.add(target);
    expect(reached.size).toBe(shape.count);
  });

  test("counting references frees all nodes or none", () => {
    expect(countFreed(shape)).toBe(shape.isCyclic ? 0 : shape.count);
  });
});

test("another seed draws another graph, the same one the same", () => {
  const draw = (seed: number): number[] => {
    const shape = makeShape("random", 1000, seed);
    return nodesOf(shape).flatMap((node) => targetsOf(shape, node));
  };
  expect(draw(1)).toEqual(draw(1));
  expect(draw(1)).not.toEqual(draw(2));
});

test("a social graph has a few nodes that very many refer to", () => {
  const shape = makeShape("social", 10_000, SEED);
  const counts = new Uint32Array(shape.count);
  for (const node of nodesOf(shape)) for (const target of targetsOf(shape, node)) counts[target]! += 1;
  expect(Math.max(...counts)).toBeGreaterThan(500);
});
