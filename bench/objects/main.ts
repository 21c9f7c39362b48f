// bench/objects/main.ts: the command for benchmarks of objects.
// Not here: bundling it (../run.mjs), what it measures (benchmarks.ts).

import { runCommand } from "../command.js";
import type { WorkOptions } from "./benchmark.js";
import { BENCHMARKS } from "./benchmarks.js";
import { runSuite, type Suite, type SuiteOptions, suiteCommand } from "./suite.js";

const CAVEAT = `Against ourselves:
- Linear memory stays once it has grown, so only the first round meets memory that the system has to hand out;
  CPython gives memory back and meets it in every round.
- Here, as in CPython, cycles are looked for as the program goes, by default every 2000 containers; CPython up to 3.12 looks every 700.
  "CPython, no gc" does not look, so it is no fair rival of ours where containers stay.
- A record here has 32-bit references, CPython's and V8's (in Node) 64-bit ones. Browsers compress V8's: there a plain object
  takes half of what it takes here.
- Releasing plain objects is a whole collection, which an engine may put off, or do beside the program.
- Every contender runs alone in its process, with a loop that is compiled for it: a program that uses much at once is slower.`;

const OBJECTS: Suite<WorkOptions> = {
  command: "bench:objects",
  rounds: 11,
  bundle: "bench-objects-contender.mjs",
  caveat: CAVEAT,
  benchmarksOf: () => BENCHMARKS,
};

await runCommand(OBJECTS.command, async () => {
  const names = BENCHMARKS.map((it) => it.name).join(", ");
  const description = "time this library's objects beside plain objects, CPython and Pyodide";
  await suiteCommand(OBJECTS.command, description, names)
    .action(async (options: SuiteOptions) => {
      process.exitCode = await runSuite(OBJECTS, options, {});
    })
    .parseAsync();
});
