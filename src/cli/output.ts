// src/cli/output.ts: what commands write besides their tables, and options that may be given again and again.

import { writeFile } from "node:fs/promises";
import { UsageError } from "./exit.js";

/** In place of a file's name. */
export const STDOUT = "-";

/** @throws {UsageError} if the file can't be written. */
export async function writeOutput(file: string, text: string | Uint8Array): Promise<void> {
  if (file === STDOUT) {
    process.stdout.write(text);
    return;
  }
  try {
    await writeFile(file, text);
  } catch (error) {
    throw new UsageError(`cannot write ${file}: ${(error as Error).message}`);
  }
}

/** Parses an option that is repeatable. */
export function append(value: string, previous: string[] = []): string[] {
  return [...previous, value];
}
