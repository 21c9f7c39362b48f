// assembly/memory.ts: linear memory as the engine gives it: sole caller of memory.grow, keeper of the page limit.

import { counters } from "./counters";
import { GROWTH_SHIFT, PAGE_LIMIT_ADDRESS, PAGE_SIZE, PAGE_SIZE_LOG2 } from "./layout";

/** Sets the most pages that memory may have; what it has already stays. */
export function setPageLimit(pages: u32): void {
  store<u32>(PAGE_LIMIT_ADDRESS, pages);
}

/**
 * Grows memory by at least `bytes`: geometrically (growing costs up to 100 µs a call), but by no more than
 * is needed where the limit is near.
 *
 * @returns pages of memory now, or 0 if the limit or the engine said no and memory is as it was.
 */
export function growMemory(bytes: usize): u32 {
  const pages: u32 = memory.size();
  const limit = load<u32>(PAGE_LIMIT_ADDRESS);
  const needed: u32 = <u32>(bytes >> PAGE_SIZE_LOG2) + u32((bytes & (PAGE_SIZE - 1)) != 0);
  if (pages > limit || needed > limit - pages) return 0;
  const wanted = min(max(needed, pages >> GROWTH_SHIFT), limit - pages);
  if (memory.grow(wanted) == -1) {
    if (wanted == needed || memory.grow(needed) == -1) return 0;
  }
  counters.growCalls += 1;
  return memory.size();
}

/** Whether `size` bytes from `address` on can be read: for walks over memory that may be damaged. */
export function isInMemory(address: usize, size: i32): bool {
  return <u64>address + size <= (<u64>memory.size()) << PAGE_SIZE_LOG2;
}
