// src/stress/heap-engine.ts: a heap of this library for a run's nodes.

import { OBJECT_REFCOUNT } from "../../assembly/object-layout.js";
import { createHeapSync } from "../embedded.js";
import { InvalidArgumentError, MemoryError } from "../errors.js";
import type { Address, Heap } from "../heap.js";
import { BYTES_PER_NOTE } from "./capacity.js";
import { StressCheckError } from "./check-error.js";
import { Distribution } from "./distribution.js";
import type { Engine } from "./engine.js";
import { declareNode, HeapNodes, type NodeClass } from "./heap-nodes.js";
import type { Nodes } from "./nodes.js";
import type { Damage, StressPlan } from "./plan.js";
import type { GenerationResult } from "./result.js";
import type { Shape, ShapeName } from "./shapes.js";

const NS_PER_MS = 1e6;
/** For what a collection takes besides a byte for so many of the heap's. */
const RESERVE_MORE = 256 * 1024;

export class HeapEngine implements Engine {
  readonly indexBytesPerNode = Uint32Array.BYTES_PER_ELEMENT;
  readonly #heap: Heap;
  readonly #classes = new Map<ShapeName, NodeClass>();
  readonly #pauses = new Distribution();
  #pauseCount = 0;
  #longestMs = 0;
  /** What is laid by for collections: a block, 0 if none is. */
  #reserve: Address = 0;
  /** Collections that found no memory but what was laid by. */
  collectionsOnReserve = 0;

  /** @param heap - another than a new one of embedded.ts, for tests. */
  constructor(plan: StressPlan, heap: Heap = createHeapSync({ maximumBytes: plan.maximumBytes })) {
    this.#heap = heap;
    heap.gc.setPauseTarget(plan.pauseTargetMs);
    heap.gc.callbacks.push((phase, { pauseMs, isSkipped }) => {
      if (phase === "start" || isSkipped) return;
      this.#pauses.record(pauseMs * NS_PER_MS);
      this.#pauseCount += 1;
      this.#longestMs = Math.max(this.#longestMs, pauseMs);
    });
  }

  get pauses(): Engine["pauses"] {
    return {
      count: this.#pauseCount,
      longestMs: this.#longestMs,
      occurrences: () => this.#pauses.occurrences(),
    };
  }

  newNodes(shape: Shape, seed: number): HeapNodes {
    let Node = this.#classes.get(shape.name);
    if (Node === undefined) {
      Node = declareNode(this.#heap, shape);
      this.#classes.set(shape.name, Node);
    }
    return new HeapNodes(this.#heap, Node, shape, seed);
  }

  /** @throws {MemoryError} if there is none for the collector's notes, and none laid by. */
  collect(): number {
    const { gc } = this.#heap;
    try {
      return gc.collect();
    } catch (error) {
      if (!(error instanceof MemoryError) || this.#reserve === 0) throw error;
      this.collectionsOnReserve += 1;
      this.#heap.free(this.#reserve);
      const collected = gc.collect();
      this.layBy();
      return collected;
    }
  }

  /** Lays by what a collection of a full heap takes, so that one can be collected where nothing else gives memory back. */
  layBy(): void {
    this.#reserve = this.#heap.malloc(Math.ceil(this.#heap.maximumBytes / BYTES_PER_NOTE) + RESERVE_MORE);
  }

  verify(count: number, held: number): void {
    const outside = this.#heap.countOutsideReferences();
    compare("the number of objects", this.countObjects(), count);
    compare("the number of references that no object holds", outside, held);
  }

  countObjects(): number {
    const { classes } = this.#heap.stats();
    return classes.reduce((sum, { kind, usedBlocks }) => sum + (kind === "container" ? usedBlocks : 0), 0);
  }

  heapBytes(): number {
    return this.#heap.memory.memory.buffer.byteLength;
  }

  generations(): GenerationResult[] {
    return this.#heap.gc.getStats().map(({ collections, collected }) => ({ collections, collected }));
  }

  spoil(nodes: Nodes, damage: Damage): void {
    const { addresses, shape } = nodes as HeapNodes;
    const offsetOf = (field: string): number => (nodes as HeapNodes).offsetOf(field);
    const { u32 } = this.#heap.memory;
    const field = offsetOf(shape.fields[0]!);
    const [one, other] = twoLinked(shape);
    const indexOf = (node: number, offset: number): number => (addresses[node]! + offset) >>> 2;
    switch (damage) {
      case "content":
        u32[indexOf(one, offsetOf("check"))]! ^= 1;
        break;
      case "count":
        u32[indexOf(one, OBJECT_REFCOUNT)]! += 1;
        break;
      case "reference": {
        const [at, otherAt] = [indexOf(one, field), indexOf(other, field)];
        [u32[at], u32[otherAt]] = [u32[otherAt]!, u32[at]!];
      }
    }
  }
}

/** Two nodes whose first references are to different nodes. */
function twoLinked(shape: Shape): [number, number] {
  let first = -1;
  for (let node = 0; node < shape.count; node += 1) {
    const target = shape.targetOf(node, 0);
    if (target < 0) continue;
    if (first < 0) first = node;
    else if (target !== shape.targetOf(first, 0)) return [first, node];
  }
  throw new InvalidArgumentError("objects", shape.count, "so many that two refer to others");
}

function compare(what: string, found: number, expected: number): void {
  if (found !== expected) throw new StressCheckError(what, found, expected);
}
