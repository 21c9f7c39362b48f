// src/cli/lab-convert.ts: `pymalloc lab convert`: a recording in, an ATR1 trace out.
// Not here: reading recordings (src/lab/formats), encoding traces (src/lab/atr1-writer.ts).

import { resolve } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { Command } from "commander";
import { encodeTrace } from "../lab/atr1-writer.js";
import { readRecording } from "../lab/formats/read-recording.js";
import { encodeSites, sitesFileOf } from "../lab/formats/sites-file.js";
import { EXIT_OK, UsageError } from "./exit.js";
import { readInput } from "./input.js";
import { untilInterrupted } from "./interrupt.js";
import { writeOutput } from "./output.js";
import { ProgressLine } from "./progress-line.js";

interface ConvertOptions {
  readonly sites: boolean;
  readonly quiet?: true;
}

/** The subcommand, to be added to the group. */
export function labConvertCommand(): Command {
  return new Command("convert")
    .description("write a recording of mtrace or heaptrack as an ATR1 trace, which replays read fastest")
    .argument("<in>", "a recording, plain, gzipped or .zst")
    .argument("<out>", "the trace, .atr.gz or .atr; call sites go beside it, into .sites.tsv.gz")
    .option("--no-sites", "leave the call sites out")
    .option("--quiet", "print nothing, show no progress")
    .action(async (input: string, output: string, options: ConvertOptions) => {
      process.exitCode = await untilInterrupted((signal) => runConvert(input, output, options, signal));
    });
}

async function runConvert(
  input: string,
  output: string,
  { sites: wantsSites, quiet }: ConvertOptions,
  signal: AbortSignal,
): Promise<number> {
  if (!/\.atr(\.gz)?$/.test(output)) {
    throw new UsageError(`cannot write ${output}: a trace's name ends in .atr.gz or .atr`);
  }
  if (resolve(input) === resolve(output))
    throw new UsageError(`${output} would be written over what is read; give another name`);
  const progress = ProgressLine.start(quiet ?? false);
  try {
    const onProgress = (done: number): void => progress.show(done, input);
    const { trace, sites } = await readInput(input, (path) => readRecording(path, { onProgress, signal }));
    const bytes = encodeTrace(trace);
    await writeOutput(output, output.endsWith(".gz") ? await promisify(gzip)(bytes) : bytes);
    const hasSites = wantsSites && sites.count > 0;
    if (hasSites) await writeOutput(sitesFileOf(output), await encodeSites(sites));
    progress.stop();
    if (quiet) return EXIT_OK;
    console.log(
      `${output}: ${trace.events.toLocaleString("en")} events, ${trace.maxSlots.toLocaleString("en")} slots`,
    );
    if (hasSites) console.log(`${sitesFileOf(output)}: ${sites.count.toLocaleString("en")} call sites`);
  } finally {
    progress.stop();
  }
  return EXIT_OK;
}
