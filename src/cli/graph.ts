// src/cli/graph.ts: `pymalloc graph`: options in, tables or JSON out.
// Not here: graphs and what is done with them (src/graph).

import { Command } from "commander";
import { createHeapSync } from "../embedded.js";
import { CorruptHeapError, MemoryError } from "../errors.js";
import { Experiment, type GraphResult } from "../graph/experiment.js";
import type { ObjectGraph } from "../graph/object-graph.js";
import { readGraph } from "../graph/ogr1.js";
import { toJson, toText } from "../graph/report.js";
import { hasColors } from "./colors.js";
import { EXIT_FAILED, EXIT_INTERRUPTED, EXIT_OK } from "./exit.js";
import { parseCount, readInput } from "./input.js";
import { readVersion } from "./modules.js";
import { STDOUT, writeOutput } from "./output.js";
import { ProgressLine } from "./progress-line.js";

const DEFAULT_ROUNDS = 5;

interface GraphOptions {
  readonly rounds: number;
  readonly json?: string;
  readonly color: boolean;
  readonly quiet?: true;
}

/** The subcommand, to be added to the program. */
export function graphCommand(): Command {
  return new Command("graph")
    .description("load recorded CPython heaps (OGR1), cut them, collect, and compare with what CPython did")
    .argument("<file...>", "graphs, .ogr or .ogr.gz")
    .option("--rounds <count>", "times each graph is loaded, cut and collected", parseCount, DEFAULT_ROUNDS)
    .option(
      "--json <file>",
      `write what was measured as JSON, ${STDOUT} for stdout; an array for several graphs`,
    )
    .option("--no-color", "plain text")
    .option("--quiet", "no table and no progress")
    .action(async (files: string[], options: GraphOptions) => {
      process.exitCode = await runGraphs(files, options);
    });
}

async function runGraphs(files: readonly string[], options: GraphOptions): Promise<number> {
  // before the work, whose result would be lost
  if (options.json !== undefined && options.json !== STDOUT) await writeOutput(options.json, "");
  let isInterrupted = false;
  const interrupt = (): void => {
    isInterrupted = true;
  };
  process.once("SIGINT", interrupt);
  const results: GraphResult[] = [];
  let code = EXIT_OK;
  const progress = ProgressLine.start(options.quiet ?? false);
  try {
    const graphs: ObjectGraph[] = [];
    for (const file of files) graphs.push(await readInput(file, readGraph));
    for (const [index, graph] of graphs.entries()) {
      const experiment = new Experiment(graph, createHeapSync);
      for (let round = 0; round < options.rounds && !isInterrupted; round += 1) {
        progress.show((index + round / options.rounds) / graphs.length, graph.name);
        // lets a Ctrl-C in, and the bar out
        await new Promise((resolve) => setImmediate(resolve));
        if (isInterrupted) break;
        if (!succeeds(experiment)) {
          code = EXIT_FAILED;
          break;
        }
      }
      const { result } = experiment;
      if (result === undefined) continue;
      results.push(result);
      if (!result.isRight) code = EXIT_FAILED;
    }
  } finally {
    progress.stop();
    process.off("SIGINT", interrupt);
  }
  if (!options.quiet && options.json !== STDOUT) {
    console.log(results.map((result) => toText(result, hasColors(options.color))).join("\n\n"));
    if (isInterrupted) console.log("\ninterrupted: these are the rounds that were done");
  } else {
    for (const result of results) if (!result.isRight) console.error(`pymalloc: ${describeFault(result)}`);
  }
  if (options.json !== undefined) await writeOutput(options.json, await describeAll(results, files.length));
  return isInterrupted ? EXIT_INTERRUPTED : code;
}

/** Runs one round, or tells why it can't be. */
function succeeds(experiment: Experiment): boolean {
  try {
    experiment.run();
    return true;
  } catch (error) {
    if (!(error instanceof MemoryError || error instanceof CorruptHeapError)) throw error;
    console.error(`pymalloc: ${experiment.graph.file}: ${error.message}`);
    return false;
  }
}

function describeFault({ graph, ...result }: GraphResult): string {
  const { freedByRefcount, heldByCycles, collected } = graph.answers;
  return (
    `${graph.file}: freed ${result.freedByRefcount}, held by cycles ${result.heldByCycles}, collected ${result.collected}, ` +
    `and ${result.liveCollected} with all alive; the file says ${freedByRefcount}, ${heldByCycles}, ${collected} and 0`
  );
}

async function describeAll(results: readonly GraphResult[], files: number): Promise<string> {
  const version = await readVersion();
  const described = results.map((result) => toJson(result, version));
  return `${JSON.stringify(files === 1 ? (described[0] ?? null) : described, null, 2)}\n`;
}
