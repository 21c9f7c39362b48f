// bench/main.ts: the benchmark command: options in, tables and JSON out.
// Not here: bundling it (run.mjs), what it measures (workloads.ts).

import { Command } from "commander";
import { EXIT_FAILED, EXIT_INTERRUPTED, EXIT_OK, UsageError } from "../src/cli/exit.js";
import { DEFAULT_MODULES, OWN_ALLOCATOR } from "../src/cli/modules.js";
import { ProgressLine } from "../src/cli/progress-line.js";
import { AllocatorModule, allocatorName } from "../src/lab/allocator.js";
import { chooseByName, DEFAULT_SEED, parseSeed, runCommand, writeOutput } from "./command.js";
import { collectFacts, describeModule } from "./facts.js";
import { measure } from "./measure.js";
import { toJson, toText } from "./report.js";
import { WORKLOADS, type Workload } from "./workloads.js";

const FOLDER = "build/bench";
const ROUNDS = 15;
const QUICK_ROUNDS = 5;
const QUICK_SHARE = 0.1;
/** A quick run leaves out workloads with more live blocks: filling the heaps would take longer than measuring. */
const QUICK_LIVE_BLOCKS = 100_000;

interface BenchOptions {
  readonly wasm?: string[];
  readonly only?: string[];
  readonly json?: string;
  readonly seed: number;
  readonly quick?: true;
}

async function main(): Promise<void> {
  const names = [...new Set(WORKLOADS.map((it) => it.name))].join(", ");
  await new Command("bench")
    .description("time this allocator's calls, and its rivals', from JavaScript and from inside Wasm")
    .option(
      "--wasm <path>",
      "an allocator of your own: a module that exports malloc and free; repeatable",
      append,
    )
    .option("--only <workload...>", `only these workloads: ${names}`)
    .option("--json <file>", "write the rows as JSON too")
    .option("--seed <number>", "of all random sizes and orders", parseSeed, DEFAULT_SEED)
    .option("--quick", "a rough look in seconds")
    .exitOverride()
    .action(async (options: BenchOptions) => {
      process.exitCode = await runBench(options);
    })
    .parseAsync();
}

async function runBench(options: BenchOptions): Promise<number> {
  const isQuick = options.quick ?? false;
  const workloads = chooseWorkloads(options.only ?? [], isQuick);
  const allocators = await readAllocators(options.wasm ?? []);
  const wasm = await Promise.all(allocators.map(({ name, file }) => describeModule(name, file)));
  // Before the work, whose result would be lost.
  if (options.json !== undefined) await writeOutput(options.json, "");

  const abort = new AbortController();
  const interrupt = (): void => abort.abort();
  process.once("SIGINT", interrupt);
  const progress = ProgressLine.start(false);
  const rounds = isQuick ? QUICK_ROUNDS : ROUNDS;
  const measurement = await measure(workloads, allocators, {
    ...{ rounds, seed: options.seed, share: isQuick ? QUICK_SHARE : 1, folder: FOLDER },
    ...{ signal: abort.signal, onProgress: (it) => progress.show(it.done, `${it.trace}  ${it.allocator}`) },
  });
  progress.stop();
  process.off("SIGINT", interrupt);

  const facts = await collectFacts({ seed: options.seed, rounds, isQuick, wasm });
  console.log(toText(measurement, workloads, facts, OWN_ALLOCATOR));
  if (options.json !== undefined) {
    await writeOutput(
      options.json,
      `${JSON.stringify(toJson(measurement, facts, OWN_ALLOCATOR), null, 2)}\n`,
    );
  }
  if (measurement.isInterrupted) return EXIT_INTERRUPTED;
  return measurement.failures.length > 0 ? EXIT_FAILED : EXIT_OK;
}

function chooseWorkloads(only: readonly string[], isQuick: boolean): Workload[] {
  const chosen = chooseByName(WORKLOADS, only, "workload");
  return chosen.filter((it) => only.length > 0 || !isQuick || it.liveBlocks <= QUICK_LIVE_BLOCKS);
}

/** This package's allocator, the brought ones, the rest. */
async function readAllocators(brought: readonly string[]): Promise<AllocatorModule[]> {
  const [own, ...others] = DEFAULT_MODULES;
  const modules = [own!, ...brought.map((file) => ({ name: allocatorName(file), file })), ...others];
  const allocators: AllocatorModule[] = [];
  for (const { name, file, ...traits } of modules) {
    if (allocators.some((it) => it.name === name))
      throw new UsageError(`two allocators have the name ${name}`);
    try {
      allocators.push(await AllocatorModule.read(file, traits));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === undefined) throw error;
      throw new UsageError(`cannot read ${file}: ${(error as Error).message}`);
    }
  }
  return allocators;
}

function append(path: string, earlier: string[] = []): string[] {
  return [...earlier, path];
}

await runCommand("bench", main);
