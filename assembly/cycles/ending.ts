// assembly/cycles/ending.ts: what becomes of the objects on the list of the unreachable: whoever is told of their death may rescue some, the
// rest is freed, or kept for the programmer to look at. Not here: how they were found (collect.ts, increment.ts).

import { show_collectable } from "../host";
import { List, list_append, list_new } from "../kinds/list";
import { ObjectHeader } from "../object";
import { DEBUG_COLLECTABLE, DEBUG_SAVEALL, FLAG_EXAMINED, FLAG_TRACKED } from "../object-layout";
import { Candidate } from "./candidate";
import { collector } from "./collector";
import { releaseListed } from "./release";
import { Unreachable } from "./unreachable";
import { Witnesses } from "./witnesses";

/** gc.garbage, borrowed; 0 when memory can't grow. */
export function gc_garbage(): usize {
  if (!collector.garbage) {
    const list = list_new(0);
    if (!list) return 0;
    ObjectHeader.at(list).flags &= <u16>~FLAG_TRACKED; // what it holds is held from outside
    collector.garbage = list;
  }
  return collector.garbage;
}

/** Makes the room that endUnreachable needs. False when memory can't grow. */
export function reserveGarbage(): bool {
  if (!(collector.debug & DEBUG_SAVEALL)) return true;
  const garbage = gc_garbage();
  return garbage != 0 && List.at(garbage).reserve(Unreachable.count);
}

/** Ends the objects on the list, all with FLAG_EXAMINED, and closes it; endPutOff is to follow. Returns how many were not rescued. */
export function endUnreachable(): u32 {
  const hasCalled = Witnesses.clearWeakrefs();
  const hasFinalized = Witnesses.finalize();
  if (hasCalled || hasFinalized) {
    // finalizers may have made weakrefs, whose callbacks may rescue once more; what is kept in gc.garbage keeps them
    do Witnesses.rescue();
    while (!(collector.debug & DEBUG_SAVEALL) && Witnesses.clearWeakrefs());
  }
  const collected = Unreachable.count;
  if (collector.debug & DEBUG_COLLECTABLE) {
    for (let slot = Unreachable.start; slot < Unreachable.end; slot += 4) show_collectable(load<usize>(slot));
  }
  if (collector.debug & DEBUG_SAVEALL) saveAll();
  else releaseListed(Unreachable.start, collected);
  Unreachable.close();
  return collected;
}

/** Puts the unreachable objects into gc.garbage; those for which finalizers have left no room just live on. */
function saveAll(): void {
  const garbage = gc_garbage(); // a finalizer may have set the flag, when none was reserved
  for (let slot = Unreachable.start; slot < Unreachable.end; slot += 4) {
    const o = load<usize>(slot);
    ObjectHeader.at(o).flags &= <u16>~FLAG_EXAMINED;
    Candidate.promote(o);
    if (garbage) list_append(garbage, o);
  }
}
