// bench/run.mjs: bundles the benchmarks for whichever Node runs this, and runs them: those of the allocator, `run.mjs objects …`,
// `run.mjs gc …` or `run.mjs tracing …`; and the long run, `run.mjs soak …`.
// The bundles lie in build/, beside the modules that src/cli/modules.ts looks for next to its own bundle.

import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** Bundles of a program, the one to run first. */
const ALLOCATOR = { bench: "main.ts" };
const SUITES = {
  objects: { "bench-objects": "objects/main.ts", "bench-objects-contender": "objects/contender-main.ts" },
  tracing: { "bench-tracing": "tracing/main.ts", "bench-tracing-contender": "tracing/contender-main.ts" },
  soak: { soak: "soak/main.ts" },
  gc: { "bench-gc": "gc/main.ts", "bench-gc-contender": "gc/contender-main.ts" },
};

let program = ALLOCATOR;
if (Object.hasOwn(SUITES, process.argv[2] ?? "")) program = SUITES[process.argv.splice(2, 1)[0]];

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
