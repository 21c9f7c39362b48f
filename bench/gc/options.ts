// bench/gc/options.ts: what the command passes on to each contender.

import type { WorkOptions } from "../objects/benchmark.js";

export interface GcOptions extends WorkOptions {
  /** Numbers of nodes that are compared with each other. */
  readonly sizes: readonly number[];
  /** Recorded graphs, as paths. */
  readonly graphs: readonly string[];
}
