// bench/objects/work.ts: how a contender's work is timed: passes of a loop, or phases one after the other.
// Not here: whose turn it is (measure.ts), what the loops do (pointer-tier.ts, fields.ts …).

import { settleMemory, warmUp } from "../../src/lab/warm-up.js";
import type { Values, Work, WorkOptions } from "./benchmark.js";

const NS_PER_MS = 1e6;
/** Passes before the clock starts: a part of a round, which brings everything back into the caches. */
const LEAD_IN = 1 / 4;
/** Before phases: enough for V8 to compile and for caches to fill, and few beside those of a round. */
export const LEAD_IN_OPERATIONS = 20_000;

/**
 * Work that is one loop: `pass` performs `operations` of a round's `total`. Its result tells that all was done.
 *
 * @param reset - before each round, untimed.
 */
export function loopWork(
  options: WorkOptions,
  total: number,
  operations: number,
  pass: () => number,
  reset: () => void = () => {},
): Work {
  const passes = Math.max(1, Math.round((total * options.share) / operations));
  let expected = Number.NaN;
  const checkedPass = (): void => {
    const result = pass();
    if (Number.isNaN(expected)) expected = result;
    if (result !== expected) throw new Error(`a pass gave ${result}, an earlier one ${expected}`);
  };
  const run = (count: number): void => {
    for (let i = 0; i < count; i += 1) checkedPass();
  };
  reset();
  warmUp(() => run(Math.ceil(passes * LEAD_IN)));
  return {
    round() {
      settleMemory();
      reset();
      run(Math.ceil(passes * LEAD_IN));
      const begin = performance.now();
      run(passes);
      return { time: ((performance.now() - begin) * NS_PER_MS) / (passes * operations) };
    },
  };
}

/** Milliseconds, by the name of the phase. */
export type Phases = Readonly<Record<string, number>>;

/** Work in phases, each timed by itself; "both" is their sum. `run` performs so many operations. */
export function phasedWork(
  options: WorkOptions,
  total: number,
  run: (operations: number) => Phases,
  more: (operations: number) => Values = () => ({}),
): Work {
  const operations = Math.max(1, Math.round(total * options.share));
  const leadIn = (): Phases => run(Math.min(operations, LEAD_IN_OPERATIONS));
  warmUp(leadIn);
  return {
    round() {
      settleMemory();
      leadIn();
      const phases = run(operations);
      return { ...perOperation(phases, operations), ...more(operations) };
    },
  };
}

/** Nanoseconds an operation. */
export function perOperation(phases: Phases, operations: number): Values {
  const values: Record<string, number> = {};
  let both = 0;
  for (const [phase, milliseconds] of Object.entries(phases)) {
    values[phase] = (milliseconds * NS_PER_MS) / operations;
    both += values[phase];
  }
  return { ...values, both };
}

/** Times of phases that follow each other: each call ends one, and gives its milliseconds. */
export function stopwatch(): () => number {
  let begin = performance.now();
  return () => {
    const end = performance.now();
    const passed = end - begin;
    begin = end;
    return passed;
  };
}
