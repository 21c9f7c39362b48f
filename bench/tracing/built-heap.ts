// bench/tracing/built-heap.ts: a heap of the built package, in files of its own as users have it: in the benchmark's bundle, tracing could
// not tell the library's frames from the benchmark's.

import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Heap } from "../../src/heap.js";
import { settleEngine } from "../../src/lab/warm-up.js";
import { UnavailableError } from "../objects/benchmark.js";

/** As seen from the bundle, in build/. */
const LIBRARY = new URL("../dist/index.js", import.meta.url);

/** @throws {UnavailableError} if it is not built. */
export async function newBuiltHeap(): Promise<Heap> {
  if (!existsSync(fileURLToPath(LIBRARY)))
    throw new UnavailableError("dist/ is not there: npm run build makes it");
  settleEngine();
  const { createHeap } = (await import(LIBRARY.href)) as typeof import("../../src/index.js");
  return createHeap();
}
