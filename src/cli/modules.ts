// src/cli/modules.ts: where the command line's own files lie, next to the bundle it runs from.
// Not here: what they are used for.

import { readFile } from "node:fs/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { AllocatorTraits } from "../lab/allocator.js";

/** An allocator module that comes with the package. */
export interface BuiltInModule extends AllocatorTraits {
  readonly name: string;
  readonly file: string;
}

/** The allocator this package is about. */
export const OWN_ALLOCATOR = "pymalloc";

/** This package's allocator first; then a rival and two floors, from assembly/strategies. */
export const BUILT_IN_MODULES: readonly BuiltInModule[] = [
  { name: OWN_ALLOCATOR, file: besideBundle("pymalloc.wasm") },
  { name: "tlsf", file: besideBundle("strategies/tlsf.wasm") },
  { name: "bump", file: besideBundle("strategies/bump.wasm"), neverFrees: true },
  { name: "null", file: besideBundle("strategies/null.wasm"), isFake: true },
];

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

/** This package's version. */
export async function readVersion(): Promise<string> {
  const manifest = JSON.parse(await readFile(besideBundle("../package.json"), "utf8")) as { version: string };
  return manifest.version;
}

/** The bundler keeps its files, this one's chunk included, in one folder. */
function besideBundle(path: string): string {
  return fileURLToPath(new URL(path, import.meta.url));
}
