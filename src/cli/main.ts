// src/cli/main.ts: the `pymalloc` command: finds the subcommand, runs it, ends with its exit code.
// Not here: any subcommand; each is one file.

import { Command, CommanderError } from "commander";
import { GraphFormatError } from "../graph/graph-format-error.js";
import { GeneratorError } from "../lab/generators/errors.js";
import { AllocatorModuleError } from "../lab/replay-errors.js";
import { SweepFileError } from "../lab/sweep/result-file.js";
import { ShardError } from "../lab/sweep/shard.js";
import { TraceFormatError } from "../lab/trace-format-error.js";
import { CompilerError } from "../lab/tuning/compile.js";
import { TunableError } from "../lab/tuning/tunables.js";
import { MprofFileError } from "../profile/mprof-file.js";
import { EXIT_OK, EXIT_USAGE, UsageError } from "./exit.js";
import { graphCommand } from "./graph.js";
import { labCommand } from "./lab.js";
import { readVersion } from "./modules.js";
import { mprofCommand } from "./mprof.js";
import { profileCommand } from "./profile.js";
import { recordCommand } from "./record.js";
import { replayCommand } from "./replay.js";
import { stressCommand } from "./stress.js";
import { tourCommand } from "./tour.js";

/** Faults of the input: told in one line, without a stack. */
const INPUT_FAULTS = [
  UsageError,
  ShardError,
  SweepFileError,
  TunableError,
  CompilerError,
  TraceFormatError,
  GraphFormatError,
  GeneratorError,
  AllocatorModuleError,
  MprofFileError,
];

async function main(): Promise<void> {
  const program = new Command("pymalloc")
    .description("Python's memory management in WebAssembly: tools around objects and their allocator")
    .version(await readVersion())
    .enablePositionalOptions()
    .exitOverride();
  const commands = [
    tourCommand(),
    replayCommand(),
    recordCommand(),
    labCommand(),
    graphCommand(),
    stressCommand(),
    profileCommand(),
    mprofCommand(),
  ];
  for (const command of commands) {
    program.addCommand(command.copyInheritedSettings(program));
    for (const inner of command.commands) inner.copyInheritedSettings(command);
  }
  await program.parseAsync();
}

// A reader that has seen enough, such as head, is no fault.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(EXIT_OK);
});

try {
  await main();
} catch (error) {
  // commander has printed its message; exit code 0 means help or version was asked for.
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? EXIT_OK : EXIT_USAGE;
  } else if (INPUT_FAULTS.some((fault) => error instanceof fault)) {
    console.error(`pymalloc: ${(error as Error).message}`);
    process.exitCode = EXIT_USAGE;
  } else {
    throw error;
  }
}
