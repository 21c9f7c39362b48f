// src/cli/lab-merge.ts: `pymalloc lab merge`: the shards of a sweep in, one result out.
// Not here: joining (src/lab/sweep/merge.ts).

import { Command } from "commander";
import { mergeSweeps } from "../lab/sweep/merge.js";
import { readSweepFile, type SweepFile } from "../lab/sweep/result-file.js";
import { EXIT_OK } from "./exit.js";
import { readInput } from "./input.js";
import { addReportOptions, type ReportOptions, writeReports } from "./sweep-reports.js";

interface MergeOptions extends ReportOptions {
  readonly mixed?: true;
}

/** The subcommand, to be added to the group. */
export function labMergeCommand(): Command {
  const command = new Command("merge")
    .description("join the results of a sweep's shards; every cell must be there exactly once")
    .argument("<file...>", "what pymalloc lab --shard i/n --json wrote, of all n shards")
    .option("--mixed", "accept shards of machines that differ: their ratios hold, their ns do not compare");
  return addReportOptions(command).action(async (files: string[], options: MergeOptions) => {
    const shards: SweepFile[] = [];
    for (const file of files) shards.push(await readInput(file, readSweepFile));
    await writeReports(mergeSweeps(shards, options.mixed ?? false), options);
    process.exitCode = EXIT_OK;
  });
}
