// bench/tracing/off.ts: what tracing costs while it is off: the core as it is, and the core from which tracing was taken out.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";
import { createHeapSync } from "../../src/heap.js";
import { settleEngine, settleMemory, warmUp } from "../../src/lab/warm-up.js";
import type { Benchmark, Contender, Values } from "../objects/benchmark.js";

/** As seen from the bundle, in build/. */
const MODULE = new URL("../build/objects.wasm", import.meta.url);
const ROOT = fileURLToPath(new URL("..", import.meta.url));
const ENTRY = "assembly/objects.ts";
const AS_IS = "as it is";
const WITHOUT = "without tracing";
const PAIRS = 2_000_000;
const CHUNK = 50_000;
const NS_PER_MS = 1e6;
const SIZE = 48;
const LIST = 1024;
const LIMIT = 1.01;
const MEASURES = { structs: "ns", floats: "ns", appends: "ns", malloc: "ns" } as const;

export const off: Benchmark = {
  name: "off",
  operation:
    "a struct, or a float, is made and dropped; a float is made and appended to a list that is cleared every 1024; a block of 48 bytes is " +
    "allocated and freed: by the core's own calls, but for the last, tracing being off",
  measures: MEASURES,
  reference: WITHOUT,
  contenders: [
    contender(AS_IS, "objects.wasm", () => readFile(MODULE)),
    contender(WITHOUT, "the same, compiled without the export that begins tracing", withoutTracing),
  ],
  targets: Object.keys(MEASURES).map((measure) => ({
    contender: AS_IS,
    measure,
    limit: LIMIT,
    times: WITHOUT,
  })),
};

/** As scripts/build-wasm.mjs compiles it, but that nobody can begin to trace: then the compiler leaves out whatever looks whether it is on. */
async function withoutTracing(): Promise<Uint8Array> {
  const files = new Map<string, Uint8Array>();
  const { error, stderr } = await asc.main(
    [ENTRY, "--target", "objects", "--textFile", "", "--outFile", "out.wasm"],
    {
      readFile: async (name, folder) => {
        const text = await readFile(join(ROOT, folder, name), "utf8").catch(() => null);
        return name === ENTRY ? (text?.replace(/^ *trace_begin,$/m, "") ?? null) : text;
      },
      writeFile: (name, contents) => {
        files.set(name, contents as Uint8Array);
      },
      listFiles: () => [],
    },
  );
  if (error) throw new Error(stderr.toString(), { cause: error });
  return files.get("out.wasm")!;
}

function contender(name: string, does: string, read: () => Promise<Uint8Array>): Contender {
  return {
    name,
    does,
    async start({ share }) {
      const bytes = await read();
      settleEngine();
      const heap = createHeapSync(new Uint8Array(bytes));
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
