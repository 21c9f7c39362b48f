// conformance/fuzz.ts: the command that runs random programs on this library and on CPython side by side until time is up or they differ.
// Not here: making the programs (fuzz-programs.ts), CPython (cpython.ts).

import { setImmediate } from "node:timers/promises";
import { Command } from "commander";
import fc from "fast-check";
import { EXIT_FAILED, EXIT_INTERRUPTED, EXIT_OK } from "../src/cli/exit.js";
import { ProgressLine } from "../src/cli/progress-line.js";
import { readModule, runCommand, wholeNumber } from "./command.js";
import { CPython } from "./cpython.js";
import { programs } from "./fuzz-programs.js";
import { isAnswerable } from "./fuzz-rules.js";
import type { Op, Program } from "./program.js";
import { type Difference, firstDifference } from "./run-program.js";

const DEFAULT_SECONDS = 60;
/** Programs between two looks at the clock and at Ctrl-C; each round has a seed of its own. */
const ROUND_PROGRAMS = 50;
const SEED_LIMIT = 2 ** 31;

interface FuzzOptions {
  readonly seconds: number;
  readonly seed?: number;
  readonly collect?: true;
  readonly wasm?: string;
}

async function runFuzz(options: FuzzOptions): Promise<number> {
  let isInterrupted = false;
  process.once("SIGINT", () => {
    isInterrupted = true;
  });
  const module = await readModule(options.wasm);
  const cpython = await CPython.load();
  const seed = options.seed ?? Math.floor(Math.random() * SEED_LIMIT);
  const collects = options.collect ?? false;
  const run = (ops: readonly Op[]): { program: Program; difference: Difference | undefined } => {
    const [expect] = cpython.run([ops]);
    const compare = collects ? "unordered" : "exact";
    const program: Program = { id: `fuzz-${seed}`, collects, compare, ops, expect: expect! };
    return { program, difference: firstDifference(program, module) };
  };
  console.log(`seed ${seed}, beside CPython ${cpython.version}`);

  const progress = ProgressLine.start(false);
  const start = performance.now();
  const seconds = (): number => (performance.now() - start) / 1000;
  let count = 0;
  let failing: readonly Op[] | undefined;
  for (let round = 0; seconds() < options.seconds && !isInterrupted && failing === undefined; round += 1) {
    const check = fc.check(
      fc.property(programs({ collects }), (ops) => {
        count += 1;
        return run(ops).difference === undefined;
      }),
      { seed: (seed + round) % SEED_LIMIT, numRuns: ROUND_PROGRAMS },
    );
    if (check.failed) failing = check.counterexample?.[0];
    progress.show(seconds() / options.seconds, `${count} programs`);
    await setImmediate(); // for Ctrl-C
  }
  progress.stop();

  if (failing !== undefined) {
    const smallest = minimize(failing, (ops) => run(ops).difference !== undefined);
    const { program, difference } = run(smallest);
    const { index, op, expected, got } = difference!;
    const lines = [`  op ${index}: ${JSON.stringify(op)}`, `  expected ${expected}`, `  got      ${got}`];
    console.log([JSON.stringify(program), ...lines].join("\n"));
    console.log(`differs from CPython; --seed ${seed} finds it again`);
    return EXIT_FAILED;
  }
  console.log(
    `${Math.round(count / Math.max(seconds(), 1))} programs/s${isInterrupted ? ", interrupted" : ""}`,
  );
  console.log(`${count} programs, no difference`);
  return isInterrupted ? EXIT_INTERRUPTED : EXIT_OK;
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
    .option("--collect", "with ops on the collector too")
    .option("--wasm <path>", "another build of the library's module with objects")
    .action(async (options: FuzzOptions) => {
      process.exitCode = await runFuzz(options);
    }),
);
