// src/cli/mprof.ts: `pymalloc mprof`: run a script and keep its memory over time, plot such runs, list them, remove them.
// Not here: running and drawing (src/profile).

import { readdir, readFile, rm } from "node:fs/promises";
import { basename, extname, relative } from "node:path";
import { Command, InvalidArgumentError } from "commander";
import { BACKENDS, type BackendName } from "../profile/backend.js";
import { formatRun, type MprofRun, parseRun } from "../profile/mprof-file.js";
import { type PlotData, plotData } from "../profile/plot-data.js";
import { sizeText } from "../profile/size-text.js";
import { hasColors } from "./colors.js";
import { EXIT_FAILED, UsageError } from "./exit.js";
import { PLOT_MODULE } from "./modules.js";
import { append, STDOUT, writeOutput } from "./output.js";
import { parseBackends, runMeasured } from "./profile.js";

const DEFAULT_INTERVAL_S = 0.1;
const DEFAULT_BACKENDS: BackendName[] = ["heap", "rss"];
const WIDTH_IN_PIPES = 100;
const RUN_FILE = /^mprofile_\d{14}(_\d+)?\.json$/;

interface RunOptions {
  readonly interval: number;
  readonly backend: BackendName[];
  readonly function?: string[];
  readonly output?: string;
}

interface PlotOptions {
  readonly output?: string;
  readonly terminal?: true;
  readonly backend?: BackendName[];
  readonly color: boolean;
}

/** The subcommand, to be added to the program. */
export function mprofCommand(): Command {
  const mprof = new Command("mprof")
    .description("memory over time: run a script and keep samples, plot them")
    .enablePositionalOptions();
  mprof.addCommand(runCommand());
  mprof.addCommand(plotCommand());
  mprof
    .command("list")
    .description("the runs in this folder, with their numbers, oldest first")
    .action(async () => {
      for (const [index, file] of (await runFiles()).entries()) {
        const { command, date } = await readRun(file);
        console.log(`${index}  ${file}  ${date}  ${command.join(" ")}`);
      }
    });
  mprof
    .command("clean")
    .description("remove the runs in this folder")
    .action(async () => {
      for (const file of await runFiles()) await rm(file);
    });
  return mprof;
}

function runCommand(): Command {
  return new Command("run")
    .description(
      "run a script, JavaScript or TypeScript, and keep samples of its memory and calls of its marked functions",
    )
    .argument("<script>")
    .argument("[args...]", "the script's own")
    .passThroughOptions()
    .option("--interval <seconds>", "between samples", parseInterval, DEFAULT_INTERVAL_S)
    .option(
      "--backend <names>",
      `where memory is read: ${BACKENDS.join(", ")}`,
      parseBackends,
      DEFAULT_BACKENDS,
    )
    .option(
      "--function <name>",
      "follow this function's calls too: f, Class.method, Class.*; repeatable",
      append,
    )
    .option("-o, --output <file>", "write there, not to mprofile_<time>.json")
    .action(async (script: string, args: string[], options: RunOptions) => {
      process.exitCode = await runSampled(script, args, options);
    });
}

function plotCommand(): Command {
  return new Command("plot")
    .description("plot a run as a picture, or in the terminal")
    .argument("[file]", "what mprof run wrote, or its number in mprof list, -1 the newest", "-1")
    .option(
      "-o, --output <file>",
      "the picture, .svg or .png, - for an SVG on stdout; the run's name with .svg if none",
    )
    .option("--terminal", "plot in the terminal, and no picture unless it is asked for")
    .option("--backend <name>", "which samples; the first of the run's that has any bytes", parseBackends)
    .option("--no-color", "plain text")
    .action(plotRun);
}

async function runSampled(script: string, args: readonly string[], options: RunOptions): Promise<number> {
  const date = new Date();
  const output = options.output ?? (await newRunFile(date));
  // before the work, whose result would be lost
  await writeOutput(output, "");
  let code = EXIT_FAILED;
  try {
    const run = await runMeasured(script, args, {
      functions: options.function ?? [],
      backends: options.backend,
      intervalMs: options.interval * 1000,
    });
    code = run.code;
    if (run.record === undefined) throw new UsageError(`${script} ended before there was a sample`);
    const { series = [], brackets = [] } = run.record;
    const command = [relative("", script) || script, ...args];
    await writeOutput(
      output,
      formatRun({ command, date: date.toISOString(), exitCode: code, series, brackets }),
    );
    console.error(`pymalloc: ${output}`);
  } catch (error) {
    await rm(output, { force: true });
    throw error;
  }
  return code;
}

async function plotRun(argument: string, options: PlotOptions): Promise<void> {
  const file = await findRun(argument);
  const run = await readRun(file);
  const [backend] = options.backend ?? [];
  const data = plotData(run, backend);
  if (data === undefined) {
    const there = run.series.map((it) => it.backend).join(", ");
    throw new UsageError(
      `${file} has no samples of ${backend ?? "any kind"}; it has those of ${there || "none"}`,
    );
  }
  const { plotInTerminal } = await loadPlot();
  if (options.terminal) {
    const width = process.stdout.isTTY ? process.stdout.columns : WIDTH_IN_PIPES;
    console.log(plotInTerminal(data, width, hasColors(options.color)));
    if (options.output === undefined) return;
  }
  await drawPicture(data, options.output ?? `${basename(file, extname(file))}.svg`);
}

async function drawPicture(data: PlotData, output: string): Promise<void> {
  const { plotAsPng, plotAsSvg } = await loadPlot();
  const kind = output === STDOUT ? ".svg" : extname(output);
  if (kind !== ".svg" && kind !== ".png") {
    throw new UsageError(`cannot draw ${output}: give a name that ends with .svg or .png`);
  }
  await writeOutput(output, kind === ".png" ? await plotAsPng(data) : `${plotAsSvg(data)}\n`);
  if (output === STDOUT) return;
  console.error(`pymalloc: ${output}: ${data.backend}, peak ${sizeText(data.peak.bytes, data.unit)}`);
}

function loadPlot(): Promise<typeof import("../profile/plot.js")> {
  return import(PLOT_MODULE) as Promise<typeof import("../profile/plot.js")>;
}

/** Names of runs in this folder, oldest first. */
async function runFiles(): Promise<string[]> {
  return (await readdir(".")).filter((name) => RUN_FILE.test(name)).sort();
}

async function newRunFile(date: Date): Promise<string> {
  const stem = `mprofile_${date.toISOString().replaceAll(/\D/g, "").slice(0, 14)}`;
  const taken = new Set(await runFiles());
  let name = `${stem}.json`;
  for (let number = 1; taken.has(name); number += 1) name = `${stem}_${number}.json`;
  return name;
}

/** @param argument - a file, or a number: of the list, or from its end if negative. */
async function findRun(argument: string): Promise<string> {
  if (!/^-?\d+$/.test(argument)) return argument;
  const files = await runFiles();
  const file = files.at(Number(argument));
  if (file !== undefined) return file;
  throw new UsageError(
    files.length === 0
      ? "there is no run in this folder: pymalloc mprof run SCRIPT, or name its file"
      : `there is no run ${argument}; there are 0 to ${files.length - 1}`,
  );
}

async function readRun(file: string): Promise<MprofRun> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UsageError(`cannot read ${file}: ${code === "ENOENT" ? "no such file" : message}`);
  }
  return parseRun(text, file);
}

function parseInterval(value: string): number {
  const seconds = Number(value);
  if (seconds > 0) return seconds;
  throw new InvalidArgumentError("give seconds, more than 0.");
}
