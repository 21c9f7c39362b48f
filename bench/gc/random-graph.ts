// bench/gc/random-graph.ts: which node refers to which: two references each, drawn from a seed. The same in every language.

import { Random } from "../../src/lab/random.js";

export const REFERENCES = 2;

/** Node `i` refers to the nodes [2 * i] and [2 * i + 1]. */
export type Targets = Uint32Array<ArrayBuffer>;

export function drawTargets(seed: number, count: number): Targets {
  const random = new Random(seed);
  const targets = new Uint32Array(count * REFERENCES);
  for (let i = 0; i < targets.length; i += 1) targets[i] = random.below(count);
  return targets;
}

/** Nodes that live on in cycles, or are referred to from there, once nothing else refers to any node. O(nodes). */
export function countCyclic(targets: Targets): number {
  const counts = new Uint32Array(targets.length / REFERENCES);
  for (const target of targets) counts[target]! += 1;
  const dying: number[] = [];
  for (const [node, count] of counts.entries()) if (count === 0) dying.push(node);
  let alive = counts.length;
  for (let node = dying.pop(); node !== undefined; node = dying.pop()) {
    alive -= 1;
    for (let i = node * REFERENCES; i < (node + 1) * REFERENCES; i += 1) {
      const target = targets[i]!;
      counts[target]! -= 1;
      if (counts[target] === 0) dying.push(target);
    }
  }
  return alive;
}
