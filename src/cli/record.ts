// src/cli/record.ts: `pymalloc record`: runs a script, and writes what its heaps did as traces that `pymalloc replay` takes.
// Not here: running and recording (src/record).

import { accessSync, constants, statSync } from "node:fs";
import { basename, dirname } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { Command, InvalidArgumentError } from "commander";
import { encodeTrace } from "../lab/atr1-writer.js";
import { sitesFileOf } from "../lab/formats/sites-file.js";
import { NoScriptError } from "../profile/child.js";
import { type HeapRecording, type RecordedRun, recordScript } from "../record/script.js";
import { UsageError } from "./exit.js";
import { parseCount } from "./input.js";
import { RECORD_REGISTER } from "./modules.js";
import { STDOUT, writeOutput } from "./output.js";

/** They take 240 MB. */
const DEFAULT_EVENTS = 20_000_000;
/** They take 1.2 GB; Node reads no file above 2 GiB at once. */
const EVENTS_MAX = 100_000_000;
const TRACE_ENDING = /(\.atr)?(\.gz)?$/;

interface RecordOptions {
  readonly output?: string;
  readonly sites?: true;
  readonly heap?: number;
  readonly events: number;
  readonly quiet?: true;
}

/** The subcommand, to be added to the program. */
export function recordCommand(): Command {
  return new Command("record")
    .description("run a script, and record what it allocates in this library's heaps, to be replayed")
    .argument("<script>", "JavaScript or TypeScript")
    .argument("[args...]", "the script's own; a first -- is left out")
    .passThroughOptions()
    .option(
      "-o, --output <file>",
      "the trace (ATR1); of several heaps, the number of each goes before the ending; by default the script's name, .atr.gz",
    )
    .option("--sites", "record which line each block comes from, not its kind alone: slower")
    .option("--heap <number>", "only this heap, from 1 in the order of their making", parseCount)
    .option("--events <count>", "no more than so many of each heap", parseEvents, DEFAULT_EVENTS)
    .option("--quiet", "don't tell what was recorded")
    .action(async (script: string, args: string[], options: RecordOptions) => {
      process.exitCode = await runRecord(script, args[0] === "--" ? args.slice(1) : args, options);
    });
}

async function runRecord(script: string, args: readonly string[], options: RecordOptions): Promise<number> {
  const { output = `${basename(script).replace(/\.[^.]*$/, "")}.atr.gz`, heap } = options;
  checkOutput(output); // before the work, whose result would be lost
  let code = 0;
  try {
    await recordScript(
      RECORD_REGISTER,
      script,
      args,
      { hasSites: options.sites ?? false, eventsMax: options.events, heap },
      async (run) => {
        code = run.code;
        await writeAll(run, output, options);
      },
    );
  } catch (error) {
    if (error instanceof NoScriptError) throw new UsageError(error.message);
    throw error;
  }
  return code;
}

async function writeAll(
  { heaps, heapsMade, heapsOfWorkers, read }: RecordedRun,
  output: string,
  options: RecordOptions,
): Promise<void> {
  const tell = (text: string): void => {
    if (!options.quiet) console.error(`pymalloc: ${text}`);
  };
  for (const heap of heaps) {
    const file = heaps.length === 1 ? output : output.replace(TRACE_ENDING, `.${heap}$&`);
    const recording = read(heap);
    const bytes = encodeTrace(recording.trace);
    await writeOutput(file, file.endsWith(".gz") ? await promisify(gzip)(bytes) : bytes);
    await writeSites(file, recording.sites);
    tell(describe(recording, file));
  }
  if (heaps.length === 0) tell(describeNothing(heapsMade, options.heap));
  if (heapsOfWorkers > 0) {
    tell(
      `${heapsOfWorkers} heap${heapsOfWorkers === 1 ? "" : "s"} of worker threads ${heapsOfWorkers === 1 ? "was" : "were"} not recorded`,
    );
  }
}

async function writeSites(file: string, sites: readonly string[]): Promise<void> {
  const text = sites.map((site, index) => `${index + 1}\t${site}\n`).join("");
  await writeOutput(sitesFileOf(file), await promisify(gzip)(text));
}

function describe({ heap, trace, facts }: HeapRecording, file: string): string {
  const lines = [
    `${file}: heap ${heap}: ${trace.events} events, at most ${trace.peakLiveBytes} bytes live, ${trace.liveBytesAtEnd} at the end`,
  ];
  if (facts.droppedEvents > 0) lines.push(`${facts.droppedEvents} events came after the limit: --events`);
  else if (trace.truncated) lines.push("cut off before the program's end");
  if (facts.withoutObjects !== "") lines.push(`only malloc and its like: ${facts.withoutObjects}`);
  return lines.join("; ");
}

function describeNothing(heapsMade: number, only: number | undefined): string {
  if (heapsMade === 0) return "nothing was recorded: the script has made no heap of this library";
  if (only !== undefined && only > heapsMade) {
    return `nothing was recorded: there is no heap ${only}, the script has made ${heapsMade}`;
  }
  return "nothing was recorded: nothing was allocated";
}

function parseEvents(value: string): number {
  const events = parseCount(value);
  if (events <= EVENTS_MAX) return events;
  throw new InvalidArgumentError(`give at most ${EVENTS_MAX}.`);
}

/** @throws {UsageError} if the output can't be written, or would be in the midst of the script's own. */
function checkOutput(output: string): void {
  if (output === STDOUT)
    throw new UsageError("stdout is the script's: name a file with -o, such as -o app.atr.gz");
  try {
    const found = statSync(output, { throwIfNoEntry: false });
    if (found?.isDirectory()) throw new Error("it is a folder");
    if (found !== undefined) accessSync(output, constants.W_OK);
    accessSync(dirname(output), constants.W_OK);
  } catch (error) {
    throw new UsageError(`cannot write ${output}: ${(error as Error).message}`);
  }
}
