// src/stress/run.ts: one run, on one thread, from its plan to its result.

import { PymallocError } from "../errors.js";
import type { Engine } from "./engine.js";
import { HeapEngine } from "./heap-engine.js";
import { Interrupted, Phases } from "./phases.js";
import { PlainEngine } from "./plain-engine.js";
import type { StressPlan } from "./plan.js";
import type { Failure, RunProgress, RunResult } from "./result.js";
import { runRounds } from "./rounds.js";
import { runUntilFull } from "./until-full.js";
import { Verification } from "./verification.js";

/** Node tells resident memory in KiB. */
const BYTES_PER_RSS = 1024;

export interface RunOptions {
  readonly report?: (progress: RunProgress) => void;
  readonly signal?: AbortSignal;
  /** By default as the plan has it. */
  readonly engine?: Engine;
}

/** Runs to the end, to a Ctrl-C, or to the first thing that is wrong: all of them give a result. */
export async function run(plan: StressPlan, options: RunOptions = {}): Promise<RunResult> {
  const { report = () => {}, signal = new AbortController().signal } = options;
  const engine = options.engine ?? (plan.engine === "js" ? new PlainEngine() : new HeapEngine(plan));
  const phases = new Phases(engine, report, signal);
  const verification = new Verification(engine, phases);
  let isInterrupted = false;
  let failure: Failure | undefined;
  try {
    if (plan.isUntilFull) await runUntilFull(plan, engine as HeapEngine, phases, verification);
    else await runRounds(plan, engine, phases, verification);
  } catch (error) {
    if (error instanceof Interrupted) isInterrupted = true;
    else failure = failureOf(error);
  }
  phases.measure();
  const results = phases.results();
  const operationsOf = (name: string): number => results.find(({ phase }) => phase === name)?.operations ?? 0;
  return {
    plan,
    seconds: phases.seconds,
    phases: results,
    passes: phases.passes,
    made: operationsOf("make") + operationsOf("replace"),
    mostObjects: phases.mostObjects,
    mostHeapBytes: phases.mostHeapBytes,
    indexBytes: engine.indexBytesPerNode * (plan.isUntilFull ? phases.mostObjects : plan.objects),
    peakRssBytes: process.resourceUsage().maxRSS * BYTES_PER_RSS,
    pauses: engine.pauses.occurrences(),
    generations: engine.generations(),
    verifications: verification.passed,
    memoryErrors: {
      full: plan.isUntilFull ? phases.passes : 0,
      collection: engine instanceof HeapEngine ? engine.collectionsOnReserve : 0,
    },
    samples: phases.samples,
    isInterrupted,
    ...(failure === undefined ? {} : { failure }),
  };
}

/** What is the library's or the machine's fault is told by its text; a fault of this program's, by its stack. */
function failureOf(error: unknown): Failure {
  if (error instanceof PymallocError || error instanceof WebAssembly.RuntimeError) {
    return { name: error.name, message: error.message };
  }
  if (error instanceof Error) return { name: error.name, message: error.stack ?? error.message };
  return { name: "Error", message: String(error) };
}
