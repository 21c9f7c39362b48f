// assembly/references.ts: which references an object holds: for everybody who follows them, the dying object's release apart (death.ts).
// Every kind keeps its references in runs of slots, one address each, 0 for none.

import { ObjectHeader } from "./object";
import {
  LIST_ITEMS,
  LIST_LENGTH,
  TABLE_BUFFER,
  TABLE_USED,
  TUPLE_ITEMS,
  TUPLE_LENGTH,
  TYPE_DICT,
  TYPE_LIST,
  TYPE_PROXY,
  TYPE_SET,
  TYPE_STRUCT_FIRST,
  TYPE_TUPLE,
  TYPE_WEAKREF,
  WEAKREF_CALLBACK,
} from "./object-layout";
import { Run, Type } from "./type";

/** What is done with a reference. Each class of them has its own copy of the code that visits, without calls; none has a value, it is null. */
@unmanaged
export abstract class ReferenceVisitor {
  /** @param slot - where the reference to `target` stands. */
  abstract visit(target: usize, slot: usize): void;
}

/** Visiting all that an object refers to. */
export class Visit {
  /** Calls `visitor.visit` for every object that `o`, of type `type`, refers to. Only slots that were visited may change meanwhile. */
  @inline static all<Visitor extends ReferenceVisitor>(visitor: Visitor, o: usize, type: u32): void {
    if (type >= <u32>TYPE_STRUCT_FIRST) {
      const record = Type.at(type);
      Visit.run<Visitor>(visitor, o + record.runOffset, record.runCount);
      if (record.furtherRuns) Visit.furtherRuns<Visitor>(visitor, o, Run.at(record.furtherRuns));
    } else {
      Visit.builtin<Visitor>(visitor, o, type);
    }
  }

  @inline private static run<Visitor extends ReferenceVisitor>(
    visitor: Visitor,
    start: usize,
    count: u32,
  ): void {
    for (let slot = start, end = start + ((<usize>count) << 2); slot < end; slot += 4) {
      const target = load<usize>(slot);
      if (target) visitor.visit(target, slot);
    }
  }

  private static furtherRuns<Visitor extends ReferenceVisitor>(visitor: Visitor, o: usize, first: Run): void {
    for (let run = first; run.isThere; run = run.next) Visit.run<Visitor>(visitor, o + run.offset, run.count);
  }

  private static builtin<Visitor extends ReferenceVisitor>(visitor: Visitor, o: usize, type: u32): void {
    Visit.run<Visitor>(visitor, Slots.of(o, type), Slots.count);
  }
}

/** The slots of an object of a builtin type: each keeps them in one run. */
export class Slots {
  /** What `of` leaves behind: how many there are. */
  static count: u32 = 0;

  /** Address of the first. */
  @inline static of(o: usize, type: u32): usize {
    if (type == TYPE_TUPLE) {
      Slots.count = load<u32>(o, TUPLE_LENGTH);
      return o + TUPLE_ITEMS;
    }
    if (type == TYPE_LIST) {
      Slots.count = load<u32>(o, LIST_LENGTH);
      return load<usize>(o, LIST_ITEMS);
    }
    if (type == TYPE_DICT || type == TYPE_SET) {
      Slots.count = load<u32>(o, TABLE_USED) << (type == TYPE_DICT ? 1 : 0);
      return load<usize>(o, TABLE_BUFFER);
    }
    if (type == TYPE_WEAKREF || type == TYPE_PROXY) {
      Slots.count = 1;
      return o + WEAKREF_CALLBACK;
    }
    Slots.count = 0;
    return 0;
  }
}

/** A walk over one object's references. One at a time: it is static, as the core has no objects of its own. */
export class References {
  private static slot: usize = 0;
  private static end: usize = 0;
  private static object: usize = 0;
  private static further: usize = 0;

  /** Starts at the first reference of `o`. */
  static open(o: usize): void {
    References.object = o;
    References.further = 0;
    const type = ObjectHeader.at(o).type;
    if (type >= <u16>TYPE_STRUCT_FIRST) {
      const record = Type.at(type);
      References.over(o + record.runOffset, record.runCount);
      References.further = record.furtherRuns;
    } else {
      const slots = Slots.of(o, type);
      References.over(slots, Slots.count);
    }
  }

  @inline private static over(start: usize, count: u32): void {
    References.slot = start;
    References.end = start + ((<usize>count) << 2);
  }

  /** The next object referred to; 0 when there are no more. */
  static next(): usize {
    while (true) {
      while (References.slot < References.end) {
        const target = load<usize>(References.slot);
        References.slot += 4;
        if (target) return target;
      }
      const run = Run.at(References.further);
      if (!run.isThere) return 0;
      References.over(References.object + run.offset, run.count);
      References.further = changetype<usize>(run.next);
    }
  }
}
