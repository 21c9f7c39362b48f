// bench/objects/benchmarks.ts: one table of all benchmarks, in the order they run.

import { intsAppended, intsAtOnce, intsGenerated, nodes, nodesInTurn, strings } from "./against-python.js";
import type { Benchmark } from "./benchmark.js";
import { fieldRead, fieldWrite } from "./fields.js";
import { handlesAlone, handlesInFrame, handlesInFrames } from "./handles.js";
import { linkedNodes } from "./linked-nodes.js";
import { createDrop, decref, incref } from "./pointer-tier.js";
import { tenClasses, tenClassesMixed } from "./ten-classes.js";
import { scan, walk } from "./walks.js";

export const BENCHMARKS: readonly Benchmark[] = [
  createDrop,
  incref,
  decref,
  fieldRead,
  fieldWrite,
  scan,
  walk,
  tenClasses,
  tenClassesMixed,
  handlesInFrame,
  handlesInFrames,
  handlesAlone,
  nodes,
  nodesInTurn,
  intsGenerated,
  intsAppended,
  intsAtOnce,
  strings,
  linkedNodes,
];
