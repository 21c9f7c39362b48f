// src/cli/lab.ts: `pymalloc lab`: the group of commands around recorded workloads.
// Not here: any of them; each is one file.

import { Command } from "commander";
import { labConvertCommand } from "./lab-convert.js";
import { labInfoCommand } from "./lab-info.js";

/** The group, to be added to the program. */
export function labCommand(): Command {
  return new Command("lab")
    .description("workloads: recorded ones shown, and converted")
    .addCommand(labInfoCommand())
    .addCommand(labConvertCommand());
}
