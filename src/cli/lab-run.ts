// src/cli/lab-run.ts: `pymalloc lab`: options in, a sweep's tables, pictures and JSON out.
// Not here: the sweep (src/lab/sweep).

import { Command, InvalidArgumentError } from "commander";
import type { SweepResult } from "../lab/sweep/result.js";
import { runSweep } from "../lab/sweep/run.js";
import { findShard } from "../lab/sweep/shard.js";
import { EXIT_FAILED, EXIT_INTERRUPTED, EXIT_OK } from "./exit.js";
import { parseRounds } from "./input.js";
import { BUILT_IN_MODULES, OWN_ALLOCATOR, readVersion } from "./modules.js";
import { append } from "./output.js";
import { ProgressLine } from "./progress-line.js";
import { chooseStrategies } from "./strategies.js";
import { addReportOptions, type ReportOptions, tryReports, writeReports } from "./sweep-reports.js";
import { findWorkloads } from "./workloads.js";

const DEFAULT_ROUNDS = 5;
const DEFAULT_LIMIT_S = 30;

interface LabOptions extends ReportOptions {
  readonly wasm?: string[];
  readonly strategy?: string[];
  readonly baseline: string;
  readonly rounds: number;
  readonly limit: number;
  readonly check?: true;
  readonly shard?: string;
}

/** The group's own work. */
export function labRunCommand(): Command {
  const names = BUILT_IN_MODULES.map(({ name }) => name).join(", ");
  const command = new Command("lab")
    .description(
      "compare allocation strategies on real and generated workloads: time, memory, latency, locality",
    )
    .argument(
      "[workload...]",
      "files of ATR1, mtrace or heaptrack, or generators such as larson or sh6bench:events=100000 (lab list names them); the package's example if none",
    )
    .option("--strategy <names>", `only these strategies, comma-separated: ${names}`, appendNames)
    .option(
      "--wasm <path>",
      "an allocator of your own: a module that exports malloc and free; repeatable",
      append,
    )
    .option("--baseline <name>", "strategy that times are compared with", OWN_ALLOCATOR)
    .option(
      "--rounds <count>",
      "timed replays of each workload on each strategy",
      parseRounds,
      DEFAULT_ROUNDS,
    )
    .option("--limit <seconds>", "give up a replay after so long", parseSeconds, DEFAULT_LIMIT_S)
    .option("--check", "first replay once with every block filled, watched and compared")
    .option("--shard <i/n>", "measure one part of n, from 1; by default as the scheduler's variables say");
  return addReportOptions(command).action(async (workloads: string[], options: LabOptions) => {
    process.exitCode = await runLab(workloads, options);
  });
}

async function runLab(names: readonly string[], options: LabOptions): Promise<number> {
  await tryReports(options);
  const shard = findShard(options.shard, process.env);
  const strategies = await chooseStrategies(options);
  const workloads = await findWorkloads(names);

  const abort = new AbortController();
  const interrupt = (): void => abort.abort();
  process.once("SIGINT", interrupt);
  const progress = ProgressLine.start(options.quiet ?? false);
  let result: SweepResult;
  try {
    result = await runSweep(workloads, strategies, {
      baseline: options.baseline,
      rounds: options.rounds,
      limitMs: options.limit * 1000,
      ...{ shard: shard.index, shardCount: shard.count },
      version: await readVersion(),
      check: options.check ?? false,
      signal: abort.signal,
      onProgress: ({ workload, strategy, done }) => progress.show(done, `${workload}  ${strategy}`),
    });
  } finally {
    progress.stop();
    process.off("SIGINT", interrupt);
  }
  await writeReports(result, options);
  if (result.isInterrupted) return EXIT_INTERRUPTED;
  return result.missing.some(({ kind }) => kind === "failed") ? EXIT_FAILED : EXIT_OK;
}

function parseSeconds(value: string): number {
  const seconds = Number(value);
  if (Number.isFinite(seconds) && seconds > 0) return seconds;
  throw new InvalidArgumentError("give seconds, more than 0.");
}

function appendNames(value: string, previous: string[] = []): string[] {
  return [...previous, ...value.split(",").filter((name) => name !== "")];
}
