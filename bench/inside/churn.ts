// bench/inside/churn.ts: replaces live blocks at random. One call site each, so that both can be inlined.

import { free, malloc } from "./env";

/**
 * Replaces the block in each drawn slot by one of the drawn size. Address 0 in a slot is no block yet.
 *
 * Without `slots` it only allocates: one block of `sizes` bytes, whose address it returns. A function of its own
 * would be a second call site of malloc, and then neither would be inlined.
 *
 * @param slots - usize[], live blocks' addresses.
 * @param draws - u32[count], indices into slots.
 * @param sizes - u16[count], bytes.
 * @returns `count`, or the index of the first replacement that got no memory.
 */
export function churn(slots: usize, draws: usize, sizes: usize, count: i32): usize {
  for (let i = 0; i < count; i += 1) {
    let slot: usize = 0;
    let size = sizes;
    if (slots) {
      slot = slots + ((<usize>load<u32>(draws + ((<usize>i) << 2))) << 2);
      size = load<u16>(sizes + ((<usize>i) << 1));
      free(load<usize>(slot));
    }
    const address = malloc(size);
    if (!slots) return address;
    if (!address) return i;
    store<usize>(slot, address);
  }
  return count;
}
