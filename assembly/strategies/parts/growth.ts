// assembly/strategies/parts/growth.ts: memory.grow as all strategies ask for it, so that footprints differ by strategy alone.
// Not here: what is done with the new pages.

import { PAGE_SIZE } from "../interface";

/** Memory grows by at least 1/2^GROWTH_SHIFT of its size, as the core's does: growing costs up to 100 µs a call. */
const GROWTH_SHIFT = 6;

/** Bytes of memory; u64 because 4 GiB does not fit a usize. */
export function memoryEnd(): u64 {
  return <u64>memory.size() * PAGE_SIZE;
}

/** Grows memory until it holds `end` bytes, and more if the engine has them; false, and nothing changed, if it refuses. */
export function growTo(end: u64): bool {
  const pages: u64 = memory.size();
  const needed = (end + (PAGE_SIZE - 1)) / PAGE_SIZE;
  if (needed > 1 << 16) return false;
  if (needed <= pages) return true;
  const missing = <i32>(needed - pages);
  const wanted = max(missing, <i32>(pages >> GROWTH_SHIFT));
  return memory.grow(wanted) >= 0 || (wanted > missing && memory.grow(missing) >= 0);
}
