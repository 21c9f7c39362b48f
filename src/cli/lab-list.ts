// src/cli/lab-list.ts: `pymalloc lab list`: the workload generators, with their parameters.
// Not here: the generators (src/lab/generators).

import { Command } from "commander";
import { describeGenerators, generatorsToJson } from "../lab/generators/describe.js";
import { GENERATORS } from "../lab/generators/registry.js";
import { hasColors } from "./colors.js";

interface ListOptions {
  readonly json?: true;
  readonly color: boolean;
}

/** The subcommand, to be added to the group. */
export function labListCommand(): Command {
  return new Command("list")
    .description("list the workload generators, with parameters, defaults and ranges")
    .option("--json", "as JSON")
    .option("--no-color", "plain text")
    .action(({ json, color }: ListOptions) => {
      if (json) console.log(JSON.stringify({ generators: generatorsToJson(GENERATORS) }, null, 2));
      else console.log(describeGenerators(GENERATORS, hasColors(color)));
    });
}
