// src/cli/lab-compare.ts: `pymalloc lab compare`: two results in, what changed between them out.
// Not here: comparing (src/lab/sweep/compare.ts).

import { Command } from "commander";
import { compareSweeps } from "../lab/sweep/compare.js";
import { comparisonText } from "../lab/sweep/compare-text.js";
import { readSweepFile } from "../lab/sweep/result-file.js";
import { hasColors } from "./colors.js";
import { EXIT_FAILED, EXIT_OK } from "./exit.js";
import { readInput } from "./input.js";
import { STDOUT, writeOutput } from "./output.js";

interface CompareOptions {
  readonly json?: string;
  readonly strict?: true;
  readonly color: boolean;
}

/** The subcommand, to be added to the group. */
export function labCompareCommand(): Command {
  return new Command("compare")
    .description("compare two results, cell by cell: before and after a change")
    .argument("<before>", "what pymalloc lab --json wrote")
    .argument("<after>", "the same, later")
    .option("--strict", "exit with 1 if anything got slower, or takes more memory")
    .option("--json <file>", `write the changes as JSON, ${STDOUT} for stdout`)
    .option("--no-color", "plain text")
    .action(async (before: string, after: string, options: CompareOptions) => {
      const a = await readInput(before, readSweepFile);
      const b = await readInput(after, readSweepFile);
      const comparison = compareSweeps(a.result, b.result);
      if (options.json !== STDOUT) console.log(comparisonText(comparison, hasColors(options.color)));
      if (options.json !== undefined) {
        await writeOutput(options.json, `${JSON.stringify(comparison, null, 2)}\n`);
      }
      const isWorse = comparison.changes.some(
        ({ time, footprintBytesBefore, footprintBytesAfter }) =>
          time?.verdict === "slower" || (footprintBytesAfter ?? 0) > (footprintBytesBefore ?? 0),
      );
      process.exitCode = options.strict && isWorse ? EXIT_FAILED : EXIT_OK;
    });
}
