// assembly/kinds/weakref.ts: weakref and proxy: made, shared, counted.
// Not here: the list they are in (weakref-list.ts), the death of the referent (death.ts).
// Source: CPython Objects/weakrefobject.c.

import { fail } from "../host";
import { FAULT_NOT_WEAKREFABLE } from "../layout";
import { ObjectHeader } from "../object";
import { TYPE_PROXY, TYPE_WEAKREF, WEAKREF_SIZE } from "../object-layout";
import { weakrefTable } from "../object-table";
import { Reference } from "../refcount";
import { Type } from "../type";
import { Weakref } from "../weakref-list";
import { equals, hashOf } from "./hash";

/**
 * A new reference to a weakref, or proxy, of `referent`: the shared one if there is no callback. 0 when memory can't grow.
 *
 * @param callback - object that the host is given when the referent dies, or 0.
 */
export function weakref_new(referent: usize, callback: usize, isProxy: bool): usize {
  if (!Type.at(ObjectHeader.at(referent).type).isWeakrefable) {
    fail(FAULT_NOT_WEAKREFABLE, referent);
    return 0;
  }
  const type = isProxy ? TYPE_PROXY : TYPE_WEAKREF;
  if (!callback) {
    const shared = Weakref.sharedOf(referent, type);
    if (shared) return Reference.take(shared.address);
  }
  if (!weakrefTable.reserve()) return 0;
  const weakref = Weakref.at(ObjectHeader.newContainer(type, WEAKREF_SIZE));
  if (!weakref) return 0;
  weakref.callback = callback ? Reference.take(callback) : 0;
  weakref.referent = referent;
  weakref.hash = 0;
  weakref.link();
  return weakref.address;
}

/** Weakrefs and proxies of an object. O(their number). */
export function weakref_count(o: usize): u32 {
  let count: u32 = 0;
  for (let weakref = Weakref.firstOf(o); weakref; weakref = Weakref.at(weakref.next)) count += 1;
  return count;
}

/** The first weakref of an object, borrowed; 0 if it has none. */
export function weakref_first(o: usize): usize {
  return Weakref.firstOf(o).address;
}

/** Hash of a weakref: its referent's. A fault if that has died before it was ever asked for. */
export function weakref_hash(o: usize): u32 {
  return hashOf(o);
}

/** Whether two weakrefs are equal: their referents, or, when one is dead, only the very same. */
export function weakref_equals(a: usize, b: usize): bool {
  return equals(a, b);
}
