// src/cli/strategies.ts: which strategies a command of the lab measures: the package's, and modules that are brought.

import { readFile } from "node:fs/promises";
import { AllocatorModule, allocatorName } from "../lab/allocator.js";
import type { Strategy } from "../lab/sweep/subject.js";
import { UsageError } from "./exit.js";
import { readInput } from "./input.js";
import { BUILT_IN_MODULES, type BuiltInModule } from "./modules.js";

export interface StrategyChoice {
  /** Files of modules. */
  readonly wasm?: readonly string[] | undefined;
  /** Names; all if there are none. */
  readonly strategy?: readonly string[] | undefined;
  readonly baseline: string;
}

/**
 * This package's allocator, the brought ones, the rest; where names are given, those and the baseline.
 *
 * @throws {UsageError} if a name is unknown, or two strategies have the same.
 * @throws {AllocatorModuleError} if a file is no allocator.
 */
export async function chooseStrategies({
  wasm = [],
  strategy = [],
  baseline,
}: StrategyChoice): Promise<Strategy[]> {
  const [own, ...others] = BUILT_IN_MODULES;
  const brought = wasm.map((file) => ({ name: allocatorName(file), description: `brought: ${file}`, file }));
  const all: BuiltInModule[] = [own!, ...brought, ...others];
  const names = all.map(({ name }) => name);
  const duplicate = names.find((name, index) => names.indexOf(name) !== index);
  if (duplicate !== undefined) throw new UsageError(`two strategies have the name ${duplicate}; rename one`);
  for (const name of [...strategy, baseline]) {
    if (!names.includes(name)) {
      throw new UsageError(`${name}: no such strategy; there are ${names.join(", ")}`);
    }
  }
  const isChosen = (name: string): boolean =>
    strategy.length === 0 || strategy.includes(name) || name === baseline;
  return Promise.all(all.filter(({ name }) => isChosen(name)).map(strategyOf));
}

async function strategyOf({ file, description, ...traits }: BuiltInModule): Promise<Strategy> {
  const source = await readInput(file, (path) => AllocatorModule.read(path, traits));
  return { source, bytes: await readFile(file), description };
}
