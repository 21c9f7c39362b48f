// conformance/fuzz.ts: the command that runs random programs on this library and on CPython side by side until time is up or they differ.
// Not here: making the programs (fuzz-programs.ts), what is looked at (fuzz-beside.ts, fuzz-stress.ts), CPython (cpython.ts).

import { setImmediate } from "node:timers/promises";
import { Command } from "commander";
import fc from "fast-check";
import { EXIT_FAILED, EXIT_INTERRUPTED, EXIT_OK, UsageError } from "../src/cli/exit.js";
import { ProgressLine } from "../src/cli/progress-line.js";
import { SIGHTS } from "./collection-log.js";
import { readModule, runCommand, wholeNumber } from "./command.js";
import { CPython } from "./cpython.js";
import { judge } from "./fuzz-beside.js";
import { programs } from "./fuzz-programs.js";
import { isAnswerable } from "./fuzz-rules.js";
import { stressFault } from "./fuzz-stress.js";
import type { Op, Program } from "./program.js";
import type { Difference } from "./run-program.js";

const DEFAULT_SECONDS = 60;
/** Programs between two looks at the clock and at Ctrl-C; each round has a seed of its own. */
const ROUND_PROGRAMS = 50;
const SEED_LIMIT = 2 ** 31;

interface FuzzOptions {
  readonly seconds: number;
  readonly seed?: number;
  readonly withoutCollection?: true;
  readonly stress?: true;
  readonly verbose?: true;
  readonly wasm?: string;
}

/** What is to be true of random programs. */
interface Trial {
  /** In words, what they are run beside. */
  readonly beside: string;
  /** In words, what a program has failed to be. */
  readonly fault: string;
  /** @param plan - a random number that goes with the program. */
  run(ops: readonly Op[], plan: number): Difference | undefined;
  /** The program, as something to keep. */
  record(ops: readonly Op[], plan: number): unknown;
}

async function runFuzz(options: FuzzOptions): Promise<number> {
  if (options.stress && options.withoutCollection) {
    throw new UsageError("--stress is about collections: not --without-collection");
  }
  let isInterrupted = false;
  process.once("SIGINT", () => {
    isInterrupted = true;
  });
  const module = await readModule(options.wasm);
  const seed = options.seed ?? Math.floor(Math.random() * SEED_LIMIT);
  const collects = !options.withoutCollection;
  const counts = new Map<string, number>();
  const trial = options.stress
    ? stressTrial(seed, module)
    : await besideTrial(seed, module, collects, counts);
  console.log(`seed ${seed}, ${trial.beside}`);

  const progress = ProgressLine.start(false);
  const start = performance.now();
  const seconds = (): number => (performance.now() - start) / 1000;
  let count = 0;
  let failing: readonly [ops: readonly Op[], plan: number] | undefined;
  for (let round = 0; seconds() < options.seconds && !isInterrupted && failing === undefined; round += 1) {
    const check = fc.check(
      fc.property(programs({ collects }), fc.noShrink(fc.nat()), (ops, plan) => {
        count += 1;
        return trial.run(ops, plan) === undefined;
      }),
      { seed: (seed + round) % SEED_LIMIT, numRuns: ROUND_PROGRAMS },
    );
    if (check.failed) failing = check.counterexample!;
    progress.show(seconds() / options.seconds, `${count} programs`);
    await setImmediate(); // for Ctrl-C
  }
  progress.stop();

  if (failing !== undefined) {
    const [ops, plan] = failing;
    const smallest = minimize(ops, (fewer) => trial.run(fewer, plan) !== undefined);
    const { index, op, expected, got } = trial.run(smallest, plan)!;
    const lines = [`  op ${index}: ${JSON.stringify(op)}`, `  expected ${expected}`, `  got      ${got}`];
    console.log([JSON.stringify(trial.record(smallest, plan)), ...lines].join("\n"));
    console.log(`${trial.fault}; --seed ${seed} finds it again`);
    return EXIT_FAILED;
  }
  if (options.verbose) {
    for (const [what, programs] of counts) {
      console.log(
        `${String(programs).padStart(8)} ${`${((100 * programs) / count).toFixed(1)} %`.padStart(7)}  ${what}`,
      );
    }
  }
  console.log(
    `${Math.round(count / Math.max(seconds(), 1))} programs/s${isInterrupted ? ", interrupted" : ""}`,
  );
  console.log(`${count} programs, no difference`);
  return isInterrupted ? EXIT_INTERRUPTED : EXIT_OK;
}

/** @param counts - takes how many programs something happened in. */
async function besideTrial(
  seed: number,
  module: WebAssembly.Module,
  collects: boolean,
  counts: Map<string, number>,
): Promise<Trial> {
  const cpython = await CPython.load();
  const undecided = "undecided: CPython in other orders shows something else itself";
  for (const sight of [...SIGHTS, undecided]) counts.set(sight, 0);
  return {
    beside: `beside CPython ${cpython.version}`,
    fault: "differs from CPython",
    run(ops) {
      const { difference, isUndecided, sights } = judge(ops, cpython, module);
      for (const sight of [...sights, ...(isUndecided ? [undecided] : [])]) {
        counts.set(sight, counts.get(sight)! + 1);
      }
      return difference;
    },
    record: (ops): Program => {
      const compare = collects ? "unordered" : "exact";
      return { id: `fuzz-${seed}`, collects, compare, ops, expect: cpython.run(ops) };
    },
  };
}

function stressTrial(seed: number, module: WebAssembly.Module): Trial {
  return {
    beside: "collecting all the time",
    fault: "fails",
    run: (ops, plan) => stressFault(ops, plan, module),
    record: (ops, plan) => ({ id: `stress-${seed}`, plan, ops }),
  };
}

/** A failing program none of whose ops could be left out; fast-check's shrinking leaves what is put at every program's end. */
function minimize(ops: readonly Op[], fails: (ops: readonly Op[]) => boolean): readonly Op[] {
  let smallest = ops;
  for (let index = smallest.length - 1; index >= 0; index -= 1) {
    const candidate = smallest.toSpliced(index, 1);
    if (!isAnswerable(candidate) || !fails(candidate)) continue;
    smallest = candidate;
    index = smallest.length; // what was needed before may not be any more
  }
  return smallest;
}

await runCommand(
  new Command("fuzz")
    .description("run random programs on this library and on CPython, until time is up or they differ")
    .option("--seconds <count>", "how long", wholeNumber(1), DEFAULT_SECONDS)
    .option("--seed <number>", "of all that is random; another one each time by default", wholeNumber(0))
    .option("--without-collection", "only programs that run no collection")
    .option(
      "--stress",
      "not beside CPython, but with collections all the time: is the heap whole, is nothing lost or left?",
    )
    .option("--verbose", "tell in how many programs a collection did what")
    .option("--wasm <path>", "another build of the library's module with objects")
    .action(async (options: FuzzOptions) => {
      process.exitCode = await runFuzz(options);
    }),
);
