// conformance/conformance.ts: the command that runs oracle programs on this library and tells where it differs from CPython.
// Not here: bundling it (run.mjs), running one program (run-program.ts).

import { readdirSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { EXIT_FAILED, EXIT_OK, UsageError } from "../src/cli/exit.js";
import { ProgressLine } from "../src/cli/progress-line.js";
import { readModule, runCommand, writeJson, writeText } from "./command.js";
import { CPython } from "./cpython.js";
import { type Program, readPrograms } from "./program.js";
import { type Difference, firstDifference } from "./run-program.js";

const CORPUS = fileURLToPath(new URL("../conformance/corpus", import.meta.url));

interface ConformanceOptions {
  readonly withoutCollection?: true;
  readonly only?: string;
  readonly json?: string;
  readonly wasm?: string;
  readonly record?: true;
}

interface Failure extends Difference {
  readonly file: string;
  readonly id: string;
  readonly note: string | undefined;
}

async function runConformance(files: readonly string[], options: ConformanceOptions): Promise<number> {
  if (options.record) await record(files.length > 0 ? files : corpus());
  const programs: { file: string; program: Program }[] = [];
  for (const file of files.length > 0 ? files : corpus()) {
    for (const program of await readPrograms(file)) programs.push({ file, program });
  }
  const chosen = programs.filter(
    ({ program }) =>
      !(options.withoutCollection && program.collects) &&
      (options.only === undefined || program.id === options.only),
  );
  if (chosen.length === 0 && options.only !== undefined) {
    throw new UsageError(`--only ${options.only}: no such program in these files`);
  }
  const module = await readModule(options.wasm);
  // Before the work, whose result would be lost.
  if (options.json !== undefined) await writeJson(options.json, {});

  const failures: Failure[] = [];
  const progress = ProgressLine.start(false);
  for (const [index, { file, program }] of chosen.entries()) {
    progress.show(index / chosen.length, `${basename(file)}  ${program.id}`);
    const difference = firstDifference(program, module);
    if (difference !== undefined) failures.push({ file, id: program.id, note: program.note, ...difference });
  }
  progress.stop();

  for (const failure of failures) console.log(describe(failure));
  console.log(`${chosen.length - failures.length} passed, ${failures.length} failed`);
  if (options.json !== undefined) {
    await writeJson(options.json, { passed: chosen.length - failures.length, failures });
  }
  return failures.length > 0 ? EXIT_FAILED : EXIT_OK;
}

/** The programs that come with this repository. */
function corpus(): string[] {
  return readdirSync(CORPUS)
    .filter((file) => file.endsWith(".jsonl"))
    .map((file) => `${CORPUS}/${file}`);
}

/** Writes what CPython shows into the files. */
async function record(files: readonly string[]): Promise<void> {
  const cpython = await CPython.load();
  for (const file of files) {
    const programs = await readPrograms(file, true);
    const lines = programs.map((program) => {
      return `${JSON.stringify({ ...program, expect: cpython.run(program.ops) })}\n`;
    });
    await writeText(file, lines.join(""));
  }
}

function describe({ file, id, note, index, op, expected, got }: Failure): string {
  return [
    `${basename(file)}: ${id}${note === undefined ? "" : `: ${note}`}`,
    `  op ${index}: ${JSON.stringify(op)}`,
    `  expected ${expected}`,
    `  got      ${got}`,
  ].join("\n");
}

await runCommand(
  new Command("conformance")
    .description("run oracle programs on this library and compare with what CPython showed")
    .argument("[file...]", "programs, .jsonl; those in conformance/corpus if none")
    .option("--without-collection", "only programs that run no collection")
    .option("--only <id>", "only this program")
    .option("--json <file>", "write the differences as JSON too")
    .option("--record", "first write into the files what CPython shows, with Pyodide")
    .option("--wasm <path>", "another build of the library's module with objects")
    .action(async (files: string[], options: ConformanceOptions) => {
      process.exitCode = await runConformance(files, options);
    }),
);
