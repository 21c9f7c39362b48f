// src/lab/formats/unfreed.ts: the blocks that were live when a recording ended.

import {
  EVENT_WORDS,
  OP_FREE,
  OP_REALLOC_ZERO,
  OP_SHIFT,
  SITE_MASK,
  SLOT_MASK,
  type Trace,
} from "../trace.js";
import type { AddressTable } from "./address-table.js";
import type { UnfreedBlock } from "./recording.js";

const NONE = -1;

/**
 * Finds them. O(events).
 *
 * @param addresses - of the live blocks, standing for their slots; none where the format has none.
 * @returns them by address, or by slot.
 */
export function findUnfreed({ words, maxSlots }: Trace, addresses?: AddressTable): UnfreedBlock[] {
  const lastEvents = new Float64Array(maxSlots).fill(NONE);
  for (let at = 0; at < words.length; at += EVENT_WORDS) {
    const op = words[at]! >>> OP_SHIFT;
    lastEvents[words[at]! & SLOT_MASK] = op === OP_FREE || op === OP_REALLOC_ZERO ? NONE : at;
  }
  const blockOf = (at: number, address: bigint | undefined): UnfreedBlock => ({
    address,
    sizeBytes: words[at + 1]!,
    site: words[at + 2]! & SITE_MASK,
  });
  if (addresses === undefined) {
    return [...lastEvents].filter((at) => at !== NONE).map((at) => blockOf(at, undefined));
  }
  return [...addresses.entries()]
    .map(({ address, value }) => blockOf(lastEvents[value]!, address))
    .sort((a, b) => (a.address! < b.address! ? -1 : 1));
}
