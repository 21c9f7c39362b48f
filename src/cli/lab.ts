// src/cli/lab.ts: `pymalloc lab`: the group of its commands; by itself it runs a sweep.
// Not here: any of the commands; each is one file.

import type { Command } from "commander";
import { labCompareCommand } from "./lab-compare.js";
import { labConvertCommand } from "./lab-convert.js";
import { labInfoCommand } from "./lab-info.js";
import { labListCommand } from "./lab-list.js";
import { labMergeCommand } from "./lab-merge.js";
import { labRunCommand } from "./lab-run.js";
import { labTuneCommand } from "./lab-tune.js";

/** The subcommand, to be added to the program. */
export function labCommand(): Command {
  const group = labRunCommand().enablePositionalOptions();
  for (const command of [
    labListCommand(),
    labInfoCommand(),
    labConvertCommand(),
    labTuneCommand(),
    labCompareCommand(),
    labMergeCommand(),
  ])
    group.addCommand(command);
  return group;
}
