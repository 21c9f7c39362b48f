// src/cli/input.ts: what commands are given: files to read, options to parse.

import { InvalidArgumentError } from "commander";
import { UsageError } from "./exit.js";

/** What `read` makes of a file. @throws {UsageError} with the system's complaint in one line, if it can't be read. */
export async function readInput<T>(file: string, read: (file: string) => Promise<T>): Promise<T> {
  try {
    return await read(file);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (typeof code !== "string") throw error; // an abort's is a number
    throw new UsageError(`cannot read ${file}: ${code === "ENOENT" ? "no such file" : message}`);
  }
}

/** Parses an option that counts something. */
export function parseCount(value: string): number {
  const rounds = Number(value);
  if (Number.isInteger(rounds) && rounds >= 1) return rounds;
  throw new InvalidArgumentError("give a whole number from 1 up.");
}
