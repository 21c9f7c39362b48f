// bench/gc/benchmarks.ts: all benchmarks of the collector, in the order they run.

import type { Benchmark } from "../objects/benchmark.js";
import { chains, createDrop, growing, lists } from "./automatic.js";
import { full, sizesOf } from "./full.js";
import { graphBenchmark } from "./graphs.js";
import type { GcOptions } from "./options.js";
import { pauses } from "./pauses.js";
import { youngAlone, youngToOld } from "./young.js";

export function benchmarksOf({ sizes, graphs }: GcOptions): Benchmark[] {
  return [
    full,
    ...graphs.map(graphBenchmark),
    sizesOf(sizes),
    youngAlone,
    youngToOld,
    createDrop,
    lists,
    chains,
    growing,
    pauses,
  ];
}
