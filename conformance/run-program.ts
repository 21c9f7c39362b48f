// conformance/run-program.ts: a program's run: what each op shows, and the first that shows something else than CPython.

import { describeDifference, digest, isSame } from "./compare.js";
import { Machine, Refused } from "./machine.js";
import { perform } from "./ops.js";
import type { Observation, Op, Program } from "./program.js";

/** Where a program left CPython's way. */
export interface Difference {
  readonly index: number;
  readonly op: Op;
  readonly expected: string;
  readonly got: string;
}

/** Runs a program on a heap of its own; undefined if it shows what CPython does, and leaves the heap whole. */
export function firstDifference(
  program: Pick<Program, "ops" | "expect" | "compare">,
  module: WebAssembly.Module,
): Difference | undefined {
  const { ops, expect, compare } = program;
  const machine = new Machine(module);
  for (const [index, op] of ops.entries()) {
    const expected = expect[index]!;
    let got: Observation;
    try {
      got = observe(machine, op);
      if (index === ops.length - 1) machine.verify();
    } catch (error) {
      return { index, op, expected: JSON.stringify(expected), got: `threw ${error}` };
    }
    if (!isSame(expected, got, compare)) return { index, op, ...describeDifference(expected, got) };
  }
  return undefined;
}

/** Does one op. @throws whatever is not a refusal that the language knows. */
export function observe(machine: Machine, op: Op): Observation {
  let answer: NonNullable<Observation> = {};
  try {
    const result = machine.heap.frame(() => perform(machine, op));
    if (result !== undefined) answer = { r: Array.isArray(result) ? digest(result) : result };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    answer = { err: error.refusal };
  }
  if (machine.failure !== undefined) throw machine.failure;
  if (machine.log.length > 0) {
    answer = { ...answer, log: digest(machine.log) };
    machine.log = [];
  }
  return Object.keys(answer).length > 0 ? answer : null;
}
