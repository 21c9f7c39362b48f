// src/cli/lab.ts: `pymalloc lab`: the group of the strategy lab's commands.
// Not here: any of them; each is one file.

import { Command } from "commander";
import { labListCommand } from "./lab-list.js";

/** The group, to be added to the program. */
export function labCommand(): Command {
  return new Command("lab")
    .description("the strategy lab: allocators compared on recorded and generated workloads")
    .addCommand(labListCommand());
}
