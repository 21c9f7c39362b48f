// src/cli/workloads.ts: what commands of the lab are given to replay: files of recorders, or generators with their settings.
// Not here: reading (src/lab), generating (src/lab/generators).

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { traceName } from "../lab/atr1.js";
import { readWorkload } from "../lab/formats/read-recording.js";
import { parseGenerator } from "../lab/generators/parse.js";
import { generateTrace } from "../lab/generators/workload.js";
import { digestOf, type Workload } from "../lab/sweep/subject.js";
import { UsageError } from "./exit.js";
import { readInput } from "./input.js";
import { EXAMPLE_TRACE } from "./modules.js";

/**
 * The workloads of these names; the package's example if there are none.
 *
 * @throws {UsageError} if a file can't be read, or two have the same name.
 * @throws {GeneratorError} if a name is neither a file's nor a generator's.
 */
export async function findWorkloads(names: readonly string[]): Promise<Workload[]> {
  const workloads: Workload[] = [];
  for (const name of names.length > 0 ? names : [EXAMPLE_TRACE]) {
    workloads.push(isFile(name) ? await fileWorkload(name) : generatedWorkload(name));
  }
  const told = workloads.map(({ name }) => name);
  const twice = told.find((name, index) => told.indexOf(name) !== index);
  if (twice === undefined) return workloads;
  throw new UsageError(`two workloads have the name ${twice}; rename or leave out one`);
}

/** What has a folder or an extension can only be meant as a file. */
function isFile(name: string): boolean {
  return existsSync(name) || basename(name) !== name || /^[^:]*\./.test(name);
}

async function fileWorkload(file: string): Promise<Workload> {
  const digest = digestOf(await readInput(file, (path) => readFile(path)));
  return {
    name: traceName(file),
    source: file,
    digest,
    load: () => readInput(file, (path) => readWorkload(path)),
  };
}

function generatedWorkload(text: string): Workload {
  const workload = parseGenerator(text);
  const { generator, values, name } = workload;
  const settings = Object.entries(values).map(([parameter, value]) => `${parameter}=${value}`);
  const source = `${generator.name}:${settings.join(",")}`;
  return { name, source, digest: digestOf(source), load: async () => generateTrace(workload) };
}
