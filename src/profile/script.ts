// src/profile/script.ts: runs a script as Node would, in a process of its own, with the profiler in it.
// Not here: what that process does (register.ts), what becomes of the record (the commands).

import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { ProfileRecord } from "./record.js";
import { handlesFile, readRecord, stopFile } from "./run-file.js";
import { SIGNALS } from "./signals.js";
import { formatOptions, type StartOptions } from "./start-options.js";

/** For a program that does nothing about Ctrl-C to end, before it is killed: it may be too busy for signals. */
const GRACE_MS = 1500;

export interface ScriptRun {
  /** The script's exit code; 128 and the signal's number if one ended it. */
  readonly code: number;
  /** Undefined if it never began. */
  readonly record: ProfileRecord | undefined;
}

/** The script can't be run, as there is no such file. */
export class NoScriptError extends Error {
  override readonly name = "NoScriptError";
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
  const found = statSync(script, { throwIfNoEntry: false });
  if (found === undefined) throw new NoScriptError(`cannot read ${script}: no such file`);
  if (!found.isFile()) throw new NoScriptError(`cannot read ${script}: it is no file`);
  const folder = mkdtempSync(join(tmpdir(), "pymalloc-profile-"));
  const recordFile = join(folder, "record.json");
  const beginning = pathToFileURL(register);
  beginning.search = formatOptions({ ...options, recordFile, parent: process.pid });
  const flags = options.collects === true ? ["--expose-gc"] : [];
  try {
    const code = await run([...flags, "--import", beginning.href, resolve(script), ...args], recordFile);
    return { code, record: readRecord(recordFile) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @returns the exit code. */
function run(args: readonly string[], recordFile: string): Promise<number> {
  return new Promise((done, reject) => {
    const child = spawn(process.execPath, [...process.execArgv, ...args], { stdio: "inherit" });
    let received: NodeJS.Signals | undefined;
    const pass = (signal: NodeJS.Signals): void => {
      // a terminal's Ctrl-C has reached it already
      if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
      if (received !== undefined) return;
      received = signal;
      writeFileSync(stopFile(recordFile), "");
      setTimeout(() => {
        if (!existsSync(handlesFile(recordFile))) child.kill("SIGKILL");
      }, GRACE_MS).unref();
    };
    for (const signal of SIGNALS) process.on(signal, pass);
    const end = (): void => {
      for (const signal of SIGNALS) process.off(signal, pass);
    };
    child.on("error", (error) => {
      end();
      reject(error);
    });
    child.on("close", (code, signal) => {
      end();
      const killer = signal === "SIGKILL" ? (received ?? signal) : signal;
      done(code ?? 128 + constants.signals[killer!]);
    });
  });
}
