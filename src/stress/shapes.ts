// src/stress/shapes.ts: which node refers to which, by their numbers: computed when asked for, so that a hundred million nodes need no copy.
// Not here: the nodes (heap-nodes.ts, plain-nodes.ts).

import { mix, share } from "./mix.js";

export const SHAPE_NAMES = ["list", "tree", "dag", "random", "cyclic", "social"] as const;
export type ShapeName = (typeof SHAPE_NAMES)[number];

/** No node. */
export const NONE = -1;

/** Nodes 0 … count - 1, and their references. Every node can be reached from those that are held. */
export interface Shape {
  readonly name: ShapeName;
  readonly count: number;
  /** What the references of a node are called. */
  readonly fields: readonly string[];
  /** Whether counting references frees no node: each is part of a cycle, or a cycle leads to it. Else it frees all. */
  readonly isCyclic: boolean;
  /** The node that reference `field` of a node is to; NONE: it is unset. */
  targetOf(node: number, field: number): number;
  /** Whether the program refers to the node itself. */
  isHeld(node: number): boolean;
}

/** What a shape does, for who chooses one. */
export const SHAPE_TEXTS: Readonly<Record<ShapeName, string>> = {
  list: "one chain, each node refers to the one before it",
  tree: "a binary tree",
  dag: "chains side by side, each node also refers to a random earlier one",
  random: "one large cycle, each node also refers to a random one",
  cyclic: "rings of 1 to 64 nodes, linked both ways",
  social: "communities, partners, and stars that half of the world refers to",
};

const CHAINS = 1024;
const BLOCK = 64;
const COMMUNITY = 150;
/** The larger, the fewer nodes most references go to. */
const FAME = 3;

/** @param count - nodes, at least 1. */
export function makeShape(name: ShapeName, count: number, seed: number): Shape {
  switch (name) {
    case "list":
      return {
        ...{ name, count, fields: ["next"], isCyclic: false },
        targetOf: (node) => node - 1, // NONE of the first
        isHeld: (node) => node === count - 1,
      };
    case "tree":
      return {
        ...{ name, count, fields: ["left", "right"], isCyclic: false },
        targetOf: (node, field) => (2 * node + 1 + field < count ? 2 * node + 1 + field : NONE),
        isHeld: (node) => node === 0,
      };
    case "dag":
      return dag(count, seed);
    case "random":
      return random(count, seed);
    case "cyclic":
      return cyclic(count, seed);
    case "social":
      return social(count, seed);
  }
}

function dag(count: number, seed: number): Shape {
  const chains = Math.min(CHAINS, count);
  return {
    ...{ name: "dag", count, fields: ["before", "other"], isCyclic: false },
    targetOf: (node, field) => {
      if (field === 0) return node < chains ? NONE : node - chains;
      return node === 0 ? NONE : Math.floor(share(seed, node) * node);
    },
    isHeld: (node) => node >= count - chains,
  };
}

/** The golden section: steps of this share of a circle come to every part of it soon. */
const GOLDEN = 0.6180339887;

function random(count: number, seed: number): Shape {
  let stride = Math.max(1, Math.floor(count * GOLDEN));
  while (greatestCommonDivisor(stride, count) !== 1) stride += 1; // so that the steps come to every node
  return {
    ...{ name: "random", count, fields: ["next", "other"], isCyclic: true },
    targetOf: (node, field) =>
      field === 0 ? (node + stride) % count : Math.floor(share(seed, node) * count),
    isHeld: (node) => node === 0,
  };
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/** Blocks of nodes, each cut into two rings. */
function cyclic(count: number, seed: number): Shape {
  const cutOf = (block: number): number => block + 1 + Math.floor(share(seed, block) * (BLOCK - 1));
  return {
    ...{ name: "cyclic", count, fields: ["next", "previous"], isCyclic: true },
    targetOf: (node, field) => {
      const block = node - (node % BLOCK);
      const cut = cutOf(block);
      const first = node < cut ? block : cut;
      const end = Math.min(count, node < cut ? cut : block + BLOCK);
      if (field === 0) return node + 1 === end ? first : node + 1;
      return node === first ? end - 1 : node - 1;
    },
    isHeld: (node) => {
      const block = node - (node % BLOCK);
      return node === block || node === cutOf(block);
    },
  };
}

function social(count: number, seed: number): Shape {
  const star = (node: number, field: number): number =>
    Math.floor(share(mix(seed, field), node) ** FAME * count);
  return {
    ...{ name: "social", count, fields: ["neighbour", "partner", "idol", "leader"], isCyclic: true },
    targetOf: (node, field) => {
      switch (field) {
        case 0: {
          const first = node - (node % COMMUNITY);
          return node + 1 === Math.min(count, first + COMMUNITY) ? first : node + 1;
        }
        case 1:
          return (node ^ 1) < count ? node ^ 1 : NONE;
        default:
          return star(node, field);
      }
    },
    isHeld: (node) => node % COMMUNITY === 0,
  };
}
