// vitest.config.ts: two projects: quick (npm test) and system (whole commands, browser, package; needs the build).

import { readFile } from "node:fs/promises";
import { defineConfig } from "vitest/config";

/** Imports a Wasm file as its bytes, as the bundler does (scripts/build-js.mjs, loader "binary"). */
const wasmBytes = {
  name: "wasm-bytes",
  enforce: "pre" as const,
  async load(id: string) {
    if (!id.endsWith(".wasm")) return null;
    const base64 = (await readFile(id)).toString("base64");
    return `export default Uint8Array.from(atob("${base64}"), (c) => c.charCodeAt(0));`;
  },
};

export default defineConfig({
  test: {
    reporters: ["default", "./test/support/closing-line-reporter.ts"],
    maxWorkers: "100%", // one less by default: half of a small machine
    projects: [
      {
        plugins: [wasmBytes],
        test: {
          name: "quick",
          include: ["test/assembly/**/*.test.ts", "test/src/**/*.test.ts"],
          testTimeout: 30_000,
        },
      },
      {
        plugins: [wasmBytes],
        test: {
          name: "system",
          include: ["test/system/**/*.test.ts"],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          // timings and 4-GiB memories are tried here: one file at a time
          fileParallelism: false,
        },
      },
    ],
  },
});
