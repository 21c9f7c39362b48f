// assembly/cycles/witnesses.ts: who is told of the death of unreachable objects, and may rescue some: callbacks of weakrefs, then finalizers.
// Not here: the list they are on (unreachable.ts), freeing them (release.ts).
// Source: CPython 3.13 Python/gc.c, handle_weakrefs, finalize_garbage, handle_resurrected_objects; PEP 442.

import { call_back, finalize } from "../host";
import { ObjectHeader } from "../object";
import {
  FLAG_EXAMINED,
  FLAG_FINALIZED,
  FLAG_GREY,
  FLAG_REACHED,
  TYPE_PROXY,
  TYPE_STRUCT_FIRST,
  TYPE_WEAKREF,
} from "../object-layout";
import { Reference } from "../refcount";
import { Type } from "../type";
import { Weakref } from "../weakref-list";
import { Candidate } from "./candidate";
import { reachListed } from "./listed";
import { Unreachable } from "./unreachable";

export class Witnesses {
  /** First and last of the weakrefs whose callbacks are to be called: dead, linked by `next`, each with a reference of its own. */
  private static first: usize = 0;
  private static last: usize = 0;

  /**
   * Kills the weakrefs among the unreachable objects, and all weakrefs of these; then calls the callbacks of those that stay, in the order
   * of the objects, then of their lists. Returns whether there were any.
   */
  static clearWeakrefs(): bool {
    for (let slot = Unreachable.start; slot < Unreachable.end; slot += 4) {
      const o = Unreachable.at(slot);
      if (!o) continue;
      const type = ObjectHeader.at(o).type;
      if (type == <u16>TYPE_WEAKREF || type == <u16>TYPE_PROXY) Weakref.at(o).unlink();
      for (let weakref = Weakref.firstOf(o); weakref; weakref = Weakref.firstOf(o)) {
        weakref.unlink();
        if (weakref.callback && !(weakref.flags & FLAG_EXAMINED)) Witnesses.add(weakref);
      }
    }
    const hasAny = Witnesses.first != 0;
    while (Witnesses.first) Witnesses.callFirst();
    return hasAny;
  }

  private static add(weakref: Weakref): void {
    Reference.take(weakref.address);
    if (Witnesses.first) Weakref.at(Witnesses.last).next = weakref.address;
    else Witnesses.first = weakref.address;
    Witnesses.last = weakref.address;
  }

  private static callFirst(): void {
    const weakref = Weakref.at(Witnesses.first);
    Witnesses.first = weakref.next;
    weakref.next = 0;
    call_back(weakref.address, weakref.callback);
    if (weakref.refcount > 1) Candidate.promote(weakref.address);
    Reference.drop(weakref.address);
  }

  /** Runs the finalizers that have not run, of objects that callbacks and other finalizers have not ended. Returns whether there were any. */
  static finalize(): bool {
    let hasRun = false;
    for (let slot = Unreachable.start; slot < Unreachable.end; slot += 4) {
      const o = Unreachable.at(slot);
      if (!o) continue;
      const header = ObjectHeader.at(o);
      if (header.type < <u16>TYPE_STRUCT_FIRST || header.flags & FLAG_FINALIZED) continue;
      if (!Type.at(header.type).hasFinalizer) continue;
      header.flags |= <u16>FLAG_FINALIZED;
      Reference.take(o);
      finalize(o);
      Reference.drop(o);
      hasRun = true;
    }
    return hasRun;
  }

  /** Takes those off the list that are reachable again, or were all along, with all that they refer to. */
  static rescue(): void {
    Unreachable.compact();
    reachListed(Unreachable.start, Unreachable.count);
    for (let slot = Unreachable.start; slot < Unreachable.end; slot += 4) {
      const o = load<usize>(slot);
      const header = ObjectHeader.at(o);
      if (!(header.flags & FLAG_REACHED)) continue;
      header.flags &= <u16>~(FLAG_REACHED | FLAG_GREY);
      Unreachable.forget(o);
      Candidate.promote(o);
    }
    Unreachable.compact();
  }
}
