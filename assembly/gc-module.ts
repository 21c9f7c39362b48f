// assembly/gc-module.ts: what Python's gc module tells and does besides collecting: freeze, referrers, referents.

import { malloc } from "./alloc";
import { Containers } from "./containers";
import { abandonIncrement, gc_settle } from "./cycles/increment";
import { ObjectHeader } from "./object";
import {
  FLAG_EXAMINED,
  FLAG_GENERATION_MASK,
  FLAG_GENERATION_SHIFT,
  FLAG_TRACKED,
  GENERATION_FROZEN,
} from "./object-layout";
import { References } from "./references";

const FROZEN: u32 = GENERATION_FROZEN << FLAG_GENERATION_SHIFT;
/** Where objects go that are no longer frozen. */
const OLDEST: u32 = 2 << FLAG_GENERATION_SHIFT;

function isFrozen(flags: u32): bool {
  return (flags & (FLAG_GENERATION_MASK | FLAG_TRACKED)) == (FROZEN | FLAG_TRACKED);
}

/** Takes all tracked objects out of every further collection. O(heap). */
export function gc_freeze(): void {
  abandonIncrement();
  Containers.open();
  for (let o = Containers.next(); o; o = Containers.next()) {
    const header = ObjectHeader.at(o);
    if (header.flags & FLAG_TRACKED) header.flags |= <u16>FROZEN; // the bits of the generation all set
  }
}

/** Moves all frozen objects to the oldest generation. O(heap). */
export function gc_unfreeze(): void {
  abandonIncrement();
  Containers.open();
  for (let o = Containers.next(); o; o = Containers.next()) {
    const header = ObjectHeader.at(o);
    if (isFrozen(header.flags)) header.flags = <u16>((header.flags & ~FLAG_GENERATION_MASK) | OLDEST);
  }
}

/** Frozen objects. O(heap). */
export function gc_freeze_count(): u32 {
  let count: u32 = 0;
  Containers.open();
  for (let o = Containers.next(); o; o = Containers.next()) count += u32(isFrozen(ObjectHeader.at(o).flags));
  return count;
}

/** Whether `o` refers to `target`. */
function refersTo(o: usize, target: usize): bool {
  References.open(o);
  for (let other = References.next(); other; other = References.next()) if (other == target) return true;
  return false;
}

/**
 * The tracked containers, frozen ones apart, that refer to `target`, each once: a block of u32 count and u32 addresses, borrowed, that the caller
 * frees; 0 when memory can't grow. O(heap).
 */
export function gc_referrers(target: usize): usize {
  gc_settle();
  let count: u32 = 0;
  Containers.open();
  for (let o = Containers.next(); o; o = Containers.next()) count += u32(isReferrer(o, target));
  const block = malloc(4 + ((<usize>count) << 2));
  if (!block) return 0;
  store<u32>(block, count);
  let slot = block + 4;
  Containers.open();
  for (let o = Containers.next(); o; o = Containers.next()) {
    if (!isReferrer(o, target)) continue;
    store<usize>(slot, o);
    slot += 4;
  }
  return block;
}

function isReferrer(o: usize, target: usize): bool {
  const flags = ObjectHeader.at(o).flags;
  const isListed = (flags & (FLAG_TRACKED | FLAG_EXAMINED)) == FLAG_TRACKED; // not what is being collected
  return isListed && !isFrozen(flags) && refersTo(o, target);
}

/** What `o` refers to, one entry per reference, in order: a block as gc_referrers'. */
export function gc_referents(o: usize): usize {
  let count: u32 = 0;
  References.open(o);
  while (References.next()) count += 1;
  const block = malloc(4 + ((<usize>count) << 2));
  if (!block) return 0;
  store<u32>(block, count);
  let slot = block + 4;
  References.open(o);
  for (let other = References.next(); other; other = References.next()) {
    store<usize>(slot, other);
    slot += 4;
  }
  return block;
}
