// src/cli/lab-tune.ts: `pymalloc lab tune`: sizes of this package's allocator in, the front of time against memory out.
// Not here: combining and compiling (src/lab/tuning), measuring (src/lab/sweep).

import { Command } from "commander";
import { AllocatorModule } from "../lab/allocator.js";
import { paretoPoints } from "../lab/sweep/pareto.js";
import { paretoText } from "../lab/sweep/pareto-text.js";
import type { Strategy } from "../lab/sweep/subject.js";
import { missingLines, noiseLine } from "../lab/sweep/tables.js";
import { compileTuned } from "../lab/tuning/compile.js";
import { parseValues } from "../lab/tuning/parse-values.js";
import {
  type Choices,
  combine,
  isSame,
  RELEASE,
  type TunableName,
  type Variant,
} from "../lab/tuning/tunables.js";
import { hasColors } from "./colors.js";
import { UsageError } from "./exit.js";
import { OWN_ALLOCATOR, PACKAGE_ROOT } from "./modules.js";
import { append } from "./output.js";
import { ProgressLine } from "./progress-line.js";
import { chooseStrategies } from "./strategies.js";
import { addSweepOptions, type SweepCommandOptions, sweep } from "./sweep-command.js";
import { addReportOptions } from "./sweep-reports.js";

const DEFAULT_ROUNDS = 3;

interface TuneOptions extends SweepCommandOptions, Choices {
  readonly trace?: string[];
}

/** Options of the tunables, and what they say. */
const TUNABLE_OPTIONS: readonly [TunableName, string, string][] = [
  ["poolSize", "--pool-size <bytes>", "of a pool: 4k to 64k"],
  ["arenaSize", "--arena-size <bytes>", "of an arena: 2 to 16 pools; 8 pools if not given"],
  ["spacing", "--spacing <bytes>", "between the smallest size classes, and each block's alignment: 8, 16"],
  ["classesPerDoubling", "--classes <count>", "size classes to a doubling: 2, 4, 8 …, linear"],
  ["smallRequestMax", "--small-max <bytes>", "largest request that pools serve: 128 to 2k"],
];

/** The subcommand, to be added to the group. */
export function labTuneCommand(): Command {
  const command = new Command("tune")
    .description("measure this package's allocator with other sizes, and draw which are worth having")
    .argument("[workload...]", "as of pymalloc lab")
    .option("--trace <file>", "the same; repeatable", append);
  for (const [name, flags, text] of TUNABLE_OPTIONS) {
    const option = command.createOption(flags, `${text}; a list, or first..last by doublings`);
    option.attributeName = () => name;
    command.addOption(option.argParser((value) => parseValues(name, value)));
  }
  addSweepOptions(command, DEFAULT_ROUNDS);
  return addReportOptions(command).action(async (workloads: string[], options: TuneOptions) => {
    process.exitCode = await runTune([...workloads, ...(options.trace ?? [])], options);
  });
}

async function runTune(workloads: readonly string[], options: TuneOptions): Promise<number> {
  const { variants, impossible } = combine(options);
  if (TUNABLE_OPTIONS.every(([name]) => options[name] === undefined)) {
    throw new UsageError(`nothing to tune: give ${TUNABLE_OPTIONS.map(([, flags]) => flags).join(", ")}`);
  }
  if (variants.length === 0) throw impossible[0]!;
  if (!options.quiet) for (const { message } of impossible) console.error(`pymalloc: left out: ${message}`);
  // the release is the baseline, compiled already
  const own = await chooseStrategies({ strategy: [OWN_ALLOCATOR], baseline: OWN_ALLOCATOR });
  const others = variants.filter(({ tunables }) => !isSame(tunables, RELEASE));
  const strategies = [...own, ...(await compileAll(others, options.quiet ?? false))];
  return sweep(workloads, strategies, OWN_ALLOCATOR, options, (result) =>
    [
      paretoText(paretoPoints(result), OWN_ALLOCATOR, hasColors(options.color)),
      ...missingLines(result),
      noiseLine(result) ?? "",
      ...(result.isInterrupted ? ["interrupted: cells are of the rounds that were done"] : []),
    ].join("\n"),
  );
}

async function compileAll(variants: readonly Variant[], isQuiet: boolean): Promise<Strategy[]> {
  const progress = ProgressLine.start(isQuiet);
  const strategies: Strategy[] = [];
  try {
    for (const [index, { name, tunables }] of variants.entries()) {
      progress.show(index / variants.length, `compiling ${name}`);
      const bytes = await compileTuned(tunables, PACKAGE_ROOT);
      const source = await AllocatorModule.compile(name, name, bytes);
      strategies.push({
        source,
        bytes,
        description: "this package's allocator, tuned",
        tunables: { ...tunables },
      });
    }
  } finally {
    progress.stop();
  }
  return strategies;
}
