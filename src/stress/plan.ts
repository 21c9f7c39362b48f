// src/stress/plan.ts: what a run is to do.

import type { ShapeName } from "./shapes.js";

/** What keeps the nodes: heaps of this library, or V8. */
export type EngineName = "pymalloc" | "js";

/** What is spoiled, for who wants to see that it is found: a node's content, two nodes' references, a count of references. */
export const DAMAGES = ["content", "reference", "count"] as const;
export type Damage = (typeof DAMAGES)[number];

/** One worker's part. */
export interface StressPlan {
  readonly engine: EngineName;
  readonly shape: ShapeName;
  /** Nodes; of each graph, where the heap is filled. */
  readonly objects: number;
  /** Share of the nodes that a pass replaces. */
  readonly churn: number;
  /** Passes, unless the run goes by time. */
  readonly passes: number;
  /** The run goes on so long; absent: once through. */
  readonly seconds?: number | undefined;
  readonly seed: number;
  /** Most linear memory. */
  readonly maximumBytes: number;
  /** Fills the heap to MemoryError, frees half, and goes on. */
  readonly isUntilFull: boolean;
  /** Full collections in increments of about so many milliseconds; 0: at once. */
  readonly pauseTargetMs: number;
  readonly damage?: Damage | undefined;
}
