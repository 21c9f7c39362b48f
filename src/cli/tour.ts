// src/cli/tour.ts: `pymalloc tour`: options in, chapters out, and the replay of a recorded program at the end.
// Not here: the chapters (src/tour), replaying (replay.ts).

import { execFile } from "node:child_process";
import { relative } from "node:path";
import { promisify } from "node:util";
import { Command } from "commander";
import { createHeapSync } from "../embedded.js";
import type { Row } from "../lab/measure.js";
import { CHAPTERS } from "../tour/chapters.js";
import { createColors } from "../tour/colors.js";
import { drawProfile } from "../tour/profiler.js";
import { drawReplay } from "../tour/replay.js";
import type { StepRecord } from "../tour/scene.js";
import { Stage } from "../tour/stage.js";
import { hasColors } from "./colors.js";
import { EXIT_FAILED, EXIT_INTERRUPTED, EXIT_OK, UsageError } from "./exit.js";
import { CLI, EXAMPLE_SCRIPT, OWN_ALLOCATOR, PACKAGE_ROOT } from "./modules.js";
import { append, STDOUT, writeOutput } from "./output.js";
import { measureFiles } from "./replay.js";

/** The chapters that need what lies beside the command: its own files, and time. */
const PROFILER = { name: "profiler", title: "What each line of a function takes" };
const REPLAY = { name: "replay", title: "A real program's allocations, replayed" };
const REPLAY_ROUNDS = 3;
const ALL = [...CHAPTERS, PROFILER, REPLAY];
const WIDTH_IN_PIPES = 110;
const WIDTH_MAX = 124;
const WIDTH_MIN = 60;

interface TourOptions {
  readonly chapter?: string[];
  readonly list?: true;
  readonly json?: string;
  readonly color: boolean;
}

/** What --json tells of a chapter. */
interface ChapterRecord {
  readonly chapter: string;
  readonly title: string;
  readonly steps: readonly StepRecord[];
  /** The replay's. */
  readonly rows?: readonly Row[];
}

/** The subcommand, to be added to the program. */
export function tourCommand(): Command {
  const names = ALL.map(({ name }) => name).join(", ");
  return new Command("tour")
    .description("Python's memory management, live: every line shown is run, every number is its result")
    .option("--chapter <name>", `only this chapter: ${names}; repeatable`, append)
    .option("--list", "the chapters' names and titles, nothing else")
    .option("--json <file>", `write what was run and what it gave as JSON too, ${STDOUT} for stdout alone`)
    .option("--no-color", "plain text")
    .action(async (options: TourOptions) => {
      process.exitCode = await runTour(options);
    });
}

async function runTour(options: TourOptions): Promise<number> {
  const wanted = choose(options.chapter);
  if (options.list) {
    const width = Math.max(...ALL.map(({ name }) => name.length));
    for (const { name, title } of wanted) console.log(`${name.padEnd(width)}  ${title}`);
    return EXIT_OK;
  }
  // before the work, whose result would be lost
  if (options.json !== undefined && options.json !== STDOUT) await writeOutput(options.json, "");
  let isInterrupted = false;
  const interrupt = (): void => {
    isInterrupted = true;
  };
  process.once("SIGINT", interrupt);
  const stage = newStage(options);
  const records: ChapterRecord[] = [];
  let code = EXIT_OK;
  for (const { name, title } of wanted) {
    stage.title(`${ALL.findIndex((it) => it.name === name) + 1}/${ALL.length}`, name, title);
    const chapter = CHAPTERS.find((it) => it.name === name);
    if (name === PROFILER.name) {
      drawProfile(stage, relative(PACKAGE_ROOT, EXAMPLE_SCRIPT), await profileExample());
      records.push({ chapter: name, title, steps: [] });
    } else if (chapter === undefined) {
      const rows = await playReplay(stage);
      if (rows === undefined) code = EXIT_FAILED;
      else records.push({ chapter: name, title, steps: [], rows });
    } else {
      chapter.play(stage, createHeapSync());
      stage.end();
      records.push({ chapter: name, title, steps: stage.records });
    }
    // lets a Ctrl-C in
    await new Promise((resolve) => setImmediate(resolve));
    if (isInterrupted) break;
  }
  process.off("SIGINT", interrupt);
  if (options.json !== undefined) {
    await writeOutput(options.json, `${JSON.stringify({ chapters: records }, null, 2)}\n`);
  }
  return isInterrupted ? EXIT_INTERRUPTED : code;
}

function newStage(options: TourOptions): Stage {
  const isQuiet = options.json === STDOUT;
  const columns = process.stdout.isTTY ? process.stdout.columns : WIDTH_IN_PIPES;
  return new Stage({
    print: (line) => {
      if (!isQuiet) process.stdout.write(`${line}\n`);
    },
    colors: createColors(hasColors(options.color)),
    width: Math.max(WIDTH_MIN, Math.min(WIDTH_MAX, columns)),
  });
}

/** What `pymalloc profile` prints of the example. */
async function profileExample(): Promise<string> {
  const args = [CLI, "profile", "--no-color", EXAMPLE_SCRIPT];
  return (await promisify(execFile)(process.execPath, args)).stdout.replace(/^Filename: .*\n/m, "");
}

/** Replays the example. @returns its rows; undefined if an allocator failed. */
async function playReplay(stage: Stage): Promise<readonly Row[] | undefined> {
  stage.say(
    "SQLite, recorded call by call, on this allocator and others: the same malloc and free, in the same order.",
  );
  const quiet = process.stdout.isTTY ? {} : { quiet: true as const };
  const { measurement, floors } = await measureFiles([], { rounds: REPLAY_ROUNDS, ...quiet });
  for (const { reason } of measurement.failures) console.error(`pymalloc: ${reason}`);
  if (measurement.failures.length > 0) return undefined;
  drawReplay(stage, measurement.rows, OWN_ALLOCATOR, floors);
  return measurement.rows;
}

/** The chapters asked for, in the order of the tour; all of them by default. */
function choose(names: readonly string[] | undefined): readonly { name: string; title: string }[] {
  for (const name of names ?? []) {
    if (ALL.some((it) => it.name === name)) continue;
    throw new UsageError(
      `--chapter ${name}: no such chapter; there are ${ALL.map((it) => it.name).join(", ")}`,
    );
  }
  return names === undefined ? ALL : ALL.filter(({ name }) => names.includes(name));
}
