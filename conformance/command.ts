// conformance/command.ts: what this folder's commands have in common: how they end, and the files they take and write.

import { readFile, writeFile } from "node:fs/promises";
import { type Command, CommanderError, InvalidArgumentError } from "commander";
import { EXIT_OK, EXIT_USAGE, UsageError } from "../src/cli/exit.js";

/** Parses the command line and runs it; faults of the input are told in one line. */
export async function runCommand(command: Command): Promise<void> {
  try {
    await command.exitOverride().parseAsync();
  } catch (error) {
    // commander has printed its message; exit code 0 means help was asked for.
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? EXIT_OK : EXIT_USAGE;
    } else if (error instanceof UsageError) {
      console.error(`${command.name()}: ${error.message}`);
      process.exitCode = EXIT_USAGE;
    } else {
      throw error;
    }
  }
}

/** The library's module with objects, which lies beside this bundle; or another. */
export async function readModule(file?: string): Promise<WebAssembly.Module> {
  const path = file ?? new URL("objects.wasm", import.meta.url);
  try {
    return await WebAssembly.compile(await readFile(path));
  } catch (error) {
    throw new UsageError(`cannot load ${file ?? "build/objects.wasm"}: ${(error as Error).message}`);
  }
}

export function writeJson(file: string, value: unknown): Promise<void> {
  return writeText(file, `${JSON.stringify(value, null, 2)}\n`);
}

export async function writeText(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (error) {
    throw new UsageError(`cannot write ${file}: ${(error as Error).message}`);
  }
}

/** For options that take a whole number from `least` up. */
export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== "" && Number.isSafeInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${least} up.`);
  };
}
