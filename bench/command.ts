// bench/command.ts: what the benchmark commands have in common: their ends, the options and files they share.
// Not here: what they measure (measure.ts, objects/).

import { writeFile } from "node:fs/promises";
import { CommanderError, InvalidArgumentError } from "commander";
import { EXIT_OK, EXIT_USAGE, UsageError } from "../src/cli/exit.js";
import { AllocatorModuleError } from "../src/lab/replay-errors.js";

export const DEFAULT_SEED = 1;

/** Runs a command; faults of the input are told in one line. */
export async function runCommand(name: string, main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    // commander has printed its message; exit code 0 means help was asked for.
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? EXIT_OK : EXIT_USAGE;
    } else if (error instanceof UsageError || error instanceof AllocatorModuleError) {
      console.error(`${name}: ${error.message}`);
      process.exitCode = EXIT_USAGE;
    } else {
      throw error;
    }
  }
}

export async function writeOutput(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (error) {
    throw new UsageError(`cannot write ${file}: ${(error as Error).message}`);
  }
}

export function parseSeed(text: string): number {
  const seed = Number(text);
  if (!Number.isInteger(seed)) throw new InvalidArgumentError("It must be a whole number.");
  return seed;
}

/** Those of `all` that `only` names, in their own order; all, if it names none. */
export function chooseByName<Item extends { readonly name: string }>(
  all: readonly Item[],
  only: readonly string[],
  what: string,
): Item[] {
  for (const name of only) {
    if (all.some((it) => it.name === name)) continue;
    throw new UsageError(`--only ${name}: no such ${what}; --help lists them`);
  }
  return all.filter((it) => only.length === 0 || only.includes(it.name));
}
