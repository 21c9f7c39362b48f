// src/cli/tour.ts: `pymalloc tour`: options in, chapters out, and the replay of a recorded program at the end.
// Not here: the chapters (src/tour), the replay (replay.ts).

import { writeFile } from "node:fs/promises";
import { Command } from "commander";
import { createHeapSync } from "../embedded.js";
import { CHAPTERS } from "../tour/chapters.js";
import { createColors } from "../tour/colors.js";
import { Stage, type StepRecord } from "../tour/stage.js";
import { hasColors } from "./colors.js";
import { EXIT_INTERRUPTED, EXIT_OK, UsageError } from "./exit.js";
import { runReplay } from "./replay.js";

/** The last chapter. */
const REPLAY = { name: "replay", title: "A real program's allocations, replayed" };
const REPLAY_ROUNDS = 3;
const ALL = [...CHAPTERS, REPLAY];
const STDOUT = "-";
const WIDTH_IN_PIPES = 110;
const WIDTH_MAX = 124;
const WIDTH_MIN = 60;

interface TourOptions {
  readonly chapter?: string[];
  readonly list?: true;
  readonly json?: string;
  readonly color: boolean;
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
  if (options.json !== undefined && options.json !== STDOUT) await write(options.json, "");
  let isInterrupted = false;
  const interrupt = (): void => {
    isInterrupted = true;
  };
  process.once("SIGINT", interrupt);
  const isQuiet = options.json === STDOUT;
  const colors = createColors(hasColors(options.color));
  const columns = process.stdout.isTTY ? process.stdout.columns : WIDTH_IN_PIPES;
  const width = Math.max(WIDTH_MIN, Math.min(WIDTH_MAX, columns));
  const print = (line: string): void => {
    if (!isQuiet) process.stdout.write(`${line}\n`);
  };
  const stage = new Stage({ print, colors, width });
  const records: { chapter: string; title: string; steps: readonly StepRecord[] }[] = [];
  for (const { name, title } of wanted) {
    // lets a Ctrl-C in
    await new Promise((resolve) => setImmediate(resolve));
    if (isInterrupted) break;
    stage.title(`${ALL.findIndex((it) => it.name === name) + 1}/${ALL.length}`, name, title);
    const chapter = CHAPTERS.find((it) => it.name === name);
    if (chapter !== undefined) {
      chapter.play(stage, createHeapSync());
      records.push({ chapter: name, title, steps: stage.records });
      continue;
    }
    process.off("SIGINT", interrupt); // the replay has its own way to end
    if (isQuiet) continue;
    stage.say(
      "SQLite, recorded call by call, on this allocator and others: the same malloc and free, in the same order.",
    );
    const code = await runReplay([], { rounds: REPLAY_ROUNDS, color: options.color });
    if (code !== EXIT_OK) return code;
  }
  process.off("SIGINT", interrupt);
  if (options.json !== undefined)
    await write(options.json, `${JSON.stringify({ chapters: records }, null, 2)}\n`);
  return isInterrupted ? EXIT_INTERRUPTED : EXIT_OK;
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

async function write(file: string, text: string): Promise<void> {
  if (file === STDOUT) {
    process.stdout.write(text);
    return;
  }
  try {
    await writeFile(file, text);
  } catch (error) {
    throw new UsageError(`cannot write ${file}: ${(error as Error).message}`);
  }
}

function append(value: string, previous: string[] = []): string[] {
  return [...previous, value];
}
