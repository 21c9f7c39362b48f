// bench/run.mjs: bundles the benchmarks for whichever Node runs this, and runs them: those of the allocator, or `run.mjs objects …`.
// The bundles lie in build/, beside the modules that src/cli/modules.ts looks for next to its own bundle.

import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** Bundles of a program, the one to run first. */
const ALLOCATOR = { bench: "main.ts" };
const OBJECTS = {
  "bench-objects": "objects/main.ts",
  "bench-objects-contender": "objects/contender-main.ts",
};

let program = ALLOCATOR;
if (process.argv[2] === "objects") {
  process.argv.splice(2, 1);
  program = OBJECTS;
}

const pathOf = (file) => fileURLToPath(new URL(file, import.meta.url));
await build({
  entryPoints: Object.fromEntries(Object.entries(program).map(([name, file]) => [name, pathOf(file)])),
  outdir: pathOf("../build"),
  outExtension: { ".js": ".mjs" },
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20",
  packages: "external",
  loader: { ".wasm": "binary" },
  minifySyntax: true, // as the package is bundled: see scripts/build-js.mjs
  logLevel: "warning",
});
await import(new URL(`../build/${Object.keys(program)[0]}.mjs`, import.meta.url));
