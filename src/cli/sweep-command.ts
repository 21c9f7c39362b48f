// src/cli/sweep-command.ts: what all commands share that run a sweep: options, progress, Ctrl-C, reports, exit code.
// Not here: which strategies (lab-run.ts, lab-tune.ts), the sweep (src/lab/sweep).

import { type Command, InvalidArgumentError } from "commander";
import type { SweepResult } from "../lab/sweep/result.js";
import { runSweep } from "../lab/sweep/run.js";
import { findShard } from "../lab/sweep/shard.js";
import type { Strategy } from "../lab/sweep/subject.js";
import { EXIT_FAILED, EXIT_INTERRUPTED, EXIT_OK } from "./exit.js";
import { parseCount } from "./input.js";
import { readVersion } from "./modules.js";
import { ProgressLine } from "./progress-line.js";
import { type ReportOptions, tryReports, writeReports } from "./sweep-reports.js";
import { findWorkloads } from "./workloads.js";

const DEFAULT_LIMIT_S = 30;

export interface SweepCommandOptions extends ReportOptions {
  readonly rounds: number;
  readonly limit: number;
  readonly check?: true;
  readonly shard?: string;
}

export function addSweepOptions(command: Command, rounds: number): Command {
  return command
    .option("--rounds <count>", "timed replays of each workload on each strategy", parseCount, rounds)
    .option("--limit <seconds>", "give up a replay after so long", parseSeconds, DEFAULT_LIMIT_S)
    .option("--check", "first replay once with every block filled, watched and compared")
    .option("--shard <i/n>", "measure one part of n, from 1; by default as the scheduler's variables say");
}

/**
 * Measures, and writes what was asked for.
 *
 * @param names - of workloads, as findWorkloads takes them.
 * @param draw - the result for the terminal.
 * @returns the exit code.
 */
export async function sweep(
  names: readonly string[],
  strategies: readonly Strategy[],
  baseline: string,
  options: SweepCommandOptions,
  draw: (result: SweepResult) => string,
): Promise<number> {
  await tryReports(options);
  const shard = findShard(options.shard, process.env);
  const workloads = await findWorkloads(names);
  const abort = new AbortController();
  const interrupt = (): void => abort.abort();
  process.once("SIGINT", interrupt);
  const progress = ProgressLine.start(options.quiet ?? false);
  let result: SweepResult;
  try {
    result = await runSweep(workloads, strategies, {
      baseline,
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
  await writeReports(result, options, draw);
  if (result.isInterrupted) return EXIT_INTERRUPTED;
  return result.missing.some(({ kind }) => kind === "failed") ? EXIT_FAILED : EXIT_OK;
}

function parseSeconds(value: string): number {
  const seconds = Number(value);
  if (Number.isFinite(seconds) && seconds > 0) return seconds;
  throw new InvalidArgumentError("give seconds, more than 0.");
}
