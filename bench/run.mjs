// bench/run.mjs: bundles the benchmarks for whichever Node runs this, and runs them.
// The bundle lies in build/, beside the modules that src/cli/modules.ts looks for next to its own bundle.

import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const BUNDLE = new URL("../build/bench.mjs", import.meta.url);

await build({
  entryPoints: [fileURLToPath(new URL("main.ts", import.meta.url))],
  outfile: fileURLToPath(BUNDLE),
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20",
  packages: "external",
  logLevel: "warning",
});
await import(BUNDLE);
