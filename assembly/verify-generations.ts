// assembly/verify-generations.ts: whether the collector finds all young objects, and has left nothing of its own in their flags.

import { Containers } from "./containers";
import { collector } from "./cycles/collector";
import { Generation, middle, young } from "./cycles/generation";
import { Suspects } from "./cycles/suspects";
import { RULE_COLLECTOR_FLAGS, RULE_GENERATION } from "./layout";
import { isInMemory } from "./memory";
import { ObjectHeader } from "./object";
import {
  COLLECTOR_IDLE,
  FLAG_EXAMINED,
  FLAG_GENERATION_MASK,
  FLAG_GENERATION_SHIFT,
  FLAG_GREY,
  FLAG_REACHED,
  FLAG_SUSPECTED,
  FLAG_TRACKED,
} from "./object-layout";
import { broken } from "./rule";

/** Returns 0 or a rule; all objects are sound. While a collection is on, its marks are its own. O(heap). */
export function verifyGenerations(): i32 {
  if (collector.state != COLLECTOR_IDLE) return 0;
  let rule = verifyList(young);
  if (!rule) rule = verifyList(middle);
  if (!rule) rule = verifyFlags();
  if (rule) return rule;
  mark(young, true);
  mark(middle, true);
  const unlisted = findUnlisted();
  mark(young, false);
  mark(middle, false);
  return unlisted ? broken(RULE_GENERATION, unlisted) : 0;
}

function verifyList(list: Generation): i32 {
  const address = changetype<usize>(list);
  if (!list.start) return list.top | list.end ? broken(RULE_GENERATION, address) : 0;
  const isOrdered =
    list.start <= list.top && list.top <= list.end && !((list.start | list.top | list.end) & 3);
  const isThere = isOrdered && isInMemory(list.start - 4, 4) && isInMemory(list.end, 0);
  return isThere && !load<u32>(list.start - 4) ? 0 : broken(RULE_GENERATION, address);
}

/** No object has a mark of a collection that stops the program; none of the others where none is on. */
function verifyFlags(): i32 {
  let marks: u32 = FLAG_EXAMINED | FLAG_REACHED;
  if (collector.increment == COLLECTOR_IDLE) marks |= FLAG_GREY | FLAG_SUSPECTED;
  Containers.open();
  for (let o = Containers.next(); o; o = Containers.next()) {
    const header = ObjectHeader.at(o);
    const isStray = Suspects.isCount(header.refcount) && !(header.flags & FLAG_SUSPECTED);
    if (isStray || (header.flags & marks) != 0) return broken(RULE_COLLECTOR_FLAGS, o);
  }
  return 0;
}

/** Sets or clears FLAG_REACHED in those objects of a list that it is right about. */
function mark(list: Generation, isOn: bool): void {
  for (let slot = list.start; slot < list.top; slot += 4) {
    const o = load<usize>(slot);
    if (!Generation.isOf(o, 0) && !Generation.isOf(o, 1)) continue;
    const header = ObjectHeader.at(o);
    header.flags = <u16>(isOn ? header.flags | FLAG_REACHED : header.flags & ~FLAG_REACHED);
  }
}

/** A young object that is on no list, though its generation's should have all; 0 if there is none. */
function findUnlisted(): usize {
  Containers.open();
  for (let o = Containers.next(); o; o = Containers.next()) {
    const flags = ObjectHeader.at(o).flags;
    if (!(flags & FLAG_TRACKED) || (flags & FLAG_REACHED) != 0) continue;
    const generation = (flags & FLAG_GENERATION_MASK) >> FLAG_GENERATION_SHIFT;
    if ((generation == 0 && !young.incomplete) || (generation == 1 && !middle.incomplete)) return o;
  }
  return 0;
}
