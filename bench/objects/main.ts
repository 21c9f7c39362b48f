// bench/objects/main.ts: the command for benchmarks of objects: options in, tables and JSON out.
// Not here: bundling it (../run.mjs), what it measures (benchmarks.ts).

import { Command } from "commander";
import { EXIT_FAILED, EXIT_INTERRUPTED, EXIT_OK } from "../../src/cli/exit.js";
import { ProgressLine } from "../../src/cli/progress-line.js";
import { chooseByName, DEFAULT_SEED, parseSeed, runCommand, writeOutput } from "../command.js";
import { collectFacts, describeModule } from "../facts.js";
import { BENCHMARKS } from "./benchmarks.js";
import { measure } from "./measure.js";
import { toJson, toText } from "./report.js";

const ROUNDS = 11;
const QUICK_ROUNDS = 3;
const QUICK_SHARE = 0.1;
const MODULE = "objects.wasm";

interface BenchOptions {
  readonly only?: string[];
  readonly json?: string;
  readonly seed: number;
  readonly quick?: true;
}

async function main(): Promise<void> {
  const names = BENCHMARKS.map((it) => it.name).join(", ");
  await new Command("bench:objects")
    .description("time this library's objects beside plain objects, CPython and Pyodide")
    .option("--only <benchmark...>", `only these benchmarks: ${names}`)
    .option("--json <file>", "write the rows as JSON too")
    .option("--seed <number>", "of all random values and orders", parseSeed, DEFAULT_SEED)
    .option("--quick", "a rough look in less than a minute, at a tenth of the work")
    .exitOverride()
    .action(async (options: BenchOptions) => {
      process.exitCode = await runBench(options);
    })
    .parseAsync();
}

async function runBench({ only = [], json, seed, quick }: BenchOptions): Promise<number> {
  const isQuick = quick ?? false;
  const benchmarks = chooseByName(BENCHMARKS, only, "benchmark");
  const wasm = [await describeModule(MODULE, new URL(MODULE, import.meta.url))];
  // Before the work, whose result would be lost.
  if (json !== undefined) await writeOutput(json, "");

  const abort = new AbortController();
  const interrupt = (): void => abort.abort();
  process.once("SIGINT", interrupt);
  const progress = ProgressLine.start(false);
  const rounds = isQuick ? QUICK_ROUNDS : ROUNDS;
  const measurement = await measure(benchmarks, {
    ...{ rounds, seed, share: isQuick ? QUICK_SHARE : 1, signal: abort.signal },
    onProgress: (it) => progress.show(it.done, `${it.trace}  ${it.allocator}`),
  });
  progress.stop();
  process.off("SIGINT", interrupt);

  const facts = await collectFacts({ seed, rounds, isQuick, wasm });
  console.log(toText(measurement, benchmarks, facts));
  if (json !== undefined) {
    await writeOutput(json, `${JSON.stringify(toJson(measurement, benchmarks, facts), null, 2)}\n`);
  }
  if (measurement.isInterrupted) return EXIT_INTERRUPTED;
  return measurement.failures.length > 0 ? EXIT_FAILED : EXIT_OK;
}

await runCommand("bench:objects", main);
