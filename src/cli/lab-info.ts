// src/cli/lab-info.ts: `pymalloc lab info`: options in, tables or JSON out.
// Not here: reading recordings and adding them up (src/lab/formats).

import { Command } from "commander";
import { readRecording } from "../lab/formats/read-recording.js";
import { RecordingReport } from "../lab/formats/report.js";
import { hasColors } from "./colors.js";
import { EXIT_OK } from "./exit.js";
import { parseCount, readInput } from "./input.js";
import { untilInterrupted } from "./interrupt.js";
import { readVersion } from "./modules.js";
import { STDOUT, writeOutput } from "./output.js";
import { ProgressLine } from "./progress-line.js";

const DEFAULT_TOP = 10;

interface InfoOptions {
  readonly top: number;
  readonly json?: string;
  readonly color: boolean;
  readonly quiet?: true;
}

/** The subcommand, to be added to the group. */
export function labInfoCommand(): Command {
  return new Command("info")
    .description(
      "show what recordings of mtrace, heaptrack or ATR1 add up to: peak, leaks, and who allocated",
    )
    .argument("<file...>", "recordings, plain, gzipped or .zst; the format is told by the contents")
    .option("--top <count>", "places in each section", parseCount, DEFAULT_TOP)
    .option("--json <file>", `write all of it as JSON, ${STDOUT} for stdout; an array for several files`)
    .option("--no-color", "plain text")
    .option("--quiet", "no tables and no progress")
    .action(async (files: string[], options: InfoOptions) => {
      process.exitCode = await untilInterrupted((signal) => runInfo(files, options, signal));
    });
}

async function runInfo(files: readonly string[], options: InfoOptions, signal: AbortSignal): Promise<number> {
  const { json } = options;
  // before the work, whose result would be lost
  if (json !== undefined && json !== STDOUT) await writeOutput(json, "");
  const described: Record<string, unknown>[] = [];
  const progress = ProgressLine.start(options.quiet ?? false);
  const texts: string[] = [];
  try {
    for (const [index, file] of files.entries()) {
      const onProgress = (done: number): void => progress.show((index + done) / files.length, file);
      const recording = await readInput(file, (path) => readRecording(path, { onProgress, signal }));
      const report = new RecordingReport(recording, options.top);
      if (json !== undefined) described.push(report.toJson());
      if (json !== STDOUT && !options.quiet) texts.push(report.toText(hasColors(options.color)));
    }
  } finally {
    progress.stop();
  }
  if (texts.length > 0) console.log(texts.join("\n\n"));
  if (json !== undefined) {
    const version = await readVersion();
    const whole = described.map((it) => ({ program: "pymalloc lab info", version, ...it }));
    await writeOutput(json, `${JSON.stringify(whole.length === 1 ? whole[0] : whole, null, 2)}\n`);
  }
  return EXIT_OK;
}
