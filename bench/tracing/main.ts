// bench/tracing/main.ts: the command for benchmarks of tracemalloc.
// Not here: bundling it (../run.mjs), what it measures (benchmarks.ts).

import { readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { UsageError } from "../../src/cli/exit.js";
import { EXAMPLE_TRACE } from "../../src/cli/modules.js";
import { runCommand } from "../command.js";
import { runSuite, type Suite, type SuiteOptions, suiteCommand } from "../objects/suite.js";
import { benchmarksOf } from "./benchmarks.js";
import type { TracingOptions } from "./options.js";

/** Beside the working tree, where there are any; as seen from the bundle, in build/. */
const DEFAULT_TRACES = fileURLToPath(new URL("../../shared/traces/", import.meta.url));
const TRACE_FILE = /\.atr(\.gz)?$/;

const CAVEAT = `Against ourselves:
- With tracing on, most of the time is V8's, which looks at the stack: with a deeper stack than 20 it takes no longer, unless more frames are asked for.
- A node of CPython's here is one block; a node of ours is one too, but its list grows in steps that are traced as well, in both.
- "off" gives the least of many short runs: what costs a tenth of a nanosecond is lost in the noise of any mean. The core "without
  tracing" is compiled in the same way; where its code ends up in the engine can make a percent or two by itself.
- The sampled replay goes by the facade's calls, which check their arguments, and take longer than the bare ones of \`pymalloc replay\`.`;

const TRACING: Suite<TracingOptions> = {
  command: "bench:tracing",
  rounds: 7,
  bundle: "bench-tracing-contender.mjs",
  caveat: CAVEAT,
  benchmarksOf,
};

interface TracingSuiteOptions extends SuiteOptions {
  readonly traces?: string;
}

await runCommand(TRACING.command, async () => {
  const names = [...benchmarksOf({ seed: 0, share: 1, traces: [] }).map((it) => it.name), "sampled-NAME"];
  await suiteCommand(
    TRACING.command,
    "time what tracing allocations costs, beside CPython's tracemalloc",
    names.join(", "),
  )
    .option(
      "--traces <folder>",
      `of recorded allocations, NAME.atr or NAME.atr.gz (default: ${DEFAULT_TRACES}, or the example)`,
    )
    .action(async ({ traces, ...options }: TracingSuiteOptions) => {
      process.exitCode = await runSuite(TRACING, options, { traces: await traceFiles(traces) });
    })
    .parseAsync();
});

/** Paths. Only a folder that the user names has to be there. */
async function traceFiles(folder: string | undefined): Promise<string[]> {
  try {
    const files = (await readdir(folder ?? DEFAULT_TRACES)).filter((it) => TRACE_FILE.test(it)).sort();
    if (files.length > 0) return files.map((it) => resolve(join(folder ?? DEFAULT_TRACES, it)));
  } catch (error) {
    if (folder !== undefined) throw new UsageError(`cannot read ${folder}: ${(error as Error).message}`);
  }
  if (folder !== undefined) throw new UsageError(`no traces in ${folder}`);
  return [EXAMPLE_TRACE];
}
