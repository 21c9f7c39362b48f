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

/**
 * Calls `visitor.visit(target, slot)` for every object that `o`, of type `type`, refers to, and the slot it stands in. The visitor is null, of
 * a class that says what is done: each has its own copy of this code, without calls. Only slots that were visited may change meanwhile.
 */
@inline
export function visitReferences<Visitor>(visitor: Visitor, o: usize, type: u32): void {
  if (type >= <u32>TYPE_STRUCT_FIRST) {
    const record = Type.at(type);
    visitRun<Visitor>(visitor, o + record.runOffset, record.runCount);
    if (record.furtherRuns) visitFurtherRuns<Visitor>(visitor, o, Run.at(record.furtherRuns));
  } else {
    visitBuiltin<Visitor>(visitor, o, type);
  }
}

@inline
function visitRun<Visitor>(visitor: Visitor, start: usize, count: u32): void {
  for (let slot = start, end = start + ((<usize>count) << 2); slot < end; slot += 4) {
    const target = load<usize>(slot);
    if (target) visitor.visit(target, slot);
  }
}

function visitFurtherRuns<Visitor>(visitor: Visitor, o: usize, first: Run): void {
  for (let run = first; run.isThere; run = run.next) visitRun<Visitor>(visitor, o + run.offset, run.count);
}

function visitBuiltin<Visitor>(visitor: Visitor, o: usize, type: u32): void {
  if (type == TYPE_TUPLE) visitRun<Visitor>(visitor, o + TUPLE_ITEMS, load<u32>(o, TUPLE_LENGTH));
  else if (type == TYPE_LIST)
    visitRun<Visitor>(visitor, load<usize>(o, LIST_ITEMS), load<u32>(o, LIST_LENGTH));
  else if (type == TYPE_DICT)
    visitRun<Visitor>(visitor, load<usize>(o, TABLE_BUFFER), load<u32>(o, TABLE_USED) << 1);
  else if (type == TYPE_SET)
    visitRun<Visitor>(visitor, load<usize>(o, TABLE_BUFFER), load<u32>(o, TABLE_USED));
  else visitRun<Visitor>(visitor, o + WEAKREF_CALLBACK, 1);
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
    } else if (type == <u16>TYPE_TUPLE) References.over(o + TUPLE_ITEMS, load<u32>(o, TUPLE_LENGTH));
    else if (type == <u16>TYPE_LIST) References.over(load<usize>(o, LIST_ITEMS), load<u32>(o, LIST_LENGTH));
    else if (type == <u16>TYPE_DICT)
      References.over(load<usize>(o, TABLE_BUFFER), load<u32>(o, TABLE_USED) << 1);
    else if (type == <u16>TYPE_SET) References.over(load<usize>(o, TABLE_BUFFER), load<u32>(o, TABLE_USED));
    else if (type == <u16>TYPE_WEAKREF || type == <u16>TYPE_PROXY) References.over(o + WEAKREF_CALLBACK, 1);
    else References.over(0, 0);
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
