// assembly/weakref-list.ts: an object's list of weakrefs, found through a table: objects without any pay nothing for it.
// Not here: making weakrefs (kinds/weakref.ts), what happens when the object dies (death.ts).
// Source: CPython Objects/weakrefobject.c: the shared ref first, then the shared proxy, then those with a callback, newest first.

import { RULE_WEAKREF_LIST } from "./layout";
import { ObjectHeader, object_fault } from "./object";
import {
  FLAG_WEAKLY_REFERENCED,
  TYPE_PROXY,
  TYPE_WEAKREF,
  WEAKREF_CALLBACK,
  WEAKREF_HASH,
  WEAKREF_NEXT,
  WEAKREF_PREVIOUS,
  WEAKREF_REFERENT,
} from "./object-layout";
import { weakrefTable } from "./object-table";
import { broken } from "./rule";

/** A weakref or proxy, header included; drawn in object-layout.ts. */
@unmanaged
export class Weakref extends ObjectHeader {
  /** Object to be called when the referent dies; 0: none, or called already. */
  callback: usize;
  /** 0: dead. */
  referent: usize;
  previous: usize;
  next: usize;
  hash: u32;

  @inline static at(address: usize): Weakref {
    return changetype<Weakref>(address);
  }

  @inline get address(): usize {
    return changetype<usize>(this);
  }

  /** The first weakref of `o`; null if it has none. */
  static firstOf(o: usize): Weakref {
    if (!(ObjectHeader.at(o).flags & FLAG_WEAKLY_REFERENCED)) return Weakref.at(0);
    return Weakref.at(load<usize>(weakrefTable.find(<u32>o)));
  }

  /** The shared weakref or proxy of `o`, one without callback; null if there is none. */
  static sharedOf(o: usize, type: u32): Weakref {
    let weakref = Weakref.firstOf(o);
    for (; weakref && !weakref.callback; weakref = Weakref.at(weakref.next)) {
      if (<u32>weakref.type == type) return weakref;
    }
    return Weakref.at(0);
  }

  /** Puts a new weakref, referent and callback set, into its referent's list. The table must have room for one more. */
  link(): void {
    const o = this.referent;
    let previous = Weakref.at(0);
    if (this.callback || <u32>this.type == <u32>TYPE_PROXY) previous = Weakref.sharedOf(o, TYPE_WEAKREF);
    if (this.callback) {
      const proxy = Weakref.sharedOf(o, TYPE_PROXY);
      if (proxy) previous = proxy;
    }
    const first = Weakref.firstOf(o);
    const next = previous ? previous.next : first.address;
    this.previous = previous.address;
    this.next = next;
    if (next) Weakref.at(next).previous = this.address;
    if (previous) {
      previous.next = this.address;
    } else if (first) {
      store<usize>(weakrefTable.find(<u32>o), this.address);
    } else {
      weakrefTable.add(this.address);
      ObjectHeader.at(o).flags |= <u16>FLAG_WEAKLY_REFERENCED;
    }
  }

  /** A live one is linked both ways into the list that the table has for its referent. Returns 0 or a rule. */
  verify(): i32 {
    const o = this.referent;
    if (!o) return this.previous ? broken(RULE_WEAKREF_LIST, this.address) : 0; // next: see cycles/witnesses.ts
    if (object_fault(o) || !(ObjectHeader.at(o).flags & FLAG_WEAKLY_REFERENCED))
      return broken(RULE_WEAKREF_LIST, this.address);
    const slot = weakrefTable.find(<u32>o);
    if (!slot || (this.previous && object_fault(this.previous)) || (this.next && object_fault(this.next)))
      return broken(RULE_WEAKREF_LIST, this.address);
    const before = this.previous ? Weakref.at(this.previous).next : load<usize>(slot);
    const isLinked = before == this.address && (!this.next || Weakref.at(this.next).previous == this.address);
    return isLinked ? 0 : broken(RULE_WEAKREF_LIST, this.address);
  }

  /** Takes a weakref out of its referent's list: from now on it is dead. */
  unlink(): void {
    const o = this.referent;
    if (!o) return;
    const next = this.next;
    const previous = this.previous;
    if (previous) {
      Weakref.at(previous).next = next;
    } else {
      const slot = weakrefTable.find(<u32>o);
      if (next) {
        store<usize>(slot, next);
      } else {
        weakrefTable.remove(slot);
        ObjectHeader.at(o).flags &= <u16>~FLAG_WEAKLY_REFERENCED;
      }
    }
    if (next) Weakref.at(next).previous = previous;
    this.referent = 0;
    this.previous = 0;
    this.next = 0;
  }
}

if (offsetof<Weakref>("callback") != WEAKREF_CALLBACK) ERROR("object-layout.ts: WEAKREF_CALLBACK");
if (offsetof<Weakref>("referent") != WEAKREF_REFERENT) ERROR("object-layout.ts: WEAKREF_REFERENT");
if (offsetof<Weakref>("previous") != WEAKREF_PREVIOUS) ERROR("object-layout.ts: WEAKREF_PREVIOUS");
if (offsetof<Weakref>("next") != WEAKREF_NEXT) ERROR("object-layout.ts: WEAKREF_NEXT");
if (offsetof<Weakref>("hash") != WEAKREF_HASH) ERROR("object-layout.ts: WEAKREF_HASH");
