// src/inspect/garbage.ts: what only cycles keep alive, found without collecting it: nothing is changed.
// Source: CPython Python/gc.c, deduce_unreachable, by counts of references found.

import { OBJECT_TYPE, REFCOUNT_IMMORTAL } from "../../assembly/object-layout.js";
import { readObjects } from "../heap-map.js";
import type { ObjectHeap } from "../objects/object-heap.js";
import type { Address } from "../views.js";
import { AddressIndex, NO_NUMBER } from "./address-index.js";
import { type ReferenceVisitor, visitReferences } from "./object-references.js";

/** Objects that may refer to others, and cannot be reached. */
export interface Garbage {
  readonly count: number;
  /** With their out-of-line parts, without atomic objects that they alone refer to. */
  readonly bytes: number;
}

/** The garbage of this moment. O(heap). */
export function findGarbage(objects: ObjectHeap): Garbage {
  objects.core.gc_settle();
  const addresses = Uint32Array.from(readObjects(objects.memory.memory));
  const index = new AddressIndex(addresses);
  const visit = (address: Address, call: (number: number) => void): void => {
    const tell = (target: Address): void => {
      const number = index.numberOf(target);
      if (number !== NO_NUMBER) call(number);
    };
    const visitor: ReferenceVisitor = {
      item: (_, target) => tell(target),
      field: (_, target) => tell(target),
      key: tell,
      value: (_, target) => tell(target),
      weak: () => undefined,
    };
    visitReferences(objects, address, objects.fresh().u16[(address + OBJECT_TYPE) >>> 1]!, visitor);
  };

  const found = new Uint32Array(addresses.length);
  for (const address of addresses) {
    visit(address, (number) => {
      found[number]! += 1;
    });
  }
  const isReached = new Uint8Array(addresses.length);
  const pending: number[] = [];
  const reach = (number: number): void => {
    if (isReached[number] === 1) return;
    isReached[number] = 1;
    pending.push(number);
  };
  addresses.forEach((address, number) => {
    const count = objects.core.refcount(address) >>> 0;
    if (count > found[number]! || count >= REFCOUNT_IMMORTAL) reach(number);
  });
  for (let number = pending.pop(); number !== undefined; number = pending.pop())
    visit(addresses[number]!, reach);

  let count = 0;
  let bytes = 0;
  addresses.forEach((address, number) => {
    if (isReached[number] === 1) return;
    count += 1;
    bytes += objects.core.get_size(address) >>> 0;
  });
  return { count, bytes };
}
