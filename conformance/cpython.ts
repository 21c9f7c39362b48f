// conformance/cpython.ts: CPython in this process, as Pyodide has it: runs programs, and any other Python.
// Not here: what it runs them with (cpython/runner.py).

import { readdirSync, readFileSync } from "node:fs";
import { loadPyodide } from "pyodide";
import type { Observation, Op } from "./program.js";

const FOLDER = new URL("../conformance/cpython/", import.meta.url);
const HOME = "/home/pyodide";

export class CPython {
  private constructor(
    readonly version: string,
    private readonly runPython: (python: string) => unknown,
    private readonly runAll: (programs: string) => string,
  ) {}

  /** Takes more than a second. */
  static async load(): Promise<CPython> {
    const pyodide = await loadPyodide();
    for (const file of readdirSync(FOLDER).filter((name) => name.endsWith(".py"))) {
      pyodide.FS.writeFile(`${HOME}/${file}`, readFileSync(new URL(file, FOLDER)));
    }
    const version = pyodide.runPython("import sys; sys.version.split()[0]") as string;
    return new CPython(version, (python) => pyodide.runPython(python), pyodide.pyimport("runner").run_all);
  }

  /** The value of Python's last expression. */
  evaluate(python: string): unknown {
    return told(() => this.runPython(python));
  }

  /**
   * What each op of a program shows.
   *
   * @param orders - of each collection in turn, creation ids of objects, in the order in which it is to look at them; CPython's own
   *   for objects and collections that are left out.
   */
  run(ops: readonly Op[], orders: readonly (readonly number[])[] = []): Observation[] {
    const [observations] = JSON.parse(told(() => this.runAll(JSON.stringify([[ops, orders]]))));
    return observations as Observation[];
  }
}

/** Python's errors as ours: with theirs, Node would show the line they come from, which is all of Pyodide. */
function told<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw new Error(`CPython: ${(error as Error).message}`);
  }
}
