// src/stress/rounds.ts: a run: nodes are made and linked, replaced pass by pass, and dropped; in between, all is verified.

import type { Engine } from "./engine.js";
import { mix } from "./mix.js";
import { type Nodes, Pass } from "./nodes.js";
import type { Phases } from "./phases.js";
import type { StressPlan } from "./plan.js";
import { makeShape, type Shape } from "./shapes.js";
import type { Verification } from "./verification.js";

/** Passes go on at least so many times as long as the verification before them took. */
const VERIFY_SHARE = 3;

/** Rounds, or passes, until the time is over; or as many as planned. @throws {Interrupted}, and what verification throws. */
export async function runRounds(
  plan: StressPlan,
  engine: Engine,
  phases: Phases,
  verification: Verification,
): Promise<void> {
  const { churn, passes, seconds = 0 } = plan;
  for (let round = 0; round === 0 || (churn === 0 && phases.seconds < seconds); round += 1) {
    const seed = round === 0 ? plan.seed : mix(plan.seed, round);
    const shape = makeShape(plan.shape, plan.objects, seed);
    const nodes = await build(engine.newNodes(shape, seed), phases);
    phases.measure();
    if (plan.damage !== undefined && round === 0) engine.spoil(nodes, plan.damage);
    await verification.holds([nodes]);
    let verifiedAt = phases.seconds;
    let verifySeconds = verifiedAt;
    let isVerified = true;
    const isOn = (): boolean => phases.passes < passes || phases.seconds < seconds;
    while (churn > 0 && isOn()) {
      await replacePass(nodes, plan, phases);
      isVerified = false;
      if (phases.seconds - verifiedAt < VERIFY_SHARE * verifySeconds && isOn()) continue;
      const begin = phases.seconds;
      await collectGarbage(shape, engine, phases, verification);
      await verification.holds([nodes]);
      isVerified = true;
      verifiedAt = phases.seconds;
      verifySeconds = verifiedAt - begin;
    }
    if (!isVerified) await collectGarbage(shape, engine, phases, verification);
    await drop([nodes], 0, engine, phases, verification);
    await verification.holds([]);
    if (churn === 0) phases.passes += 1;
  }
}

/** Makes and links nodes. @throws {MemoryError} */
export async function build<N extends Nodes>(nodes: N, phases: Phases): Promise<N> {
  const { count } = nodes.shape;
  await phases.each("make", count, (from, to) => nodes.make(from, to));
  await phases.each("link", count, (from, to) => nodes.link(from, to));
  await phases.each("hand over", count, (from, to) => nodes.handOver(from, to));
  return nodes;
}

async function replacePass(nodes: Nodes, plan: StressPlan, phases: Phases): Promise<void> {
  const { count } = nodes.shape;
  const pass = new Pass(phases.passes + 1, plan.churn, plan.seed);
  await phases.each("replace", count, (from, to) => {
    const replaced = nodes.replace(from, to, pass);
    phases.objects += replaced;
    return replaced;
  });
  phases.measure();
  await phases.each("relink", count, (from, to) => nodes.relink(from, to));
  await phases.each("settle", count, (from, to) => nodes.settle(from, to, pass));
  phases.passes += 1;
  if (!nodes.shape.isCyclic) phases.objects = count;
}

async function collectGarbage(
  shape: Shape,
  engine: Engine,
  phases: Phases,
  verification: Verification,
): Promise<void> {
  const collected = await phases.whole("collect", shape.count, () => engine.collect());
  if (!shape.isCyclic) verification.found(collected, 0);
  phases.objects = shape.count;
}

/** Drops nodes of one kind of shape, where there is no garbage. @param kept - nodes that stay. */
export async function drop(
  all: readonly Nodes[],
  kept: number,
  engine: Engine,
  phases: Phases,
  verification: Verification,
): Promise<void> {
  const dropped = all.reduce((sum, { shape }) => sum + shape.count, 0);
  const cyclic = all.reduce((sum, { shape }) => sum + (shape.isCyclic ? shape.count : 0), 0);
  for (const nodes of all) await phases.each("drop", nodes.shape.count, (from, to) => nodes.drop(from, to));
  verification.left(kept + cyclic);
  const collected = await phases.whole("collect", dropped, () => engine.collect());
  verification.found(collected, cyclic);
  phases.objects = kept;
}
