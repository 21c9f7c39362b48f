// test/support/referents.ts: what an object refers to, as the core tells it.

import type { BareCore } from "./bare-core.js";

/** Addresses, one per reference. */
export function readGcReferents(bare: BareCore, o: number): number[] {
  const block = bare.core.gc_referents(o) >>> 0;
  const found = Array.from({ length: bare.read(block) }, (_, index) => bare.read(block + 4 + index * 4));
  bare.core.free(block);
  return found;
}
