// assembly/verify-counts.ts: whether every object counts at least the references that objects hold to it, and how many are held elsewhere.
// Not here: whether those are there, which only their holders know: handles, the host, whoever counts by hand.
//
// The references found are taken off the counts themselves, and put back: so this needs no memory.

import { Containers } from "./containers";
import { RULE_REFCOUNT } from "./layout";
import { ObjectHeader } from "./object";
import { REFCOUNT_IMMORTAL } from "./object-layout";
import { References } from "./references";
import { broken } from "./rule";

/** References to containers, immortal ones aside, that no object holds; as the last walk has found them. */
let outside: u32 = 0;

export function outside_references(): u32 {
  return outside;
}

/** Returns 0 or a rule; all objects and references are sound. O(heap). */
export function verifyCounts(): i32 {
  let taken: u64 = 0;
  let wrong: usize = 0;
  Containers.open();
  for (let o = Containers.next(); o && !wrong; o = Containers.next()) {
    References.open(o);
    for (let target = References.next(); target && !wrong; target = References.next()) {
      const header = ObjectHeader.at(target);
      if (header.refcount == <u32>REFCOUNT_IMMORTAL) continue;
      if (header.references) {
        header.refcount -= 1;
        taken += 1;
      } else {
        wrong = target;
      }
    }
  }
  if (!wrong) countOutside();
  putBack(taken);
  return wrong ? broken(RULE_REFCOUNT, wrong) : 0;
}

function countOutside(): void {
  outside = 0;
  Containers.open();
  for (let o = Containers.next(); o; o = Containers.next()) {
    const header = ObjectHeader.at(o);
    if (header.refcount != <u32>REFCOUNT_IMMORTAL) outside += header.references;
  }
}

/** Adds the first `taken` references to the counts that they were taken off. */
function putBack(taken: u64): void {
  let left = taken;
  Containers.open();
  for (let o = Containers.next(); o && left; o = Containers.next()) {
    References.open(o);
    for (let target = References.next(); target && left; target = References.next()) {
      const header = ObjectHeader.at(target);
      if (header.refcount == <u32>REFCOUNT_IMMORTAL) continue;
      header.refcount += 1;
      left -= 1;
    }
  }
}
