// conformance/run.mjs: bundles one of this folder's commands for whichever Node runs this, and runs it: run.mjs COMMAND ARGUMENTS…
// The bundle lies in build/, beside the Wasm modules that the library looks for next to its own bundle.

import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const [command] = process.argv.splice(2, 1);
const bundle = new URL(`../build/${command}.mjs`, import.meta.url);

await build({
  entryPoints: [fileURLToPath(new URL(`${command}.ts`, import.meta.url))],
  outfile: fileURLToPath(bundle),
  bundle: true,
  format: "esm",
  platform: "node",
  target: "node20",
  packages: "external",
  loader: { ".wasm": "binary" },
  logLevel: "warning",
});
await import(bundle);
