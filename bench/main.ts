// bench/main.ts: the benchmark command: options in, tables and JSON out.
// Not here: bundling it (run.mjs), what it measures (workloads.ts).

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { Command, CommanderError, InvalidArgumentError } from "commander";
import { EXIT_FAILED, EXIT_INTERRUPTED, EXIT_OK, EXIT_USAGE, UsageError } from "../src/cli/exit.js";
import { BUILT_IN_MODULES, OWN_ALLOCATOR, readVersion } from "../src/cli/modules.js";
import { ProgressLine } from "../src/cli/progress-line.js";
import { AllocatorModule, allocatorName } from "../src/lab/allocator.js";
import { AllocatorModuleError } from "../src/lab/replay-errors.js";
import { measure } from "./measure.js";
import { type RunFacts, toJson, toText } from "./report.js";
import { WORKLOADS, type Workload } from "./workloads.js";

const FOLDER = "build/bench";
const DEFAULT_SEED = 1;
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
  const wasm = await describeModules(allocators);
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

  const facts = await collectFacts(options.seed, rounds, isQuick, wasm);
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
  for (const name of only) {
    if (WORKLOADS.some((it) => it.name === name)) continue;
    throw new UsageError(`--only ${name}: no such workload; --help lists them`);
  }
  if (only.length > 0) return WORKLOADS.filter((it) => only.includes(it.name));
  return WORKLOADS.filter((it) => !isQuick || it.liveBlocks <= QUICK_LIVE_BLOCKS);
}

/** This package's allocator, the brought ones, the rest. */
async function readAllocators(brought: readonly string[]): Promise<AllocatorModule[]> {
  const [own, ...others] = BUILT_IN_MODULES;
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

async function collectFacts(
  seed: number,
  rounds: number,
  isQuick: boolean,
  wasm: RunFacts["wasm"],
): Promise<RunFacts> {
  const processors = cpus();
  const cpu = processors[0]?.model ?? "unknown";
  return {
    ...{
      seed,
      rounds,
      isQuick,
      version: await readVersion(),
      commit: commit(),
      date: new Date().toISOString(),
    },
    ...{ node: process.versions.node, v8: process.versions.v8, wasm },
    machine: { cpu, cpuCount: processors.length, platform: `${process.platform} ${process.arch}` },
  };
}

/** Which modules were measured: a build may be newer or older than the commit. */
function describeModules(allocators: readonly AllocatorModule[]): Promise<RunFacts["wasm"]> {
  return Promise.all(
    allocators.map(async ({ name, file, wasmBytes }) => {
      const sha256 = createHash("sha256")
        .update(await readFile(file))
        .digest("hex");
      return { name, wasmBytes, sha256 };
    }),
  );
}

/** Of the working tree; "+" where it has changes that are not committed. */
function commit(): string {
  const git = (...args: string[]): string =>
    execFileSync("git", args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  try {
    return `${git("rev-parse", "--short", "HEAD")}${git("status", "--porcelain") === "" ? "" : "+"}`;
  } catch {
    return "unknown";
  }
}

async function writeOutput(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (error) {
    throw new UsageError(`cannot write ${file}: ${(error as Error).message}`);
  }
}

function append(path: string, earlier: string[] = []): string[] {
  return [...earlier, path];
}

function parseSeed(text: string): number {
  const seed = Number(text);
  if (!Number.isInteger(seed)) throw new InvalidArgumentError("It must be a whole number.");
  return seed;
}

try {
  await main();
} catch (error) {
  // commander has printed its message; exit code 0 means help was asked for.
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? EXIT_OK : EXIT_USAGE;
  } else if (error instanceof UsageError || error instanceof AllocatorModuleError) {
    console.error(`bench: ${error.message}`);
    process.exitCode = EXIT_USAGE;
  } else {
    throw error;
  }
}
