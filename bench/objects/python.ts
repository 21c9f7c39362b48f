// bench/objects/python.ts: CPython as a contender: the one that is installed, in a process, and Pyodide, in this one.
// Not here: what they are given to do (python/workloads.py), which times they are held against (against-python.ts).

import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { loadPyodide } from "pyodide";
import { settleMemory } from "../../src/lab/warm-up.js";
import { type Contender, UnavailableError, type Work, type WorkOptions } from "./benchmark.js";
import { LEAD_IN_OPERATIONS, type Phases, perOperation } from "./work.js";

/** Of serve.py, and of these benchmarks' workloads.py. */
const FOLDER = new URL("../bench/objects/python/", import.meta.url);
const COMMAND = "python3";
const MAJOR = 3;
const MINOR_MIN = 11;
const MS_PER_SECOND = 1000;
const UNCOLLECTED = "uncollected";

/** Seconds of making and of dropping. */
type Seconds = readonly [make: number, drop: number];

/**
 * The contenders that are Python.
 *
 * @param workload - a function of workloads.py.
 * @param phases - what the seconds that it returns are called.
 * @param does - the idiom.
 */
export function pythons(
  workload: string,
  total: number,
  phases: (seconds: Seconds) => Phases,
  does: string,
): Contender[] {
  const start = async (options: WorkOptions, open: () => Promise<Python>): Promise<Work> => {
    const python = await open();
    const count = Math.max(1, Math.round(total * options.share));
    return {
      program: python.program,
      async round() {
        settleMemory();
        await python.run(workload, Math.min(count, LEAD_IN_OPERATIONS));
        const [make, drop] = await python.run<Seconds>(workload, count);
        const toMs = (seconds: number): number => seconds * MS_PER_SECOND;
        return perOperation(phases([toMs(make), toMs(drop)]), count);
      },
    };
  };
  return [
    { name: "CPython", does, start: (options) => start(options, () => openNative(FOLDER)) },
    {
      name: "CPython, no gc",
      does: "the same after gc.disable()",
      start: (options) => start(options, () => openNative(FOLDER, UNCOLLECTED)),
    },
    {
      name: "Pyodide",
      does: "the same, CPython compiled to Wasm",
      start: (options) => start(options, () => openPyodide(FOLDER)),
    },
  ];
}

/** What can be handed to Python; bytes arrive as such. */
export type Argument = number | string | Uint8Array;

export interface Python {
  readonly program: string;
  /** What a function of the workloads returns. */
  run<Result>(workload: string, ...args: readonly Argument[]): Promise<Result>;
}

/**
 * The Python of this machine.
 *
 * @param folder - of workloads.py.
 * @param more - arguments of serve.py.
 * @throws {UnavailableError}
 */
export async function openNative(folder: URL, ...more: string[]): Promise<Python> {
  const script = fileURLToPath(new URL("serve.py", FOLDER));
  const child = spawn(COMMAND, [script, fileURLToPath(folder), ...more], {
    // it writes no bytecode beside the sources
    env: { ...process.env, PYTHONDONTWRITEBYTECODE: "1" },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const gone = once(child, "close").then(
    () => {
      throw new Error(`${COMMAND} ended before its work did`);
    },
    (error: NodeJS.ErrnoException) => {
      const isAbsent = error.code === "ENOENT";
      throw isAbsent ? new UnavailableError(`there is no ${COMMAND} on this machine`) : error;
    },
  );
  gone.catch(() => {}); // told to whoever waits for an answer
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const answer = async <T>(): Promise<T> => {
    const { value } = await Promise.race([lines.next(), gone]);
    if (value === undefined) return gone;
    return JSON.parse(value) as T;
  };
  const [implementation, version] = await answer<[string, string]>();
  const [major, minor] = version.split(".").map(Number) as [number, number];
  if (implementation !== "CPython" || major !== MAJOR || minor < MINOR_MIN) {
    child.stdin.end();
    throw new UnavailableError(
      `${COMMAND} is ${implementation} ${version}, not CPython ${MAJOR}.${MINOR_MIN} or later`,
    );
  }
  return {
    program: `${implementation} ${version}`,
    run(workload, ...args) {
      const bytes = args.filter((it) => it instanceof Uint8Array);
      const call = args.map((it) => (it instanceof Uint8Array ? { bytes: it.length } : it));
      child.stdin.write(`${JSON.stringify([workload, ...call])}\n`);
      for (const it of bytes) child.stdin.write(it);
      return answer();
    },
  };
}

/** @param folder - of workloads.py. */
export async function openPyodide(folder: URL): Promise<Python> {
  const pyodide = await loadPyodide();
  pyodide.runPython(readFileSync(new URL("workloads.py", folder), "utf8"));
  const measure = pyodide.runPython("import json; lambda call: json.dumps(measure(*call))");
  const version = pyodide.runPython("import platform; platform.python_version()") as string;
  return {
    program: `Pyodide ${pyodide.version}, CPython ${version}`,
    async run(workload, ...args) {
      const call = pyodide.toPy([workload, ...args]);
      try {
        return JSON.parse(measure(call));
      } finally {
        call.destroy();
      }
    },
  };
}
