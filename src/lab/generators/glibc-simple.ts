// src/lab/generators/glibc-simple.ts: glibc-simple: so many blocks of one size allocated, then freed in the same order; few blocks, then more.
// Source: glibc's benchtests/bench-malloc-simple.c, as mimalloc-bench runs it: three sizes. Its threaded parts repeat the same calls.

import { defineGenerator, eventsParameter, sizeParameter } from "./generator.js";

/** Blocks of a round, by part. */
const COUNTS = [25, 100, 400, 1600];
/** Sizes, as multiples of the smallest. */
const SIZE_FACTORS = [1, 2, 4];
const POINTER_BYTES = 4;

export const glibcSimple = defineGenerator({
  name: "glibc-simple",
  description: `rounds of ${COUNTS.join(", ")} blocks of one size, freed in the order of their birth; three sizes`,
  parameters: {
    events: eventsParameter(),
    bytes: sizeParameter("of a block; then twice, and four times as much", 16),
  },
  generate({ events, bytes }, out) {
    const table = out.malloc(Math.max(...COUNTS) * POINTER_BYTES);
    let partsLeft = COUNTS.length * SIZE_FACTORS.length;
    for (const factor of SIZE_FACTORS) {
      for (const count of COUNTS) {
        const pairsLeft = Math.floor((events - out.events - 1) / 2);
        let pairs = Math.round(pairsLeft / partsLeft);
        for (; pairs > 0; pairs -= count) {
          const blocks = Array.from({ length: Math.min(count, pairs) }, () => out.malloc(factor * bytes));
          for (const block of blocks) out.free(block);
        }
        partsLeft -= 1;
      }
    }
    out.free(table);
  },
});
