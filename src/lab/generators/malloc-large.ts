// src/lab/generators/malloc-large.ts: malloc-large: a few large blocks, of which a random one is replaced: the new one comes before the old goes.
// Source: mimalloc-bench's malloc-large (its issue 447): 20 buffers of 5 to 25 MiB, 2000 replacements.

import { Random } from "../random.js";
import { defineGenerator, eventsParameter, hasRoom, SEED, sizeParameter, sizesMisfit } from "./generator.js";

const MIB = 2 ** 20;
/** Of one block; with all others it must leave room in 4 GiB. */
const BYTES_MAX = 2 ** 30;
const NONE = -1;

export const mallocLarge = defineGenerator({
  name: "malloc-large",
  description: "20 blocks of 5 to 25 MiB, a random one replaced again and again, the new one first",
  parameters: {
    events: eventsParameter(4000),
    buffers: { default: 20, min: 1, max: 400, unit: "blocks", meaning: "live at once, and one more" },
    minBytes: sizeParameter("of a block, at least", 5 * MIB, 0, BYTES_MAX),
    maxBytes: sizeParameter("of a block, at most; all between are equally likely", 25 * MIB, 0, BYTES_MAX),
    seed: SEED,
  },
  misfit: (values) => sizesMisfit(values),
  generate({ events, buffers, minBytes, maxBytes, seed }, out) {
    const random = new Random(seed);
    const blocks = new Int32Array(buffers).fill(NONE);
    while (hasRoom(out, events)) {
      const place = random.below(buffers);
      const old = blocks[place]!;
      blocks[place] = out.malloc(minBytes + random.below(maxBytes - minBytes + 1));
      if (old !== NONE) out.free(old);
    }
    for (const block of blocks) if (block !== NONE) out.free(block);
  },
});
