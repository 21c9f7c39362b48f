// src/stress/verification.ts: holds the heap, and every node in it, against the shadow.

import { StressCheckError } from "./check-error.js";
import type { Engine } from "./engine.js";
import type { Nodes } from "./nodes.js";
import type { Phases } from "./phases.js";

export class Verification {
  /** Times that all was as it must be. */
  passed = 0;

  constructor(
    private readonly engine: Engine,
    private readonly phases: Phases,
  ) {}

  /** The heap must have these nodes, as they must be, and no garbage. @throws {StressCheckError} {CorruptHeapError} */
  async holds(all: readonly Nodes[]): Promise<void> {
    const { engine, phases } = this;
    const count = all.reduce((sum, { shape }) => sum + shape.count, 0);
    const held = all.reduce((sum, nodes) => sum + countHeld(nodes), 0);
    await phases.whole("verify heap", count, () => engine.verify(count, held));
    for (const nodes of all) {
      await phases.each("check nodes", nodes.shape.count, (from, to) => nodes.check(from, to));
    }
    this.passed += 1;
  }

  /** So many objects, garbage included, must be left: counting references frees what no cycle keeps, and no more. */
  left(count: number): void {
    const found = this.engine.countObjects() ?? count;
    if (found !== count) throw new StressCheckError("the number of objects left", found, count);
  }

  /** The collector must have found so many objects. */
  found(collected: number | undefined, count: number): void {
    if (collected === undefined || collected === count) return;
    throw new StressCheckError("the number of objects that were collected", collected, count);
  }
}

function countHeld({ shape }: Nodes): number {
  let held = 0;
  for (let node = 0; node < shape.count; node += 1) if (shape.isHeld(node)) held += 1;
  return held;
}
