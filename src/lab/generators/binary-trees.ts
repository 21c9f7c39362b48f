// src/lab/generators/binary-trees.ts: binary-trees: perfect trees built from the leaves up and taken down again, while a large one lives on.
// Source: Debian's Computer Language Benchmarks Game, binary-trees, after H. Boehm's GCBench: depths and numbers of trees.

import type { TraceBuilder } from "../trace-builder.js";
import { defineGenerator, sizeParameter } from "./generator.js";

const DEPTH_MIN = 4;
/** Depths of trees that are built many times: every second one. */
const DEPTH_STEP = 2;

export const binaryTrees = defineGenerator({
  name: "binary-trees",
  description: "perfect binary trees of many depths, built and taken down node by node beside one that stays",
  parameters: {
    depth: {
      default: 12,
      min: DEPTH_MIN + DEPTH_STEP,
      max: 16,
      unit: "levels",
      meaning: "of the tree that stays; two more have four times as many events, about",
    },
    bytes: sizeParameter("of a node: two pointers, of 32 bits", 8),
  },
  generate({ depth, bytes }, out) {
    buildAndFree(out, depth + 1, bytes);
    const staying = build(out, depth, bytes);
    for (let level = DEPTH_MIN; level <= depth; level += DEPTH_STEP) {
      for (let left = treesOf(level, depth); left > 0; left -= 1) buildAndFree(out, level, bytes);
    }
    free(out, staying);
  },
});

/** How many trees of one depth are built: the deeper, the fewer. */
function treesOf(level: number, depth: number): number {
  return 2 ** (depth - level + DEPTH_MIN);
}

/** Nodes of a tree. */
function nodesOf(level: number): number {
  return 2 ** (level + 1) - 1;
}

/** Events of the trace. */
export function binaryTreesEvents(depth: number): number {
  let nodes = nodesOf(depth + 1) + nodesOf(depth);
  for (let level = DEPTH_MIN; level <= depth; level += DEPTH_STEP) {
    nodes += treesOf(level, depth) * nodesOf(level);
  }
  return 2 * nodes;
}

function buildAndFree(out: TraceBuilder, level: number, bytes: number): void {
  free(out, build(out, level, bytes));
}

/** A tree's nodes: children before their parent. */
function build(out: TraceBuilder, level: number, bytes: number): Uint32Array {
  return Uint32Array.from({ length: nodesOf(level) }, () => out.malloc(bytes));
}

/** In the same order: children before their parent. */
function free(out: TraceBuilder, nodes: Uint32Array): void {
  for (const node of nodes) out.free(node);
}
