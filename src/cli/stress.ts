// src/cli/stress.ts: `pymalloc stress`: options in, a live view, a summary or JSON out.
// Not here: what is run (src/stress).

import { Command, InvalidArgumentError, Option } from "commander";
import { largestCount } from "../stress/capacity.js";
import { runCrew } from "../stress/crew.js";
import { countText } from "../stress/format.js";
import { DAMAGES, type Damage, type StressPlan } from "../stress/plan.js";
import { parseQuantity } from "../stress/quantity.js";
import { failuresOf, type StressOutcome, titleOf, toJson, toText } from "../stress/report.js";
import type { RunProgress, RunResult } from "../stress/result.js";
import { SHAPE_NAMES, SHAPE_TEXTS, type ShapeName } from "../stress/shapes.js";
import { viewOf } from "../stress/view.js";
import { createColors } from "../tour/colors.js";
import { hasColors } from "./colors.js";
import { EXIT_FAILED, EXIT_INTERRUPTED, EXIT_OK, UsageError } from "./exit.js";
import { LiveView } from "./live-view.js";
import { readVersion, STRESS_WORKER } from "./modules.js";
import { STDOUT, writeOutput } from "./output.js";

const DEFAULT_OBJECTS = 1_000_000;
const DEFAULT_PASSES = 3;
const DEFAULT_SEED = 1;
/** Graphs that fill a heap, unless their size is given. */
const GRAPHS = 16;
const MIB = 2 ** 20;
/** All of 4 GiB but what no heap with objects may have. */
const MEBIBYTES_MAX = 4095;
const WORKERS_MAX = 64;
const SECONDS_MAX = 30 * 24 * 3600;
const WIDTH_MAX = 110;
const WIDTH_IN_PIPES = 90;

interface StressOptions {
  readonly objects?: number;
  readonly shape: ShapeName;
  readonly churn: number;
  readonly passes: number;
  readonly seconds?: number;
  readonly workers: number;
  readonly seed: number;
  readonly maxMemory: number;
  readonly untilFull?: true;
  readonly pauseTarget: number;
  readonly versus?: "js";
  readonly damage?: Damage;
  readonly json?: string;
  readonly color: boolean;
  readonly quiet?: true;
}

/** The subcommand, to be added to the program. */
export function stressCommand(): Command {
  const shapes = SHAPE_NAMES.map((name) => `  ${name.padEnd(8)}${SHAPE_TEXTS[name]}`).join("\n");
  return new Command("stress")
    .description("build, change, drop and collect millions of objects, and verify every one of them")
    .option(
      "--objects <count>",
      "nodes, of all workers together, such as 10e6, 10m, 250k (default: 1m)",
      whole(1),
    )
    .addOption(new Option("--shape <shape>", "which refers to which").choices(SHAPE_NAMES).default("random"))
    .option("--churn <share>", "of the nodes, replaced in each pass: from 0 to 1", fraction, 0)
    .option("--passes <count>", "of replacing, where there is churn", whole(1), DEFAULT_PASSES)
    .option("--seconds <count>", "go on so long", whole(1, SECONDS_MAX))
    .option("--workers <count>", "threads, each with a heap of its own", whole(1, WORKERS_MAX), 1)
    .option("--seed <number>", "draws the graph, and what is replaced", whole(0, 2 ** 31 - 1), DEFAULT_SEED)
    .option(
      "--max-memory <MiB>",
      "linear memory of each heap, at most",
      whole(1, MEBIBYTES_MAX),
      MEBIBYTES_MAX,
    )
    .option("--until-full", "fill the heap to MemoryError, free half, and go on; --objects: of each graph")
    .option(
      "--pause-target <ms>",
      "full collections in increments of about so long; 0: at once",
      milliseconds,
      0,
    )
    .addOption(new Option("--versus <what>", "the same on plain objects, beside it").choices(["js"]))
    .addOption(
      new Option("--damage <what>", "spoil something, to see it found: ends with code 1").choices(DAMAGES),
    )
    .option("--json <file>", `write what was measured as JSON, ${STDOUT} for stdout`)
    .option("--no-color", "plain text")
    .option("--quiet", "no live view and no summary")
    .addHelpText("after", `\nShapes:\n${shapes}`)
    .action(async (options: StressOptions) => {
      process.exitCode = await runStress(options);
    });
}

