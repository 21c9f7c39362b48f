// conformance/collector-ops.ts: the ops on the collector and its generations, on the public facade: so far, freezing alone.

import { type Machine, noCollector } from "./machine.js";
import type { Ops } from "./ops.js";
import type { OpName, OpOf } from "./program.js";

type CollectorOp = "collect" | "stats" | "saveall" | "garbage" | "gget" | "gclear" | "gccb" | "gen";

const missing = (_: Machine, [name]: OpOf<OpName>): never => {
  throw noCollector(name);
};

export const collectorOps: Ops<CollectorOp | "freeze" | "unfreeze" | "frozen"> = {
  freeze: (machine) => machine.heap.gc.freeze(),
  unfreeze: (machine) => machine.heap.gc.unfreeze(),
  frozen: (machine) => machine.heap.gc.getFreezeCount(),
  collect: missing,
  stats: missing,
  saveall: missing,
  garbage: missing,
  gget: missing,
  gclear: missing,
  gccb: missing,
  gen: missing,
};
