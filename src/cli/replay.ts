// src/cli/replay.ts: `pymalloc replay`: options in, tables or JSON out.
// Not here: the lab (src/lab).

import { Command } from "commander";
import { AllocatorModule, type AllocatorTraits, allocatorName } from "../lab/allocator.js";
import { readWorkload } from "../lab/formats/read-recording.js";
import { type Measurement, measure, type Progress } from "../lab/measure.js";
import { toJson, toText } from "../lab/report.js";
import type { Trace } from "../lab/trace.js";
import { hasColors } from "./colors.js";
import { EXIT_FAILED, EXIT_INTERRUPTED, EXIT_OK, UsageError } from "./exit.js";
import { parseCount, readInput } from "./input.js";
import { BUILT_IN_MODULES, DEFAULT_MODULES, EXAMPLE_TRACE, OWN_ALLOCATOR, readVersion } from "./modules.js";
import { append, STDOUT, writeOutput } from "./output.js";
import { ProgressLine } from "./progress-line.js";

const DEFAULT_ROUNDS = 5;

export interface ReplayOptions {
  readonly wasm?: string[];
  readonly only?: string[];
  readonly check?: true;
  readonly rounds: number;
  readonly json?: string;
  readonly color: boolean;
  readonly quiet?: true;
}

/** The subcommand, to be added to the program. */
export function replayCommand(): Command {
  const names = BUILT_IN_MODULES.map((it) => it.name).join(", ");
  const defaults = DEFAULT_MODULES.map((it) => it.name).join(", ");
  return new Command("replay")
    .description("replay recorded allocations on this allocator and its rivals, and compare")
    .argument(
      "[file...]",
      "traces of ATR1, mtrace or heaptrack, plain, gzipped or .zst; the package's example if none; " +
        "a .wasm is taken as --wasm",
    )
    .option(
      "--wasm <path>",
      "an allocator of your own: a module that exports malloc and free; repeatable",
      append,
    )
    .option(
      "--only <names>",
      `only these allocators, comma-separated, instead of ${defaults}; built in: ${names}`,
      appendNames,
    )
    .option("--check", "first replay once with every block filled, watched and compared")
    .option("--rounds <count>", "timed replays of each trace on each allocator", parseCount, DEFAULT_ROUNDS)
    .option("--json <file>", `write the rows as JSON, ${STDOUT} for stdout`)
    .option("--no-color", "plain text")
    .option("--quiet", "no table and no progress")
    .action(async (files: string[], options: ReplayOptions) => {
      process.exitCode = await runReplay(files, options);
    });
}

/** Replays and prints. @returns the exit code. */
export async function runReplay(files: readonly string[], options: ReplayOptions): Promise<number> {
  // Before the work, whose result would be lost.
  if (options.json !== undefined && options.json !== STDOUT) await writeOutput(options.json, "");

  const { measurement, floors } = await measureFiles(files, options);

  if (!options.quiet && options.json !== STDOUT) {
    console.log(
      toText(measurement, { reference: OWN_ALLOCATOR, floors, hasColors: hasColors(options.color) }),
    );
  } else {
    for (const failure of measurement.failures) console.error(`pymalloc: ${failure.reason}`);
  }
  if (options.json !== undefined) {
    const facts = { rounds: options.rounds, isChecked: options.check ?? false, version: await readVersion() };
    const text = `${JSON.stringify(toJson(measurement, facts, OWN_ALLOCATOR), null, 2)}\n`;
    await writeOutput(options.json, text);
  }
  if (measurement.isInterrupted) return EXIT_INTERRUPTED;
  return measurement.failures.length > 0 ? EXIT_FAILED : EXIT_OK;
}

/** What replaying gave, and the allocators that show a limit and are no rivals. */
export interface Replayed {
  readonly measurement: Measurement;
  readonly floors: ReadonlySet<string>;
}

/** Of a replay that ended while its traces were read. */
const NOTHING_MEASURED: Measurement = { rows: [], failures: [], skipped: [], isInterrupted: true };

/** Replays, with a progress line; Ctrl-C ends it, with what there is by then. */
export async function measureFiles(
  files: readonly string[],
  { wasm = [], only = [], rounds, check, quiet }: Omit<ReplayOptions, "json" | "color">,
): Promise<Replayed> {
  const abort = new AbortController();
  const interrupt = (): void => abort.abort();
  process.once("SIGINT", interrupt); // reading takes its time as well
  try {
    const isModule = (file: string): boolean => file.endsWith(".wasm");
    const choice = chooseModules([...wasm, ...files.filter(isModule)], only);
    const allocators: AllocatorModule[] = [];
    for (const { file, ...traits } of choice) {
      allocators.push(await readInput(file, (path) => AllocatorModule.read(path, traits)));
    }
    const named = files.filter((file) => !isModule(file));
    const traceFiles = named.length > 0 ? named : [EXAMPLE_TRACE];
    const traces: Trace[] = [];
    const progress = ProgressLine.start(quiet ?? false);
    const onProgress = ({ trace, allocator, done }: Progress): void =>
      progress.show(done, `${trace}  ${allocator}`);
    try {
      for (const [index, file] of traceFiles.entries()) {
        const onRead = (done: number): void => progress.show((index + done) / traceFiles.length, file);
        const options = { onProgress: onRead, signal: abort.signal };
        traces.push(await readInput(file, (path) => readWorkload(path, options)));
      }
      rejectDuplicates(
        traces.map((trace) => trace.name),
        "traces",
      );
      const measurement = await measure(traces, allocators, {
        rounds,
        check: check ?? false,
        signal: abort.signal,
        onProgress,
      });
      const floors = choice.filter((it) => it.isFake || it.neverFrees).map((it) => it.name);
      return { measurement, floors: new Set(floors) };
    } catch (error) {
      if (!abort.signal.aborted || error !== abort.signal.reason) throw error;
      return { measurement: NOTHING_MEASURED, floors: new Set() };
    } finally {
      progress.stop();
    }
  } finally {
    process.off("SIGINT", interrupt);
  }
}

/** An allocator to be replayed on, and what its bytes do not tell. */
type Choice = AllocatorTraits & { readonly name: string; readonly file: string };

/** This package's allocator, the brought ones, the rest: those of `only`, or the brought and the default ones. */
function chooseModules(brought: readonly string[], only: readonly string[]): Choice[] {
  const [own, ...others] = BUILT_IN_MODULES;
  const guests = brought.map((file) => ({ name: allocatorName(file), file }));
  const all: Choice[] = [own!, ...guests, ...others];
  rejectDuplicates(
    all.map((it) => it.name),
    "allocators",
  );
  for (const name of only) {
    if (all.some((it) => it.name === name)) continue;
    throw new UsageError(
      `--only ${name}: no such allocator; there are ${all.map((it) => it.name).join(", ")}`,
    );
  }
  const names = only.length > 0 ? only : [...DEFAULT_MODULES, ...guests].map((it) => it.name);
  return all.filter((it) => names.includes(it.name));
}

/** Rows are told apart by name, so names must differ. */
function rejectDuplicates(names: readonly string[], what: string): void {
  const duplicate = names.find((name, index) => names.indexOf(name) !== index);
  if (duplicate === undefined) return;
  throw new UsageError(`two ${what} have the name ${duplicate}; rename or leave out one`);
}

function appendNames(value: string, previous: string[] = []): string[] {
  return [...previous, ...value.split(",").filter((name) => name !== "")];
}
