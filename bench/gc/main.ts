// bench/gc/main.ts: the command for benchmarks of the cycle collector.
// Not here: bundling it (../run.mjs), what it measures (benchmarks.ts).

import { readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { InvalidArgumentError } from "commander";
import { UsageError } from "../../src/cli/exit.js";
import { runCommand } from "../command.js";
import { runSuite, type Suite, type SuiteOptions, suiteCommand } from "../objects/suite.js";
import { benchmarksOf } from "./benchmarks.js";
import type { GcOptions } from "./options.js";

const DEFAULT_SIZES = [1_000_000, 10_000_000];
/** Beside the working tree, where there are any; as seen from the bundle, in build/. */
const DEFAULT_GRAPHS = fileURLToPath(new URL("../../shared/graphs/", import.meta.url));
const GRAPH_FILE = /\.ogr(\.gz)?$/;

const CAVEAT = `Against ourselves:
- A node here takes a third of the bytes that it takes in CPython, and less than half of a plain object's: more fits into the caches.
- CPython, here 3.11 or whichever is installed, walks lists that lead from object to object; Pyodide is CPython 3.13. Neither has
  what newer versions do better or worse.
- A recorded graph is quicker to collect in CPython made anew, in the order of its nodes and all at once, than it was in its
  program; as lists, which say less about it than structs, it is quicker still.
- V8's times are of the whole heap of its process, and of all its threads: with more cores it is faster. It marks and moves on
  other threads too, and sweeps there after gc() has returned, which nobody waits for here.
- What dies with the list, before a collection of garbage, is not timed. V8 has no such deaths: its garbage is counted by the nodes made.
- One collection before the timed ones fills the caches; a program's own work would have emptied them.
- A pause is what heap.gc.callbacks tell; frames, by the clock outside, have V8's collections in them too, and
  what else the machine does meanwhile.
- Few pauses are of full collections, so a small share of late ones says little: see the share of time that they take.`;

const GC: Suite<GcOptions> = {
  command: "bench:gc",
  rounds: 7,
  bundle: "bench-gc-contender.mjs",
  caveat: CAVEAT,
  benchmarksOf,
};

interface GcSuiteOptions extends SuiteOptions {
  readonly sizes?: number[];
  readonly graphs?: string;
}

await runCommand(GC.command, async () => {
  const names = [
    ...benchmarksOf({ seed: 0, share: 1, sizes: [], graphs: [] }).map((it) => it.name),
    "graph-NAME",
  ];
  const description = "time this library's cycle collector beside CPython's, Pyodide's and V8's";
  await suiteCommand(GC.command, description, names.join(", "))
    .option("--sizes <nodes...>", "numbers of nodes for the benchmark sizes (default: 1e6 1e7)", parseSizes)
    .option("--graphs <folder>", `of recorded graphs, NAME.ogr or NAME.ogr.gz (default: ${DEFAULT_GRAPHS})`)
    .action(async ({ sizes = DEFAULT_SIZES, graphs, ...options }: GcSuiteOptions) => {
      process.exitCode = await runSuite(GC, options, { sizes, graphs: await graphFiles(graphs) });
    })
    .parseAsync();
});

/** Paths. Only a folder that the user names has to be there. */
async function graphFiles(folder: string | undefined): Promise<string[]> {
  try {
    const files = await readdir(folder ?? DEFAULT_GRAPHS);
    const graphs = files.filter((it) => GRAPH_FILE.test(it)).sort();
    if (graphs.length === 0 && folder !== undefined) throw new UsageError(`no graphs in ${folder}`);
    return graphs.map((it) => resolve(join(folder ?? DEFAULT_GRAPHS, it)));
  } catch (error) {
    if (error instanceof UsageError) throw error;
    if (folder !== undefined) throw new UsageError(`cannot read ${folder}: ${(error as Error).message}`);
    return [];
  }
}

/** One more size. */
function parseSizes(text: string, before: readonly number[] = []): number[] {
  const size = Number(text);
  if (!Number.isInteger(size) || size < 1)
    throw new InvalidArgumentError("It must be a whole number, such as 1e7.");
  return [...before, size];
}