async function runStress(options: StressOptions): Promise<number> {
  const plans = planParts(options);
  // before the work, whose result would be lost
  if (options.json !== undefined && options.json !== STDOUT) await writeOutput(options.json, "");
  const abort = new AbortController();
  const interrupt = (): void => {
    if (abort.signal.aborted) process.exit(EXIT_INTERRUPTED); // the second time: at once
    abort.abort();
  };
  process.on("SIGINT", interrupt);
  let outcome: StressOutcome;
  try {
    const ours = await runWatched(plans, options, abort.signal);
    outcome = { ours };
    if (options.versus !== undefined && !abort.signal.aborted && failuresOf(outcome).length === 0) {
      const others = plans.map((plan) => ({ ...plan, engine: options.versus! }));
      outcome = { ours, plain: await runWatched(others, options, abort.signal) };
    }
  } finally {
    process.off("SIGINT", interrupt);
  }
  const failures = failuresOf(outcome);
  if (!options.quiet && options.json !== STDOUT) {
    const columns = process.stdout.isTTY ? Math.min(WIDTH_MAX, process.stdout.columns) : WIDTH_IN_PIPES;
    console.log(toText(outcome, columns, createColors(hasColors(options.color))));
  }
  for (const { message } of failures) console.error(`pymalloc: ${message}`);
  if (options.json !== undefined) {
    await writeOutput(options.json, `${JSON.stringify(toJson(outcome, await readVersion()), null, 2)}\n`);
  }
  if (failures.length > 0) return EXIT_FAILED;
  return abort.signal.aborted ? EXIT_INTERRUPTED : EXIT_OK;
}

/** Runs parts, with a live view of them. */
async function runWatched(
  plans: readonly StressPlan[],
  options: StressOptions,
  signal: AbortSignal,
): Promise<RunResult[]> {
  const parts = new Array<RunProgress | undefined>(plans.length).fill(undefined);
  const begin = performance.now();
  const where = plans[0]!.engine === "js" ? "plain objects" : "pymalloc";
  const title = `${where}: ${titleOf(plans.map((plan) => ({ plan })))}`;
  const colors = createColors(options.color && process.env.NO_COLOR === undefined);
  const view = LiveView.start(options.quiet ?? false, (width) =>
    viewOf(
      {
        title: signal.aborted ? "stopping; Ctrl-C again ends it at once" : title,
        seconds: (performance.now() - begin) / 1000,
        parts,
      },
      width,
      colors,
    ),
  );
  try {
    return await runCrew(plans, {
      workerFile: STRESS_WORKER,
      signal,
      onProgress: (part, progress) => {
        parts[part] = progress;
      },
    });
  } finally {
    view.stop();
  }
}

/** A plan for each worker. @throws {UsageError} if it can't be done. */
function planParts(options: StressOptions): StressPlan[] {
  const { shape, churn, passes, seconds, workers, seed, damage } = options;
  const isUntilFull = options.untilFull ?? false;
  const maximumBytes = options.maxMemory * MIB;
  if (isUntilFull && options.versus !== undefined) {
    throw new UsageError(
      "--until-full and --versus js: V8 ends its process when its heap is full; leave one out",
    );
  }
  if (isUntilFull && churn > 0) {
    throw new UsageError("--until-full and --churn: a full heap has no room for replacements; leave one out");
  }
  if (isUntilFull && damage !== undefined) {
    throw new UsageError("--until-full and --damage: leave one out");
  }
  const largest = largestCount(shape, maximumBytes, churn);
  if (largest < 1) {
    throw new UsageError(`--max-memory ${options.maxMemory}: no node fits; give more`);
  }
  const byDefault = isUntilFull ? Math.max(1, Math.floor(largest / GRAPHS)) * workers : DEFAULT_OBJECTS;
  const objects = options.objects ?? byDefault;
  if (objects < workers) {
    throw new UsageError(`--objects ${objects}: give at least one to each of ${workers} workers`);
  }
  if (Math.ceil(objects / workers) > largest) {
    const heaps =
      workers === 1
        ? `a heap of ${options.maxMemory} MiB holds`
        : `${workers} heaps of ${options.maxMemory} MiB hold`;
    const more = options.maxMemory < MEBIBYTES_MAX ? ", more --max-memory" : "";
    throw new UsageError(
      `--objects ${countText(objects)}: ${heaps} at most ${countText(largest * workers)} of shape ${shape}` +
        `${churn > 0 ? ` at churn ${churn}` : ""}; give fewer${more}, or more --workers`,
    );
  }
  return Array.from({ length: workers }, (_, part) => ({
    ...{ engine: "pymalloc" as const, shape, churn, passes, seconds, maximumBytes, isUntilFull, damage },
    // the first ones take what does not divide
    objects: Math.floor(objects / workers) + (part < objects % workers ? 1 : 0),
    seed: seed + part,
    pauseTargetMs: options.pauseTarget,
  }));
}

/** Parses an option that is a whole number. */
function whole(least: number, most: number = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const count = parseQuantity(text);
    if (count !== undefined && count >= least && count <= most) return count;
    const range = most === Number.MAX_SAFE_INTEGER ? `${least} up` : `${least} to ${countText(most)}`;
    throw new InvalidArgumentError(`Give a whole number from ${range}, such as 10e6, 10m or 250k.`);
  };
}

/** Parses an option that is a share. */
function fraction(text: string): number {
  const share = text.endsWith("%") ? Number(text.slice(0, -1)) / 100 : Number(text);
  if (text.trim() !== "" && share >= 0 && share <= 1) return share;
  throw new InvalidArgumentError("Give a share from 0 to 1, such as 0.1, or 10%.");
}

function milliseconds(text: string): number {
  const ms = Number(text);
  if (text.trim() !== "" && Number.isFinite(ms) && ms >= 0) return ms;
  throw new InvalidArgumentError("Give milliseconds, from 0 up.");
}
