// src/cli/modules.ts: where the command line's own files lie, next to the bundle it runs from.
// Not here: what they are used for.

import { readFile } from "node:fs/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import registry from "../../assembly/strategies/strategies.json" with { type: "json" };
import type { AllocatorTraits } from "../lab/allocator.js";

/** An allocator module that comes with the package. */
export interface BuiltInModule extends AllocatorTraits {
  readonly name: string;
  /** One line. */
  readonly description: string;
  readonly file: string;
}

/** The allocator this package is about. */
export const OWN_ALLOCATOR = "pymalloc";

/** A line of the registry, by the strategy's name. */
type Registry = Readonly<Record<string, AllocatorTraits & { readonly description: string }>>;

/** This package's allocator first, then every strategy, in the registry's order. */
export const BUILT_IN_MODULES: readonly BuiltInModule[] = [
  {
    name: OWN_ALLOCATOR,
    description: "arenas of pools of equal blocks, chunks in bins for large ones",
    file: besideBundle("pymalloc.wasm"),
  },
  ...Object.entries(registry as Registry).map(
    ([name, { description, isFake = false, neverFrees = false }]) => ({
      ...{ name, description, isFake, neverFrees },
      file: besideBundle(`strategies/${name}.wasm`),
    }),
  ),
];

/** What is measured unless others are named: this package's allocator, what every AssemblyScript program gets, and two floors. */
export const DEFAULT_MODULES: readonly BuiltInModule[] = BUILT_IN_MODULES.filter(({ name }) =>
  [OWN_ALLOCATOR, "tlsf", "bump", "null"].includes(name),
);

/** This command, and the folder of the package. */
export const CLI = besideBundle("cli.js");
export const PACKAGE_ROOT = besideBundle("..");

/** The script that the tour profiles. */
export const EXAMPLE_SCRIPT = besideBundle("../examples/big-list.mjs");

/** The trace replayed when none is named. */
export const EXAMPLE_TRACE = besideBundle("../examples/sqlite.atr.gz");

/** What a profiled process begins with. */
export const PROFILE_REGISTER = besideBundle("profile/register.js");

/** What a recorded process begins with. */
export const RECORD_REGISTER = besideBundle("record/pymalloc-core-recorder.js");

/** Draws plots: large, so loaded where one is drawn alone. */
export const PLOT_MODULE = pathToFileURL(besideBundle("profile/plot.js")).href;

/** What a worker of a stress run begins with. */
export const STRESS_WORKER = besideBundle("stress/worker.js");

/** Draws the figures of a report of the lab, in the reader's browser. */
export const LAB_PAGE_SCRIPT = besideBundle("lab/page.js");

/** This package's version. */
export async function readVersion(): Promise<string> {
  const manifest = JSON.parse(await readFile(besideBundle("../package.json"), "utf8")) as { version: string };
  return manifest.version;
}

/** The bundler keeps its files, this one's chunk included, in one folder. */
function besideBundle(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}
