// conformance/fuzz-stress.ts: a random program with collections that begin by themselves all the time, and in increments between its ops:
// whether the heap stays whole, nothing is thrown, what is held stays as it is, and nothing is left in the end.
// Not here: making programs (fuzz-programs.ts); whether it is what Python does (fuzz-beside.ts): CPython collects at other times.

import { describeDifference, isSame } from "./compare.js";
import { Dice } from "./dice.js";
import { Machine } from "./machine.js";
import type { Op, OpName } from "./program.js";
import { type Difference, observe } from "./run-program.js";

const YOUNG_THRESHOLDS = [1, 1, 2, 5];
const OLDER_THRESHOLD = 2;
/** A target that each single piece of work fills. */
const PAUSE_TARGETS_MS = [0, 0, 1e-9];
const STEPS_MAX = [0, 2, 12];
/** heap.verify() ends a sweep that is on; so it doesn't always come after each op. */
const OPS_PER_VERIFY = [1, 1, 5, Number.POSITIVE_INFINITY];
const ROUNDS_MAX = 50;
const STEPS_TO_END_MAX = 1000;

/** Shows nothing of collections, of a program without finalizers and weakrefs; all others are left out where that counts. */
const BLIND: ReadonlySet<OpName> = new Set<OpName>([
  ...(["new", "bind", "del", "get", "append", "pop", "set", "unset", "delslice", "clear"] as const),
  ...(["sadd", "sdiscard", "len", "items", "referents", "chain", "ring", "wide", "loops"] as const),
  ...(["freeze", "unfreeze"] as const),
]);

/** @param plan - seed of when collections begin. */
export function stressFault(
  ops: readonly Op[],
  plan: number,
  module: WebAssembly.Module,
): Difference | undefined {
  const dice = new Dice(plan);
  const isBlind = dice.below(3) === 0;
  const done = isBlind ? blindly(ops) : ops;
  const still = isBlind ? new Machine(module) : undefined; // no collection begins in this one
  const machine = new Machine(module);
  const { gc } = machine.heap;
  gc.setThreshold(dice.pick(YOUNG_THRESHOLDS), OLDER_THRESHOLD, OLDER_THRESHOLD);
  gc.setPauseTarget(dice.pick(PAUSE_TARGETS_MS));
  gc.enable();
  const stepsMax = dice.pick(STEPS_MAX);
  const opsPerVerify = dice.pick(OPS_PER_VERIFY);
  for (const [index, op] of done.entries()) {
    try {
      for (let left = dice.below(stepsMax + 1); left > 0; left -= 1) gc.step({ budgetMs: 0 });
      const got = observe(machine, op);
      if (still !== undefined) {
        const expected = observe(still, op);
        if (!isSame(expected, got, "exact")) return { index, op, ...describeDifference(expected, got) };
      }
      if (index % opsPerVerify === opsPerVerify - 1) machine.verify();
    } catch (error) {
      return { index, op, expected: "a whole heap", got: `threw ${error}` };
    }
  }
  const got = leftovers(machine);
  const index = done.length - 1;
  return got === undefined
    ? undefined
    : { index, op: done[index]!, expected: "nothing left in the end", got };
}

/** What is there after all variables have gone, and all that is unreachable; undefined if nothing is. */
function leftovers(machine: Machine): string | undefined {
  const { heap, variables } = machine;
  const { gc } = heap;
  try {
    gc.disable();
    gc.setDebug(0);
    gc.unfreeze();
    heap.frame(() => gc.garbage.clear());
    let quiet = 0;
    for (let round = 0; quiet < 2; round += 1) {
      if (round === ROUNDS_MAX) return `garbage again after ${ROUNDS_MAX} collections`;
      for (const name of Object.keys(variables)) delete variables[name];
      const collected = round === 0 ? stepToEnd(machine) : gc.collect();
      quiet = collected === 0 && Object.keys(variables).length === 0 ? quiet + 1 : 0;
      if (machine.failure !== undefined) throw machine.failure;
      machine.verify();
    }
  } catch (error) {
    return `threw ${error}`;
  }
  const left = [...machine.objectTypes()].map(([id, type]) => `${type} ${id}`);
  return left.length === 0 ? undefined : left.join(", ");
}

/** Ends the collection in increments that is on, if one is, else does one. Objects collected. */
function stepToEnd({ heap }: Machine): number {
  for (let step = 0; step < STEPS_TO_END_MAX; step += 1) {
    const { isDone, collected } = heap.gc.step({ budgetMs: 0 });
    if (isDone) return collected;
  }
  throw new Error(`a collection is on after ${STEPS_TO_END_MAX} increments`);
}

/** Of a program, what shows nothing of collections. */
function blindly(ops: readonly Op[]): Op[] {
  return ops.flatMap((op): Op[] => {
    if (!BLIND.has(op[0])) return [];
    if (op[0] === "new" && op[2] === "node") return [["new", op[1], "node", op[3], null, op[5]]];
    if (op[0] === "chain" || op[0] === "ring" || op[0] === "wide")
      return [[op[0], op[1], op[2], op[3], null]];
    if (op[0] === "loops") return [["loops", op[1], null]];
    return [op];
  });
}
