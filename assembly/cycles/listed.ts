// assembly/cycles/listed.ts: which objects of a list are reachable from outside of it: for young objects, and for those that finalizers
// may have rescued. Not here: the whole heap (whole.ts).
//
// References within the list are taken off the refcounts themselves, and put back in the end: so this needs no memory, and cannot fail.
// An object whose count stays above 0 has a holder outside; what it refers to is reachable too.
// Source: CPython Python/gc.c, deduce_unreachable; counting in place: Lins, "Cyclic reference counting with lazy mark-scan", 1992.

import { ObjectHeader } from "../object";
import {
  FLAG_EXAMINED,
  FLAG_GREY,
  FLAG_REACHED,
  OBJECT_FLAGS,
  REFCOUNT_IMMORTAL,
  TYPE_TUPLE,
} from "../object-layout";
import { ReferenceVisitor, Visit } from "../references";
import { untrackTuple } from "./candidate";
import { MarkStack } from "./mark-stack";
import { PageFilter } from "./page-filter";

function flagsOf(o: usize): u32 {
  return load<u16>(o, OBJECT_FLAGS);
}

@unmanaged
class Subtracting extends ReferenceVisitor {
  @inline visit(target: usize, _: usize): void {
    if (!PageFilter.mayHold(target) || !(flagsOf(target) & FLAG_EXAMINED)) return;
    const count = load<u32>(target);
    if (count < <u32>REFCOUNT_IMMORTAL) store<u32>(target, count - 1);
  }
}

@unmanaged
class Restoring extends ReferenceVisitor {
  @inline visit(target: usize, _: usize): void {
    if (!PageFilter.mayHold(target) || !(flagsOf(target) & FLAG_EXAMINED)) return;
    const count = load<u32>(target);
    if (count < <u32>REFCOUNT_IMMORTAL) store<u32>(target, count + 1);
  }
}

let hasGrey: bool = false;

@unmanaged
class MarkingListed extends ReferenceVisitor {
  @inline visit(target: usize, _: usize): void {
    if (!PageFilter.mayHold(target)) return;
    const flags = flagsOf(target);
    if ((flags & (FLAG_EXAMINED | FLAG_REACHED)) != FLAG_EXAMINED) return;
    const isPushed = MarkStack.push(target);
    if (!isPushed) hasGrey = true;
    store<u16>(target, <u16>(flags | (isPushed ? FLAG_REACHED : FLAG_REACHED | FLAG_GREY)), OBJECT_FLAGS);
  }
}

function typeOf(o: usize): u32 {
  return ObjectHeader.at(o).type;
}

/** Looks at an object that is reachable. */
function visit(o: usize): void {
  const type = typeOf(o);
  // holders before what they hold, as CPython's lists have them
  if (type == TYPE_TUPLE && untracks) untracked += u32(untrackTuple(o));
  Visit.all<MarkingListed>(changetype<MarkingListed>(0), o, type);
}

/** Whether tuples that can't be part of a cycle are untracked on the way; how many were. */
let untracks: bool = false;
let untracked: u32 = 0;

/** As reachListed, and untracks tuples among the reachable. Returns how many. */
export function reachAndUntrack(start: usize, count: u32): u32 {
  untracks = true;
  untracked = 0;
  reachListed(start, count);
  untracks = false;
  return untracked;
}

/** Gives FLAG_REACHED to those of `count` objects, all with FLAG_EXAMINED, that are reachable from outside. */
export function reachListed(start: usize, count: u32): void {
  const end = start + ((<usize>count) << 2);
  PageFilter.open();
  for (let slot = start; slot < end; slot += 4) PageFilter.add(load<usize>(slot));
  for (let slot = start; slot < end; slot += 4) {
    const o = load<usize>(slot);
    Visit.all<Subtracting>(changetype<Subtracting>(0), o, typeOf(o));
  }
  do {
    hasGrey = false;
    for (let slot = start; slot < end; slot += 4) {
      const o = load<usize>(slot);
      const flags = flagsOf(o);
      if (flags & FLAG_REACHED ? !(flags & FLAG_GREY) : !load<u32>(o)) continue;
      store<u16>(o, <u16>((flags | FLAG_REACHED) & ~FLAG_GREY), OBJECT_FLAGS);
      visit(o);
      while (!MarkStack.isEmpty) visit(MarkStack.pop());
    }
  } while (hasGrey);
  for (let slot = start; slot < end; slot += 4) {
    const o = load<usize>(slot);
    Visit.all<Restoring>(changetype<Restoring>(0), o, typeOf(o));
  }
  PageFilter.close();
}
