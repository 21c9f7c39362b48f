// bench/tracing/benchmarks.ts: all benchmarks of tracemalloc, in the order they run.

import type { Benchmark } from "../objects/benchmark.js";
import { exact } from "./exact.js";
import { off } from "./off.js";
import type { TracingOptions } from "./options.js";
import { sampledOf } from "./sampled.js";
import { traces } from "./traces.js";

export function benchmarksOf({ traces: files }: TracingOptions): Benchmark[] {
  return [off, exact, ...files.map(sampledOf), traces];
}
