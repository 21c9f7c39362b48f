// conformance/fuzz-actions.ts: what the nodes of random programs do in finalizers and callbacks.

import fc from "fast-check";
import { type FuzzKind, WRITTEN_BY_ACTIONS } from "./fuzz-rules.js";
import type { Action, NodeOptions } from "./program.js";

const ACTIONS_MAX = 3;

const names = fc.constantFrom(...WRITTEN_BY_ACTIONS);

/** A node's options; most have a finalizer, many do something. */
export function nodeOptions(slotCount: number, { collects }: FuzzKind): fc.Arbitrary<NodeOptions | null> {
  const make = (event: keyof NodeOptions): fc.Arbitrary<Action[]> => actions(slotCount, event, collects);
  return fc.oneof(
    { weight: 1, arbitrary: fc.constant(null) },
    { weight: 2, arbitrary: fc.constant({ fin: [] }) },
    { weight: 3, arbitrary: fc.record({ fin: make("fin") }) },
    { weight: 2, arbitrary: fc.record({ cb: make("cb") }) },
    { weight: 2, arbitrary: fc.record({ fin: make("fin"), cb: make("cb") }) },
  );
}

function actions(slotCount: number, event: keyof NodeOptions, collects: boolean): fc.Arbitrary<Action[]> {
  const own = fc.tuple(fc.constantFrom("self" as const, "wself" as const), names);
  const choices: fc.Arbitrary<Action>[] = [own, own, fc.constant(["raise"])];
  if (collects) choices.push(fc.tuple(fc.constant("gc" as const), fc.nat({ max: 2 })));
  if (slotCount > 0) {
    const slots = fc.nat({ max: slotCount - 1 });
    const bySlot = fc.constantFrom("drop" as const, "app" as const, "newlist" as const, "peek" as const);
    choices.push(fc.tuple(bySlot, slots), fc.tuple(bySlot, slots), fc.tuple(bySlot, slots));
    // a callback runs more than once, and may find another object in the slot
    if (event === "fin") choices.push(fc.tuple(fc.constant("slot" as const), names, slots));
  }
  return fc.array(fc.oneof(...choices), { maxLength: ACTIONS_MAX });
}
