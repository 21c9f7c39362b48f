// conformance/collection-log.ts: what the collections of a program do, noted as they run: the order of objects they found, and what came of them.
// Not here: running the program (run-program.ts).

import type { Machine } from "./machine.js";

/** What a collection is worth telling of. */
export type Sight = (typeof SIGHTS)[number];

export const SIGHTS = [
  "garbage found",
  "finalizer run",
  "object resurrected",
  "callback called",
  "weakref lost with its referent",
  "object saved",
  "tuple untracked",
  "dict untracked",
  "object aged from 0 to 1",
  "object aged from 1 to 2",
  "collection in a finalizer or callback of a collection",
  "collection in a finalizer or callback outside of one",
] as const;

/** What a collection has to do with. */
interface Scene {
  /** By id: the type of each object that is there. */
  readonly types: ReadonlyMap<number, string>;
  readonly garbageLength: number;
  readonly tracked: ReadonlySet<number>;
  readonly ages: readonly [young: ReadonlySet<number>, middle: ReadonlySet<number>, old: ReadonlySet<number>];
}

export class CollectionLog {
  /** Of each collection, the ids of all objects that were there, in the order of their addresses. */
  readonly orders: number[][] = [];
  readonly sights = new Set<Sight>();
  #isOn = false;

  constructor(private readonly machine: Machine) {
    machine.aroundCollection = (isAction, collect) => this.#note(isAction, collect);
  }

  #note(isAction: boolean, collect: () => number): number {
    if (this.#isOn) {
      this.sights.add("collection in a finalizer or callback of a collection");
      return collect();
    }
    this.#isOn = true;
    try {
      this.orders.push([...this.machine.objectTypes().keys()]);
      if (!isAction) return this.#watch(collect);
      // no more than that while objects die
      this.sights.add("collection in a finalizer or callback outside of one");
      return collect();
    } finally {
      this.#isOn = false;
    }
  }

  #watch(collect: () => number): number {
    const before = this.#scene();
    const heard = this.machine.log.length;
    const collected = collect();
    const after = this.#scene();
    const told = this.machine.log.slice(heard).map((entry) => entry.split(" "));
    const finalized = told.flatMap(([what, id]) => (what === "del" ? [Number(id)] : []));
    const [young, middle] = before.ages;
    const isIn = (ids: ReadonlySet<number>) => (id: number) => ids.has(id);
    const lostTracking = [...before.tracked].filter((id) => after.types.has(id) && !after.tracked.has(id));
    const happened: Record<Exclude<Sight, `collection ${string}`>, boolean> = {
      "garbage found": collected > 0,
      "finalizer run": finalized.length > 0,
      "object resurrected": finalized.some((id) => before.tracked.has(id) && after.types.has(id)),
      "callback called": told.some(([what]) => what === "cb"),
      "weakref lost with its referent": [...before.types].some(
        ([id, type]) => /weakref|proxy/i.test(type) && !after.types.has(id),
      ),
      "object saved": after.garbageLength > before.garbageLength,
      "tuple untracked": lostTracking.some((id) => after.types.get(id) === "tuple"),
      "dict untracked": lostTracking.some((id) => after.types.get(id) === "dict"),
      "object aged from 0 to 1": [...after.ages[1]].some(isIn(young)),
      "object aged from 1 to 2": [...after.ages[2]].some(isIn(middle)),
    };
    for (const [sight, hasHappened] of Object.entries(happened))
      if (hasHappened) this.sights.add(sight as Sight);
    return collected;
  }

  #scene(): Scene {
    const { machine } = this;
    const { gc } = machine.heap;
    return machine.heap.frame(() => {
      const idsIn = (generation?: 0 | 1 | 2): Set<number> =>
        new Set(gc.getObjects(generation).map((object) => machine.idOf(object)));
      return {
        types: machine.objectTypes(),
        garbageLength: gc.garbage.length,
        tracked: idsIn(),
        ages: [idsIn(0), idsIn(1), idsIn(2)],
      } satisfies Scene;
    });
  }
}
