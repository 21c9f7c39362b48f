// src/inspect/holders.ts: who keeps an object alive: the objects that refer to it, those that refer to these, and so on, and what is held
// from outside. Not here: what is made of that (holder-graph.ts).
// Source of the idea: objgraph, show_backrefs.

import { OBJECT_TYPE, REFCOUNT_IMMORTAL } from "../../assembly/object-layout.js";
import { readObjects } from "../heap-map.js";
import type { ObjectHeap } from "../objects/object-heap.js";
import type { Address } from "../views.js";
import { type HolderEdge, HolderGraph, type HolderNode } from "./holder-graph.js";
import { previewOf, previewOfKey } from "./object-preview.js";
import { type ReferenceVisitor, visitReferences } from "./object-references.js";

const DEPTH = 5;
const BREADTH = 6;
const PREVIEW_LENGTH = 24;

export interface HoldersOptions {
  /** Steps from the object, at most: 5 by default. */
  readonly depth?: number;
  /** Holders of one object that are shown, at most: 6 by default. */
  readonly breadth?: number;
}

/** The holders of the object at an address. O(heap) a level. */
export function findHolders(
  objects: ObjectHeap,
  address: Address,
  { depth = DEPTH, breadth = BREADTH }: HoldersOptions,
): HolderGraph {
  objects.core.gc_settle();
  const containers = Uint32Array.from(readObjects(objects.memory.memory));
  const nodes = new Map<Address, HolderNode>();
  const edges: HolderEdge[] = [];
  let level = new Set([address]);
  for (let steps = 0; level.size > 0; steps += 1) {
    const found = referencesTo(objects, containers, level);
    const next = new Set<Address>();
    for (const target of level) {
      const references = found.get(target)!;
      // those that are shown already cost no room
      const isShown = ({ holder }: HolderEdge): boolean =>
        nodes.has(holder) || level.has(holder) || next.has(holder);
      const holders = new Set<Address>();
      for (const edge of [...references].sort((a, b) => Number(isShown(b)) - Number(isShown(a)))) {
        if (!isShown(edge) && (steps >= depth || holders.size >= breadth)) continue;
        holders.add(edge.holder);
        edges.push(edge);
        if (!isShown(edge)) next.add(edge.holder);
      }
      const hidden = new Set(references.map(({ holder }) => holder)).size - holders.size;
      nodes.set(target, nodeOf(objects, target, references.length, hidden, steps));
    }
    level = next;
  }
  return new HolderGraph([...nodes.values()], edges);
}

function nodeOf(
  objects: ObjectHeap,
  address: Address,
  found: number,
  hidden: number,
  level: number,
): HolderNode {
  const count = objects.core.refcount(address) >>> 0;
  const isImmortal = count >= REFCOUNT_IMMORTAL;
  return {
    address,
    type: objects.typeName(objects.fresh().u16[(address + OBJECT_TYPE) >>> 1]!),
    preview: previewOf(objects, address, PREVIEW_LENGTH),
    size: objects.core.get_size(address) >>> 0,
    refcount: isImmortal ? undefined : count,
    outside: isImmortal ? 0 : Math.max(0, count - found),
    hidden,
    level,
  };
}

/** All references of containers to some objects. */
function referencesTo(
  objects: ObjectHeap,
  containers: Uint32Array,
  targets: ReadonlySet<Address>,
): Map<Address, HolderEdge[]> {
  const found = new Map<Address, HolderEdge[]>([...targets].map((target) => [target, []]));
  let holder: Address = 0;
  const add = (target: Address, name: () => string): void => {
    found.get(target)?.push({ holder, target, name: name() });
  };
  const visitor: ReferenceVisitor = {
    item: (index, target) => add(target, () => `[${index}]`),
    field: (name, target) => add(target, () => `.${name}`),
    key: (target) => add(target, () => "key"),
    value: (key, target) => add(target, () => `[${keyOf(objects, key)}]`),
    weak: () => undefined,
  };
  for (const container of containers) {
    if (objects.core.object_fault(container) !== 0) continue;
    holder = container;
    visitReferences(objects, container, objects.fresh().u16[(container + OBJECT_TYPE) >>> 1]!, visitor);
  }
  return found;
}

function keyOf(objects: ObjectHeap, key: Address): string {
  const preview = previewOfKey(objects, key, PREVIEW_LENGTH);
  if (preview === undefined) return "…";
  return objects.typeName(objects.fresh().u16[(key + OBJECT_TYPE) >>> 1]!) === "str"
    ? JSON.stringify(preview)
    : preview;
}
