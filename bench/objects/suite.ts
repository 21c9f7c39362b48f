// bench/objects/suite.ts: a command that runs benchmarks of contenders: options in, tables and JSON out.
// Not here: which benchmarks (main.ts), how they are run (measure.ts).

import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { EXIT_FAILED, EXIT_INTERRUPTED, EXIT_OK } from "../../src/cli/exit.js";
import { ProgressLine } from "../../src/cli/progress-line.js";
import { chooseByName, DEFAULT_SEED, parseSeed, writeOutput } from "../command.js";
import { collectFacts, describeModule } from "../facts.js";
import type { Benchmark, WorkOptions } from "./benchmark.js";
import { measure } from "./measure.js";
import { toJson, toText } from "./report.js";

const QUICK_ROUNDS = 3;
const QUICK_SHARE = 0.1;
const MODULE = "objects.wasm";

/** What belongs to one command. */
export interface Suite<Options extends WorkOptions> {
  /** The npm script. */
  readonly command: string;
  readonly rounds: number;
  /** The contenders' program, in the folder of the bundles. */
  readonly bundle: string;
  /** What speaks against the figures. */
  readonly caveat: string;
  benchmarksOf(options: Options): readonly Benchmark[];
}

/** What the user asks for of any suite. */
export interface SuiteOptions {
  readonly only?: string[];
  readonly json?: string;
  readonly seed: number;
  readonly quick?: true;
}

/** A command with the options of all suites. @param names - what can be asked for. */
export function suiteCommand(command: string, description: string, names: string): Command {
  return new Command(command)
    .description(description)
    .option("--only <benchmark...>", `only these benchmarks: ${names}`)
    .option("--json <file>", "write the rows as JSON too")
    .option("--seed <number>", "of all random values and orders", parseSeed, DEFAULT_SEED)
    .option("--quick", "a rough look, at a tenth of the work")
    .exitOverride();
}

/** Runs a suite, and writes what it gave. @returns the exit code. @throws {UsageError} */
export async function runSuite<Options extends WorkOptions>(
  { command, rounds: fullRounds, bundle, caveat, benchmarksOf }: Suite<Options>,
  { only = [], json, seed, quick }: SuiteOptions,
  more: Omit<Options, keyof WorkOptions>,
): Promise<number> {
  const isQuick = quick ?? false;
  const work = { ...more, seed, share: isQuick ? QUICK_SHARE : 1 } as Options;
  const benchmarks = chooseByName(benchmarksOf(work), only, "benchmark");
  const wasm = [await describeModule(MODULE, new URL(MODULE, import.meta.url))];
  // Before the work, whose result would be lost.
  if (json !== undefined) await writeOutput(json, "");

  const abort = new AbortController();
  const interrupt = (): void => abort.abort();
  process.once("SIGINT", interrupt);
  const progress = ProgressLine.start(false);
  const rounds = isQuick ? QUICK_ROUNDS : fullRounds;
  const measurement = await measure(benchmarks, {
    ...{ rounds, work, signal: abort.signal },
    bundle: fileURLToPath(new URL(bundle, import.meta.url)),
    onProgress: (it) => progress.show(it.done, `${it.trace}  ${it.allocator}`),
  });
  progress.stop();
  process.off("SIGINT", interrupt);

  const facts = await collectFacts({ seed, rounds, isQuick, wasm });
  console.log(toText(measurement, benchmarks, facts, caveat));
  if (json !== undefined) {
    const results = toJson(command, measurement, benchmarks, facts);
    await writeOutput(json, `${JSON.stringify(results, null, 2)}\n`);
  }
  if (measurement.isInterrupted) return EXIT_INTERRUPTED;
  return measurement.failures.length > 0 ? EXIT_FAILED : EXIT_OK;
}
