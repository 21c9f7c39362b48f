// test/support/sweeps.ts: small traces, and sweeps over them, for tests of what is made of their results.

import type { AllocatorSource } from "../../src/lab/allocator.js";
import { decodeTrace } from "../../src/lab/atr1.js";
import type { SweepResult } from "../../src/lab/sweep/result.js";
import { runSweep, type SweepOptions } from "../../src/lab/sweep/run.js";
import type { Strategy, Workload } from "../../src/lab/sweep/subject.js";
import type { Trace } from "../../src/lab/trace.js";
import { type TraceEvent, writeAtr1 } from "./atr1-writer.js";
import { fakeSource } from "./fake-allocator.js";

/** Blocks live and die in turn; every call occurs. */
export function smallTrace(name: string, size = 40): Trace {
  const events: TraceEvent[] = [];
  for (let i = 0; i < 20; i += 1) {
    events.push(
      { op: "malloc", slot: 0, size },
      { op: "calloc", slot: 1, size },
      { op: "realloc", slot: 0, size: 9 },
      { op: "memalign", slot: 2, size, alignmentLog2: 6 },
      { op: "reallocNull", slot: 3, size },
    );
    for (const slot of [3, 2, 1, 0]) events.push({ op: "free", slot });
  }
  return decodeTrace(writeAtr1(events), `${name}.atr.gz`);
}

export function workloadOf(trace: Trace): Workload {
  return { name: trace.name, source: trace.file, digest: trace.name, load: async () => trace };
}

export function strategyOf(source: AllocatorSource): Strategy {
  return { source, bytes: new TextEncoder().encode(source.name), description: `the ${source.name} one` };
}

const OPTIONS: SweepOptions = {
  ...{ baseline: "a", rounds: 2, limitMs: 10_000, shardCount: 1, shard: 0, version: "0", check: false },
};

/** A sweep of fakes: workloads v and w, strategies a and b, if not told otherwise. */
export function smallSweep(
  options: Partial<SweepOptions> = {},
  strategies: readonly Strategy[] = ["a", "b"].map((name) => strategyOf(fakeSource(name))),
  workloads: readonly Workload[] = ["v", "w"].map((name) => workloadOf(smallTrace(name))),
): Promise<SweepResult> {
  return runSweep(workloads, strategies, { ...OPTIONS, ...options });
}
