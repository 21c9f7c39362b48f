// src/stress/until-full.ts: a run that fills the heap, graph by graph, until there is no memory; frees half, and fills it again.

import { MemoryError } from "../errors.js";
import type { HeapEngine } from "./heap-engine.js";
import type { HeapNodes } from "./heap-nodes.js";
import { mix } from "./mix.js";
import type { Phases } from "./phases.js";
import type { StressPlan } from "./plan.js";
import { build, drop } from "./rounds.js";
import { makeShape } from "./shapes.js";
import type { Verification } from "./verification.js";

/** Times that the heap is filled, unless the run goes by time. */
const FILLS = 2;

/** @throws {Interrupted}, and what verification throws. */
export async function runUntilFull(
  plan: StressPlan,
  engine: HeapEngine,
  phases: Phases,
  verification: Verification,
): Promise<void> {
  const { seconds = 0 } = plan;
  let graphs: HeapNodes[] = [];
  let made = 0;
  engine.layBy();
  while (phases.passes < FILLS || phases.seconds < seconds) {
    for (let isFull = false; !isFull; made += 1) {
      const seed = mix(plan.seed, made);
      const nodes = engine.newNodes(makeShape(plan.shape, plan.objects, seed), seed);
      try {
        graphs.push(await build(nodes, phases));
      } catch (error) {
        if (!(error instanceof MemoryError)) throw error;
        isFull = true;
        nodes.discard();
        phases.objects = countOf(graphs);
      }
    }
    phases.passes += 1;
    phases.measure();
    await verification.holds(graphs);
    const kept = graphs.filter((_, index) => index % 2 === 0);
    const half = graphs.filter((_, index) => index % 2 === 1);
    await drop(half, countOf(kept), engine, phases, verification);
    await verification.holds(kept);
    graphs = kept;
  }
  await drop(graphs, 0, engine, phases, verification);
  await verification.holds([]);
}

function countOf(graphs: readonly HeapNodes[]): number {
  return graphs.reduce((sum, { shape }) => sum + shape.count, 0);
}
