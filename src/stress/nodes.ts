// src/stress/nodes.ts: what a run does with the nodes of one shape, piece by piece, wherever they are.
// Not here: nodes of a heap (heap-nodes.ts), nodes that are JavaScript's objects (plain-nodes.ts).

import { mix, share } from "./mix.js";
import type { Shape } from "./shapes.js";

/**
 * Nodes from `from` on and before `to` are worked on by a call, which returns how many operations it has done. Order: make, link and
 * handOver all; then any number of passes, each of replace, relink and settle for all; then drop.
 */
export interface Nodes {
  readonly shape: Shape;
  /** Makes nodes with their content; the program refers to each. */
  make(from: number, to: number): number;
  /** Sets references. */
  link(from: number, to: number): number;
  /** Has the program give up its references to all nodes but those that are held. */
  handOver(from: number, to: number): number;
  /** Puts new nodes in the place of those that the pass has chosen; some refer to the old ones still. */
  replace(from: number, to: number, pass: Pass): number;
  /** Has nodes refer to the new ones where they refer to old ones. */
  relink(from: number, to: number): number;
  /** As handOver, for the new ones. */
  settle(from: number, to: number, pass: Pass): number;
  /** Looks at nodes: content, references, and how many there are to each. @throws {StressCheckError} */
  check(from: number, to: number): number;
  /** Gives up the program's references. */
  drop(from: number, to: number): number;
}

/** One pass of replacing nodes. */
export class Pass {
  readonly #seed: number;

  /**
   * @param number - from 1 up.
   * @param churn - share of the nodes that it chooses.
   */
  constructor(
    readonly number: number,
    readonly churn: number,
    seed: number,
  ) {
    this.#seed = mix(seed, number);
  }

  chooses(node: number): boolean {
    return share(this.#seed, node) < this.churn;
  }
}

/** What the run knows of its nodes without looking at them. */
export class Shadow {
  readonly #shape: Shape;
  readonly #seed: number;
  /** Number of the pass that has made a node, modulo 2^16; none yet: 0 for all. */
  #births: Uint16Array | undefined;
  #counts: ReferenceCounts | undefined;

  constructor(shape: Shape, seed: number) {
    this.#shape = shape;
    this.#seed = seed;
  }

  bear(node: number, pass: Pass): void {
    this.#births ??= new Uint16Array(this.#shape.count);
    this.#births[node] = pass.number;
  }

  /** What a node has beside its number, as i32: another for each birth. */
  contentOf(node: number): number {
    const birth = this.#births === undefined ? 0 : this.#births[node]!;
    return mix(this.#seed ^ (birth << 16), node);
  }

  /** References to a node, the program's among them. The first call is O(nodes). */
  referencesTo(node: number): number {
    this.#counts ??= new ReferenceCounts(this.#shape);
    return this.#counts.of(node);
  }
}

const SMALL_MAX = 0xff;

/** A byte a node, and more for the few that have more references than that. */
class ReferenceCounts {
  readonly #small: Uint8Array;
  /** What exceeds SMALL_MAX. */
  readonly #excess = new Map<number, number>();

  constructor(shape: Shape) {
    const { count } = shape;
    this.#small = new Uint8Array(count);
    for (let from = 0; from < count; from += STEP) this.#addAll(shape, from, Math.min(count, from + STEP));
  }

  of(node: number): number {
    const small = this.#small[node]!;
    return small < SMALL_MAX ? small : small + (this.#excess.get(node) ?? 0);
  }

  #addAll(shape: Shape, from: number, to: number): void {
    const fields = shape.fields.length;
    for (let node = from; node < to; node += 1) {
      if (shape.isHeld(node)) this.#add(node);
      for (let field = 0; field < fields; field += 1) {
        const target = shape.targetOf(node, field);
        if (target >= 0) this.#add(target);
      }
    }
  }

  #add(node: number): void {
    const small = this.#small[node]!;
    if (small < SMALL_MAX) this.#small[node] = small + 1;
    else this.#excess.set(node, (this.#excess.get(node) ?? 0) + 1);
  }
}

/** Nodes a call: short calls, so that engines can put better code in the place of the first. */
export const STEP = 4096;
