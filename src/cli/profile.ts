// src/cli/profile.ts: `pymalloc profile`: runs a script, then prints its memory line by line.
// Not here: running and measuring (src/profile).

import { Command, InvalidArgumentError } from "commander";
import { BACKENDS, type BackendName, isBackend } from "../profile/backend.js";
import { NoScriptError } from "../profile/child.js";
import type { ProfileRecord } from "../profile/record.js";
import { toJson, toText } from "../profile/report.js";
import { runScript, type ScriptRun } from "../profile/script.js";
import { UNITS, type Unit } from "../profile/size-text.js";
import type { StartOptions } from "../profile/start-options.js";
import { hasColors } from "./colors.js";
import { EXIT_OK, UsageError } from "./exit.js";
import { PROFILE_REGISTER, readVersion } from "./modules.js";
import { append, STDOUT, writeOutput } from "./output.js";

interface ProfileOptions {
  readonly function?: string[];
  readonly backend?: BackendName[];
  readonly gc?: true;
  readonly unit?: Unit;
  readonly output?: string;
  readonly json?: string;
  readonly color: boolean;
}

/** The subcommand, to be added to the program. */
export function profileCommand(): Command {
  return new Command("profile")
    .description(
      "run a script, JavaScript or TypeScript, and print what each line of its marked functions takes",
    )
    .argument("<script>", "measures functions marked with profile(…) or @profile, or chosen by --function")
    .argument("[args...]", "the script's own")
    .passThroughOptions()
    .option("--function <name>", "measure this function too: f, Class.method, Class.*; repeatable", append)
    .option(
      "--backend <names>",
      `where memory is read, comma-separated: ${BACKENDS.join(", ")}; the bytes in this library's heaps if the script has any, or else V8's heap`,
      parseBackends,
    )
    .option("--gc", "collect V8's garbage before each reading of its heap: slow, and exact")
    .option("--unit <unit>", `show sizes in ${Object.keys(UNITS).join(", ")}`, parseUnit)
    .option("-o, --output <file>", "write the table there")
    .option("--json <file>", `write what was measured as JSON too, ${STDOUT} for stdout alone`)
    .option("--no-color", "plain text")
    .action(async (script: string, args: string[], options: ProfileOptions) => {
      process.exitCode = await runProfile(script, args, options);
    });
}

async function runProfile(script: string, args: readonly string[], options: ProfileOptions): Promise<number> {
  // before the work, whose result would be lost
  for (const file of [options.output, options.json]) {
    if (file !== undefined && file !== STDOUT) await writeOutput(file, "");
  }
  const { code, record } = await runMeasured(script, args, {
    functions: options.function ?? [],
    backends: options.backend ?? [],
    collects: options.gc ?? false,
  });
  // of a script that failed before it had a function, its own error says enough
  const isTold = record !== undefined && (code === EXIT_OK || record.functions.length > 0);
  if (isTold) await report(record, options);
  return code;
}

async function report(record: ProfileRecord, options: ProfileOptions): Promise<void> {
  const { output, json, unit } = options;
  if (output !== undefined && output !== STDOUT) {
    await writeOutput(output, `${toText(record, { hasColors: false, unit })}\n`);
  } else if (json !== STDOUT) {
    const text = toText(record, { hasColors: hasColors(options.color), unit });
    if (record.functions.length === 0) console.error(`pymalloc: ${text}`);
    else console.log(`\n${text}`);
  }
  if (json === undefined) return;
  await writeOutput(json, `${JSON.stringify(toJson(record, await readVersion()), null, 2)}\n`);
}

/** Runs the script to its end. @throws {UsageError} if there is none. */
export async function runMeasured(
  script: string,
  args: readonly string[],
  options: StartOptions,
): Promise<ScriptRun> {
  try {
    return await runScript(PROFILE_REGISTER, script, args, options);
  } catch (error) {
    if (error instanceof NoScriptError) throw new UsageError(error.message);
    throw error;
  }
}

export function parseBackends(value: string): BackendName[] {
  return value.split(",").map((name) => {
    if (isBackend(name)) return name;
    throw new InvalidArgumentError(`there are ${BACKENDS.join(", ")}.`);
  });
}

export function parseUnit(value: string): Unit {
  if (value in UNITS) return value as Unit;
  throw new InvalidArgumentError(`there are ${Object.keys(UNITS).join(", ")}.`);
}
