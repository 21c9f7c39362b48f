// src/profile/script.ts: runs a script as Node would, in a process of its own, with the profiler in it.
// Not here: that process (child.ts), what it does (register.ts), what becomes of the record (the commands).

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkScript, runChild } from "./child.js";
import type { ProfileRecord } from "./record.js";
import { readRecord } from "./run-file.js";
import { formatOptions, type StartOptions } from "./start-options.js";

export interface ScriptRun {
  /** The script's exit code; 128 and the signal's number if one ended it. */
  readonly code: number;
  /** Undefined if it never began. */
  readonly record: ProfileRecord | undefined;
}

/**
 * Its input and output are this process's.
 *
 * @param register - the module that the process begins with.
 * @throws {NoScriptError}
 */
export async function runScript(
  register: string,
  script: string,
  args: readonly string[],
  options: Omit<StartOptions, "recordFile" | "parent">,
): Promise<ScriptRun> {
  checkScript(script);
  const folder = mkdtempSync(join(tmpdir(), "pymalloc-profile-"));
  const recordFile = join(folder, "record.json");
  const beginning = {
    register,
    query: formatOptions({ ...options, recordFile, parent: process.pid }),
    flags: options.collects === true ? ["--expose-gc"] : [],
  };
  try {
    const code = await runChild(beginning, script, args, recordFile);
    return { code, record: readRecord(recordFile) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
