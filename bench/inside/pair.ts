// bench/inside/pair.ts: allocates and frees, over and over. One call site each, so that both can be inlined.

import { free, malloc } from "./env";

/** Returns `count`, or the index of the first pair that got no memory. */
export function pair(size: usize, count: i32): i32 {
  for (let i = 0; i < count; i += 1) {
    const address = malloc(size);
    if (!address) return i;
    free(address);
  }
  return count;
}
