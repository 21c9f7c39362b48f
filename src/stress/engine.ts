// src/stress/engine.ts: what keeps nodes, and collects them, for a run.

import type { Occurrence } from "./distribution.js";
import type { Nodes } from "./nodes.js";
import type { Damage } from "./plan.js";
import type { GenerationResult } from "./result.js";
import type { Shape } from "./shapes.js";

export interface Pauses {
  readonly count: number;
  readonly longestMs: number;
  readonly occurrences: () => readonly Occurrence[];
}

export interface Engine {
  readonly pauses: Pauses;
  newNodes(shape: Shape, seed: number): Nodes;
  /** Collects all garbage. @returns objects found; undefined where nobody tells. @throws {MemoryError} */
  collect(): number | undefined;
  /**
   * Checks all but the nodes themselves.
   *
   * @param count - nodes that there must be, no garbage among them.
   * @param held - references that the program must have.
   * @throws {CorruptHeapError} {StressCheckError}
   */
  verify(count: number, held: number): void;
  /** Objects that there are, garbage included; undefined where nobody tells. */
  countObjects(): number | undefined;
  /** Bytes that the heap has taken. */
  heapBytes(): number;
  /** Of what finds nodes by their numbers, where the heap has no part of it. */
  readonly indexBytesPerNode: number;
  generations(): GenerationResult[];
  /** Spoils something of nodes that are linked. */
  spoil(nodes: Nodes, damage: Damage): void;
}
