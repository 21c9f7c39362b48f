// src/lab/sweep/result-file.ts: reads what a sweep wrote, and refuses what is no such file.

import { readFile } from "node:fs/promises";
import { PymallocError } from "../../errors.js";
import { RESULT_FORMAT, type SweepResult } from "./result.js";

/** A file is no sweep's, or does not go with the others. */
export class SweepFileError extends PymallocError {
  override readonly name = "SweepFileError";

  constructor(
    readonly file: string,
    readonly reason: string,
  ) {
    super(`${file}: ${reason}`);
  }
}

export interface SweepFile {
  readonly file: string;
  readonly result: SweepResult;
}

const LISTS = ["shards", "workloads", "strategies", "cells", "missing", "noise"] as const;

/** @throws {SweepFileError} if it is no sweep's, or cut off. */
export async function readSweepFile(file: string): Promise<SweepFile> {
  let result: Partial<SweepResult> | null;
  try {
    result = JSON.parse(await readFile(file, "utf8")) as Partial<SweepResult> | null;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new SweepFileError(
      file,
      `no JSON, or cut off: ${error.message}; give what pymalloc lab --json wrote`,
    );
  }
  if (typeof result !== "object" || result?.program !== "pymalloc lab") {
    throw new SweepFileError(file, "not a sweep's result; give what pymalloc lab --json wrote");
  }
  if (result.format !== RESULT_FORMAT) {
    throw new SweepFileError(
      file,
      `format ${result.format} is not known, only ${RESULT_FORMAT}; measure again, or use the version that wrote it`,
    );
  }
  const lost = LISTS.find((list) => !Array.isArray(result[list]));
  if (lost !== undefined || typeof result.plan !== "object" || typeof result.machine !== "object") {
    throw new SweepFileError(file, `its ${lost ?? "plan or machine"} is missing; measure again`);
  }
  return { file, result: result as SweepResult };
}
