// conformance/collector-ops.ts: the ops on the collector and its generations, on the public facade.

import type { Handle } from "../src/index.js";
import { Refused } from "./machine.js";
import type { Ops } from "./ops.js";

const GENERATIONS = [0, 1, 2] as const;

export const collectorOps: Ops<
  | "collect"
  | "stats"
  | "saveall"
  | "garbage"
  | "gget"
  | "gclear"
  | "gccb"
  | "gen"
  | "freeze"
  | "unfreeze"
  | "frozen"
> = {
  collect: (machine, [, generation]) => machine.collect(generation, false),
  stats: ({ heap }) =>
    heap.gc
      .getStats()
      .map(({ collections, collected, uncollectable }) => [collections, collected, uncollectable]),
  saveall: ({ heap }, [, isOn]) => heap.gc.setDebug(isOn ? heap.gc.DEBUG_SAVEALL : 0),
  garbage: (machine) => [...machine.heap.gc.garbage].map((object) => machine.idOf(object as Handle)),
  gget(machine, [, name, index]) {
    const { garbage } = machine.heap.gc;
    if (index < 0 || index >= garbage.length) throw new Refused("range");
    const object = garbage.get(index) as Handle;
    machine.bind(name, object);
    return machine.idOf(object);
  },
  gclear: ({ heap }) => heap.gc.garbage.clear(),
  gccb: (machine, [, isOn]) => machine.hearCollections(isOn),
  gen(machine, [, name]) {
    const object = machine.value(name);
    const { gc } = machine.heap;
    if (!gc.isTracked(object)) return "untracked";
    const isIn = (generation: 0 | 1 | 2): boolean =>
      gc.getObjects(generation).some((other) => other.is(object));
    return GENERATIONS.find(isIn) ?? "frozen";
  },
  freeze: ({ heap }) => heap.gc.freeze(),
  unfreeze: ({ heap }) => heap.gc.unfreeze(),
  frozen: ({ heap }) => heap.gc.getFreezeCount(),
};
