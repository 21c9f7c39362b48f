// src/profile/child.ts: a script in a process of its own, which begins with a module of ours; signals are passed on to it.
// Not here: what that module does (register.ts).

import { spawn } from "node:child_process";
import { existsSync, statSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { handlesFile, stopFile } from "./run-file.js";
import { SIGNALS } from "./signals.js";

/** For a program that does nothing about Ctrl-C to end, before it is killed: it may be too busy for signals. */
const GRACE_MS = 1500;

/** The script can't be run, as there is no such file. */
export class NoScriptError extends Error {
  override readonly name = "NoScriptError";
}

/** How the process begins. */
export interface Beginning {
  /** The module that runs first. */
  readonly register: string;
  /** What it is told. */
  readonly query: string;
  /** Node's. */
  readonly flags: readonly string[];
}

/** @throws {NoScriptError} unless there is such a file. */
export function checkScript(script: string): void {
  const found = statSync(script, { throwIfNoEntry: false });
  if (found === undefined) throw new NoScriptError(`cannot read ${script}: no such file`);
  if (!found.isFile()) throw new NoScriptError(`cannot read ${script}: it is no file`);
}

/**
 * Runs a script as Node would, but that one of our modules runs first. Its input and output are this process's.
 *
 * @param recordFile - where it leaves what it has to tell; files beside it tell us of each other (run-file.ts).
 * @returns the exit code; 128 and the signal's number if one ended it.
 */
export function runChild(
  { register, query, flags }: Beginning,
  script: string,
  args: readonly string[],
  recordFile: string,
): Promise<number> {
  const beginning = pathToFileURL(register);
  beginning.search = query;
  const all = [...process.execArgv, ...flags, "--import", beginning.href, resolve(script), ...args];
  return new Promise((done, reject) => {
    const child = spawn(process.execPath, all, { stdio: "inherit" });
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
