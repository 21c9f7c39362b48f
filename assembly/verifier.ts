// assembly/verifier.ts: exports of the verifier: a module of its own over a heap's memory, so that the core carries no check; no logic.

import { verify as verifyHeap } from "./verify";
import { verifyObjects } from "./verify-objects";

export { LAYOUT_VERSION } from "./layout";

/** The first broken rule of the heap, its address at BROKEN_ADDRESS; 0 if all hold. O(heap). */
export function verify(): i32 {
  const rule = verifyHeap();
  return rule ? rule : verifyObjects();
}
