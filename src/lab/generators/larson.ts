// src/lab/generators/larson.ts: larson: a server's objects, each replaced by one of another size at a random moment. One thread of it.
// Source: P. Larson, M. Krishnan: Memory Allocation for Long-Running Server Applications, ISMM 1998; defaults of mimalloc-bench's run.

import { Random } from "../random.js";
import { defineGenerator, eventsParameter, SEED, sizeParameter, sizesMisfit } from "./generator.js";

export const larson = defineGenerator({
  name: "larson",
  description: "slots filled once; then a random one's block is freed and another allocated, again and again",
  parameters: {
    events: eventsParameter(),
    slots: { default: 5000, min: 1, max: 10_000_000, unit: "blocks", meaning: "live at once, at any time" },
    minBytes: sizeParameter("of a block, at least", 8),
    maxBytes: sizeParameter("of a block, at most; all between are equally likely", 1000),
    seed: SEED,
  },
  misfit(values) {
    if (values.slots * 2 <= values.events) return sizesMisfit(values);
    return { parameter: "slots", expected: `at most half of the ${values.events} events` };
  },
  generate({ events, slots, minBytes, maxBytes, seed }, out) {
    const random = new Random(seed);
    const malloc = (): number => out.malloc(minBytes + random.below(maxBytes - minBytes + 1));
    const blocks = Uint32Array.from({ length: slots }, malloc);
    while (out.events + 2 <= events) {
      const victim = random.below(slots);
      out.free(blocks[victim]!);
      blocks[victim] = malloc();
    }
  },
});
