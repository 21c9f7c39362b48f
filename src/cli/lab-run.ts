// src/cli/lab-run.ts: `pymalloc lab`: options in, a sweep's tables, pictures and JSON out.
// Not here: the sweep (src/lab/sweep), what it shares with other commands (sweep-command.ts).

import { Command } from "commander";
import { toText } from "../lab/sweep/text.js";
import { hasColors } from "./colors.js";
import { BUILT_IN_MODULES, OWN_ALLOCATOR } from "./modules.js";
import { append } from "./output.js";
import { chooseStrategies } from "./strategies.js";
import { addSweepOptions, type SweepCommandOptions, sweep } from "./sweep-command.js";
import { addReportOptions } from "./sweep-reports.js";

const DEFAULT_ROUNDS = 5;

interface LabOptions extends SweepCommandOptions {
  readonly trace?: string[];
  readonly wasm?: string[];
  readonly strategy?: string[];
  readonly baseline: string;
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
      "files of ATR1, mtrace or heaptrack, or generators such as larson or sh6bench:events=100000 (lab list names them); " +
        "the package's example if none",
    )
    .option("--trace <file>", "the same; repeatable", append)
    .option("--strategy <names>", `only these strategies, comma-separated: ${names}`, appendNames)
    .option(
      "--wasm <path>",
      "an allocator of your own: a module that exports malloc and free; repeatable",
      append,
    )
    .option("--baseline <name>", "strategy that times are compared with", OWN_ALLOCATOR);
  addSweepOptions(command, DEFAULT_ROUNDS);
  return addReportOptions(command).action(async (workloads: string[], options: LabOptions) => {
    const strategies = await chooseStrategies(options);
    const names = [...workloads, ...(options.trace ?? [])];
    process.exitCode = await sweep(names, strategies, options.baseline, options, (result) =>
      toText(result, hasColors(options.color)),
    );
  });
}

function appendNames(value: string, previous: string[] = []): string[] {
  return [...previous, ...value.split(",").filter((name) => name !== "")];
}
