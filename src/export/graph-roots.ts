// src/export/graph-roots.ts: from where the rest of a graph can be reached that its roots don't lead to.
// Source: Kosaraju's algorithm, Aho, Hopcroft, Ullman: Data Structures and Algorithms, 1983, section 6.7.

/** Who refers to whom: a node's targets are `targetAt` from its start to the next one's. */
export interface Adjacency {
  /** One more than there are nodes. */
  readonly starts: Uint32Array;
  /** The node that an edge leads to; undefined: the edge is not to be followed. */
  targetAt(edge: number): number | undefined;
}

/** Marks whatever `from` leads to, itself included, unless it is marked already. @param onEnd - called when all that a node leads to is marked. */
export function mark(
  { starts, targetAt }: Adjacency,
  from: number,
  marks: Uint8Array,
  onEnd?: (node: number) => void,
): void {
  if (marks[from] === 1) return;
  marks[from] = 1;
  const path = [from];
  const edges = [starts[from]!];
  while (path.length > 0) {
    const depth = path.length - 1;
    const node = path[depth]!;
    const edge = edges[depth]!;
    if (edge === starts[node + 1]!) {
      path.pop();
      edges.pop();
      onEnd?.(node);
      continue;
    }
    edges[depth] = edge + 1;
    const target = targetAt(edge);
    if (target === undefined || marks[target] === 1) continue;
    marks[target] = 1;
    path.push(target);
    edges.push(starts[target]!);
  }
}

/**
 * The fewest nodes that lead to all that are not marked: one of each knot that no other leads to. All are marked afterwards.
 */
export function rootsOfRest(graph: Adjacency, marks: Uint8Array): number[] {
  const order: number[] = [];
  const visited = marks.slice();
  for (let node = 0; node < visited.length; node += 1)
    mark(graph, node, visited, (ended) => order.push(ended));
  // whoever ended last is led to by none that ended before, unless by a way back
  return order.reverse().filter((node) => {
    const isRoot = marks[node] === 0;
    mark(graph, node, marks);
    return isRoot;
  });
}
