// assembly/verifier.ts: exports of the verifier: a module of its own over a heap's memory, so that the core carries no check; no logic.

import { verify as verifyHeap } from "./verify";
import { verifyCounts } from "./verify-counts";
import { verifyGenerations } from "./verify-generations";
import { verifyObjects } from "./verify-objects";

export { LAYOUT_VERSION } from "./layout";
export { outside_references } from "./verify-counts";

/** The first broken rule of the heap, its address at BROKEN_ADDRESS; 0 if all hold. O(heap). */
export function verify(): i32 {
  let rule = verifyHeap();
  if (!rule) rule = verifyObjects();
  if (!rule) rule = verifyCounts();
  return rule ? rule : verifyGenerations();
}
