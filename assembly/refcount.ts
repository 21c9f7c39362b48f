// assembly/refcount.ts: reference counting: taking and releasing references.
// Not here: what follows from the last one's release (death.ts).
//
// A count never passes REFCOUNT_IMMORTAL: there it stands still, and the object stays. So neither overflow nor underflow can free an
// object that is still referred to. Source: CPython Include/refcount.h, immortal objects (PEP 683).

import { Arena } from "./arena";
import { CHECKS } from "./build-flags";
import { Suspects } from "./cycles/suspects";
import { die } from "./death";
import { mustBeObject, ObjectHeader } from "./object";
import { REFCOUNT_IMMORTAL } from "./object-layout";

export class Reference {
  /** Adds a reference to `o`, which is returned. */
  @inline static take(o: usize): usize {
    Suspects.take(o);
    return o;
  }

  /** Takes a reference away; the last one's release is the object's death. */
  @inline static drop(o: usize): void {
    const count = load<u32>(o);
    if (count < <u32>REFCOUNT_IMMORTAL) {
      if (count == 1) die(o);
      else store<u32>(o, count - 1);
    } else if (Suspects.isCount(count)) {
      dropSuspect(o);
    }
  }

  /** Puts `value`, or 0, into a slot, then releases what was there. */
  @inline static replace(slot: usize, value: usize): void {
    const old = load<usize>(slot);
    if (value) Reference.take(value);
    store<usize>(slot, value);
    if (old) Reference.drop(old);
  }
}

function dropSuspect(o: usize): void {
  Suspects.clear(o);
  const count = load<u32>(o);
  if (count == 1) die(o);
  else store<u32>(o, count - 1);
}

// The two that a program calls most, so that they cost little more than the call: a count between 1 and REFCOUNT_IMMORTAL, in an arena, is
// taken for an object's. Freed and dying objects, other heaps' and other memory's addresses don't pass; an address inside an object may.
// Whatever does not pass is looked at closely, and so is the last reference, before anything dies.

/** Adds a reference. A fault if no live object is at `o`. */
export function incref(o: usize): void {
  if (!CHECKS && Arena.holds(o)) {
    const count = load<u32>(o);
    if (count - 1 < <u32>(REFCOUNT_IMMORTAL - 1)) {
      store<u32>(o, count + 1);
      return;
    }
  }
  if (mustBeObject(o)) Reference.take(o);
}

/** Takes a reference away. A fault if no live object is at `o`. */
export function decref(o: usize): void {
  if (!CHECKS && Arena.holds(o)) {
    const count = load<u32>(o);
    if (count - 2 < <u32>(REFCOUNT_IMMORTAL - 2)) {
      store<u32>(o, count - 1);
      return;
    }
  }
  if (mustBeObject(o)) Reference.drop(o);
}

/** Adds a reference to `to` and takes one of `from` away; either may be 0. A fault if no live object is at `to`. */
export function move_reference(to: usize, from: usize): void {
  if (to) {
    if (!mustBeObject(to)) return;
    Reference.take(to);
  }
  if (from) Reference.drop(from);
}

/** Takes a reference of each away: `count` addresses of live objects. */
export function release_many(addresses: usize, count: u32): void {
  for (let slot = addresses, end = addresses + ((<usize>count) << 2); slot < end; slot += 4)
    Reference.drop(load<usize>(slot));
}

/** References to `o` now. */
export function refcount(o: usize): u32 {
  return mustBeObject(o) ? ObjectHeader.at(o).references : 0;
}

/** Type id of the object at `o`. */
export function type_of(o: usize): u32 {
  return mustBeObject(o) ? ObjectHeader.at(o).type : 0;
}

/** Makes the object outlive every count. */
export function immortalize(o: usize): void {
  if (!mustBeObject(o)) return;
  Suspects.take(o); // which clears a suspect
  ObjectHeader.at(o).refcount = REFCOUNT_IMMORTAL;
}
