// src/inspect/holder-text.ts: a graph of holders as lines of text, and for Graphviz.

import type { HolderEdge, HolderGraph, HolderNode } from "./holder-graph.js";

/** As a tree: below each object those that hold it. An object that stands elsewhere already is named, not drawn again. */
export function holdersToText({ nodes, edges }: HolderGraph): string {
  const lines: string[] = [];
  const byAddress = new Map(nodes.map((node) => [node.address, node]));
  const drawn = new Set<number>();

  const draw = (node: HolderNode, prefix: string): void => {
    drawn.add(node.address);
    const branches: ((branch: string, indent: string) => void)[] = [];
    for (const [holder, names] of byHolder(edges, node)) {
      const above = byAddress.get(holder)!;
      branches.push((branch, indent) => {
        const isDrawn = drawn.has(holder);
        lines.push(`${branch}${names} of ${labelOf(above)}${isDrawn ? " (see there)" : ""}`);
        if (!isDrawn) draw(above, indent);
      });
    }
    if (node.hidden > 0) branches.push((branch) => lines.push(`${branch}${node.hidden} more`));
    if (node.outside > 0) branches.push((branch) => lines.push(`${branch}${outsideOf(node)}`));
    if (branches.length === 0)
      branches.push((branch) => lines.push(`${branch}nobody: immortal, or a cycle keeps it`));
    branches.forEach((write, index) => {
      const isLast = index === branches.length - 1;
      write(`${prefix}${isLast ? "└─ " : "├─ "}`, `${prefix}${isLast ? "   " : "│  "}`);
    });
  };
  const [first] = nodes;
  if (first === undefined) return "";
  lines.push(`${labelOf(first)} is held by`);
  draw(first, "");
  return lines.join("\n");
}

/** In Graphviz's language. */
export function holdersToDot({ nodes, edges }: HolderGraph): string {
  const boxes = nodes.map(
    (node) =>
      `  n${node.address} [label=${JSON.stringify(`${labelOf(node)}${node.outside > 0 ? `\n${outsideOf(node)}` : ""}`)}];`,
  );
  const arrows = edges.map(
    ({ holder, target, name }) => `  n${holder} -> n${target} [label=${JSON.stringify(name)}];`,
  );
  return ["digraph holders {", "  rankdir=LR;", "  node [shape=box];", ...boxes, ...arrows, "}"].join("\n");
}

/** "Node at 0x9f20, 24 bytes". */
export function labelOf({ type, address, preview, size }: HolderNode): string {
  const content = preview === undefined ? "" : ` ${type === "str" ? JSON.stringify(preview) : preview}`;
  return `${type}${content} at 0x${address.toString(16)}, ${size} bytes`;
}

/** "outside: 2 references". */
export function outsideOf({ outside }: HolderNode): string {
  return `outside: ${outside} reference${outside === 1 ? "" : "s"}`;
}

/** Names of a node's references by their holder. */
function byHolder(edges: readonly HolderEdge[], node: HolderNode): Map<number, string> {
  const names = new Map<number, string>();
  for (const { holder, target, name } of edges) {
    if (target !== node.address) continue;
    const before = names.get(holder);
    names.set(holder, before === undefined ? name : `${before}, ${name}`);
  }
  return names;
}
