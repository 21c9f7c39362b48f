// conformance/fuzz-actions.ts: what the nodes of random programs do in finalizers and callbacks.

import fc from "fast-check";
import { WRITTEN_BY_ACTIONS } from "./fuzz-rules.js";
import type { Action, NodeOptions } from "./program.js";

const ACTIONS_MAX = 3;

const names = fc.constantFrom(...WRITTEN_BY_ACTIONS);

/** A node's options; most have a finalizer, many do something. */
export function nodeOptions(
  slotCount: number,
  { collects }: { readonly collects: boolean },
): fc.Arbitrary<NodeOptions | null> {
  const make = collects ? orderlyActions : actions;
  return fc.oneof(
    { weight: 1, arbitrary: fc.constant(null) },
    { weight: 2, arbitrary: fc.constant({ fin: [] }) },
    { weight: 3, arbitrary: fc.record({ fin: make(slotCount, "fin") }) },
    { weight: 2, arbitrary: fc.record({ cb: make(slotCount, "cb") }) },
    { weight: 2, arbitrary: fc.record({ fin: make(slotCount, "fin"), cb: make(slotCount, "cb") }) },
  );
}

function actions(slotCount: number, event: keyof NodeOptions): fc.Arbitrary<Action[]> {
  const choices: fc.Arbitrary<Action>[] = [
    fc.tuple(fc.constantFrom("self" as const, "wself" as const), names),
    fc.constant(["raise"]),
  ];
  if (slotCount > 0) {
    const slots = fc.nat({ max: slotCount - 1 });
    const bySlot = fc.constantFrom("drop" as const, "app" as const, "newlist" as const, "peek" as const);
    choices.push(fc.tuple(bySlot, slots), fc.tuple(bySlot, slots));
    // a callback runs more than once, and may find another object in the slot
    if (event === "fin") choices.push(fc.tuple(fc.constant("slot" as const), names, slots));
  }
  return fc.array(fc.oneof(...choices), { maxLength: ACTIONS_MAX });
}

/** Those whose outcome is the same in whichever order a collection runs them: no ids are given, nothing is read. */
function orderlyActions(slotCount: number): fc.Arbitrary<Action[]> {
  const choices: fc.Arbitrary<Action>[] = [
    fc.tuple(fc.constant("self" as const), names),
    fc.constant(["raise"]),
  ];
  if (slotCount > 0) choices.push(fc.tuple(fc.constant("drop" as const), fc.nat({ max: slotCount - 1 })));
  return fc.array(fc.oneof(...choices), { maxLength: ACTIONS_MAX });
}
