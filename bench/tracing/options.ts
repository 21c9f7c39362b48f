// bench/tracing/options.ts: what the command passes on to each contender.

import type { WorkOptions } from "../objects/benchmark.js";

export interface TracingOptions extends WorkOptions {
  /** Recorded allocations, as paths. */
  readonly traces: readonly string[];
}
