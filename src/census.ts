// src/census.ts: all live container objects, by address: what the collector would walk.

import {
  FLAG_EXAMINED,
  FLAG_GENERATION_MASK,
  FLAG_GENERATION_SHIFT,
  FLAG_TRACKED,
  GENERATION_FROZEN,
  OBJECT_FLAGS,
  OBJECT_TYPE,
} from "../assembly/object-layout.js";
import { readObjects } from "./heap-map.js";
import type { ObjectHeap } from "./objects/object-heap.js";
import { needStackRoom } from "./objects/stack-room.js";
import type { Address } from "./views.js";

/** An object as a census finds it. */
export interface ObjectState {
  readonly address: Address;
  readonly type: string;
  readonly refcount: number;
  /** Bytes, with its out-of-line parts. */
  readonly size: number;
}

/** The container objects that live now, in address order; those that die before their turn are left out. */
export function* census(objects: ObjectHeap): Generator<ObjectState> {
  needStackRoom();
  objects.core.gc_settle();
  for (const address of [...readObjects(objects.memory.memory)]) {
    if (objects.core.object_fault(address) !== 0) continue;
    const { u16 } = objects.fresh();
    yield {
      address,
      type: objects.typeName(u16[(address + OBJECT_TYPE) >>> 1]!),
      refcount: objects.core.refcount(address) >>> 0,
      size: objects.core.get_size(address) >>> 0,
    };
  }
}

/** The containers that the collector would look at, tracked and not frozen, or those of one generation. */
export function trackedObjects(objects: ObjectHeap, wanted?: number): Address[] {
  needStackRoom();
  objects.core.gc_settle();
  const { u16 } = objects.fresh();
  return [...readObjects(objects.memory.memory)].filter((address) => {
    const flags = u16[(address + OBJECT_FLAGS) >>> 1]!;
    const generation = (flags & FLAG_GENERATION_MASK) >> FLAG_GENERATION_SHIFT;
    const isWanted = wanted === undefined ? generation !== GENERATION_FROZEN : generation === wanted;
    // what is being collected is on no list of CPython's either
    return (flags & (FLAG_TRACKED | FLAG_EXAMINED)) === FLAG_TRACKED && isWanted;
  });
}
