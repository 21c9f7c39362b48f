// test/support/small-graphs.ts: graphs for tests: one with everything in it, and arbitrary ones.

import * as fc from "fast-check";
import type { ObjectGraph } from "../../src/graph/object-graph.js";
import { decodeGraph } from "../../src/graph/ogr1.js";
import { type GraphNode, isTracked, writeOgr1 } from "./ogr1-writer.js";

/**
 * Node 0, the drop root, holds a chain that reference counting frees (1 to 3), a cycle (4, 5) with an atom and an untracked
 * tuple of atoms, a node that refers to itself alone (8), and one that is held outside as well (9).
 */
export const ONE_OF_EACH: readonly GraphNode[] = [
  { to: [1, 4, 8, 9], outside: 2, size: 88 },
  { to: [2] },
  { to: [3, 3] },
  { to: [], isTracked: false, size: 28 },
  { to: [5, 6, 10], kind: 1 },
  { to: [4, 4, 10], kind: 1 },
  { to: [7, 10], isTracked: false },
  { to: [], isTracked: false },
  { to: [8, 8] },
  { to: [10, 11], outside: 1 },
  { to: [], isTracked: false, outside: 1_000_000_000 },
  { to: [], isTracked: true, outside: 0xffff_fffe, kind: 255 },
];
/** By hand: 1, 2 and 3 die at once; 4, 5, 6, 7 and 8 are held by cycles, 6 and 7 of them out of the collector's view. */
export const ONE_OF_EACH_ANSWERS = { freedByRefcount: 3, heldByCycles: 5, collected: 3 };

export function graphOf(nodes: readonly GraphNode[], dropRoot = 0): ObjectGraph {
  return decodeGraph(writeOgr1(nodes, { dropRoot }), "small.ogr.gz");
}

const NODES_MAX = 60;
/** More than any struct of load.ts has fields. */
const DEGREE_MAX = 24;

/** Any graph that a heap of Python's could have: every node is held, and nodes that are not tracked refer to such alone, without cycles. */
export const anyNodes: fc.Arbitrary<{ nodes: GraphNode[]; dropRoot: number }> = fc
  .integer({ min: 1, max: NODES_MAX })
  .chain((count) => {
    const node = fc.record({
      to: fc.oneof(
        { weight: 4, arbitrary: fc.array(fc.nat(count - 1), { maxLength: 3 }) },
        { weight: 1, arbitrary: fc.array(fc.nat(count - 1), { maxLength: DEGREE_MAX }) },
      ),
      outside: fc.oneof(
        { weight: 8, arbitrary: fc.constant(0) },
        { weight: 1, arbitrary: fc.integer({ min: 1, max: 3 }) },
        { weight: 1, arbitrary: fc.integer({ min: 1_000_000_000, max: 0xffff_0000 }) },
      ),
      isTracked: fc.boolean(),
    });
    return fc.record({
      nodes: fc.array(node, { minLength: count, maxLength: count }),
      dropRoot: fc.nat(count - 1),
    });
  })
  .map(({ nodes, dropRoot }) => ({ nodes: holdAll(untrackRightly(nodes)), dropRoot }));

function untrackRightly(nodes: readonly GraphNode[]): GraphNode[] {
  return nodes.map((node, i) =>
    isTracked(node)
      ? node
      : { ...node, to: node.to.filter((target) => target > i && !isTracked(nodes[target]!)) },
  );
}

/** Gives those that nothing outside reaches a reference from there. */
function holdAll(nodes: readonly GraphNode[]): GraphNode[] {
  const reached = new Set<number>();
  const reach = (i: number): void => {
    if (reached.has(i)) return;
    reached.add(i);
    nodes[i]!.to.forEach(reach);
  };
  nodes.forEach(({ outside = 0 }, i) => {
    if (outside > 0) reach(i);
  });
  return nodes.map((node, i) => {
    if (reached.has(i)) return node;
    reach(i);
    return { ...node, outside: 1 };
  });
}
