// bench/tracing/off.ts: what tracing costs while it is off: the core as it is, and the core from which tracing was taken out.

import { readFileSync } from "node:fs";
import binaryen from "binaryen";
import { createHeapSync } from "../../src/heap.js";
import { settleEngine, settleMemory, warmUp } from "../../src/lab/warm-up.js";
import type { Benchmark, Contender, Values } from "../objects/benchmark.js";

/** As seen from the bundle, in build/. */
const MODULE = new URL("../build/objects.wasm", import.meta.url);
const AS_IS = "as it is";
const WITHOUT = "without tracing";
const PAIRS = 2_000_000;
const CHUNK = 50_000;
const NS_PER_MS = 1e6;
const SIZE = 48;
const LIST = 1024;
const LIMIT = 1.01;
const OPTIMIZE_LEVEL = 3;
const MEASURES = { structs: "ns", floats: "ns", appends: "ns", malloc: "ns" } as const;

export const off: Benchmark = {
  name: "off",
  operation:
    "a struct, or a float, is made and dropped; a float is made and appended to a list that is cleared every 1024; a block of 48 bytes is " +
    "allocated and freed: by the core's own calls, but for the last, tracing being off",
  measures: MEASURES,
  reference: WITHOUT,
  contenders: [
    contender(AS_IS, "objects.wasm", () => new Uint8Array(readFileSync(MODULE))),
    contender(
      WITHOUT,
      "objects.wasm without the export that begins tracing, and what that alone needs",
      withoutTracing,
    ),
  ],
  targets: Object.keys(MEASURES).map((measure) => ({
    contender: AS_IS,
    measure,
    limit: LIMIT,
    times: WITHOUT,
  })),
};

/** Nobody can begin to trace, so the optimizer removes whatever looks whether it is on. Both are optimized in the same way. */
function withoutTracing(): Uint8Array {
  const module = binaryen.readBinary(new Uint8Array(readFileSync(MODULE)));
  // what engines from Node 20 on have, and the core uses
  module.setFeatures(
    binaryen.Features.BulkMemory |
      binaryen.Features.BulkMemoryOpt |
      binaryen.Features.MutableGlobals |
      binaryen.Features.SignExt |
      binaryen.Features.NontrappingFPToInt,
  );
  module.removeExport("trace_begin");
  binaryen.setOptimizeLevel(OPTIMIZE_LEVEL);
  binaryen.setShrinkLevel(0);
  module.optimize();
  return module.emitBinary();
}

function contender(name: string, does: string, read: () => Uint8Array): Contender {
  return {
    name,
    does,
    start({ share }) {
      settleEngine();
      const heap = createHeapSync(new Uint8Array(read()));
      heap.gc.disable();
      const { core } = heap.objectHeap;
      const type = heap.struct("Node", { left: "ref", right: "ref" }).typeId;
      const list = core.list_new(0);
      const loops: Record<keyof typeof MEASURES, (count: number) => void> = {
        structs: (count) => {
          for (let i = 0; i < count; i += 1) core.decref(core.struct_new(type));
        },
        floats: (count) => {
          for (let i = 0; i < count; i += 1) core.decref(core.float_new(1.5));
        },
        appends: (count) => {
          for (let i = 0; i < count; i += 1) {
            core.list_append_f64(list, i + 0.5);
            if (i % LIST === LIST - 1) core.list_clear(list);
          }
        },
        malloc: (count) => {
          for (let i = 0; i < count; i += 1) heap.free(heap.malloc(SIZE));
        },
      };
      const count = Math.ceil((PAIRS * share) / CHUNK);
      const best = (run: (count: number) => void): number => {
        let least = Number.POSITIVE_INFINITY;
        for (let chunk = 0; chunk < count; chunk += 1) {
          const from = performance.now();
          run(CHUNK);
          least = Math.min(least, performance.now() - from);
        }
        return (least * NS_PER_MS) / CHUNK;
      };
      for (const run of Object.values(loops)) warmUp(() => run(CHUNK));
      return {
        round(): Values {
          settleMemory();
          return Object.fromEntries(Object.entries(loops).map(([name, run]) => [name, best(run)]));
        },
      };
    },
  };
}
