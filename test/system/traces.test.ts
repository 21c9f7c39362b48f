import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
/** The trace that comes with the package, and the whole corpus where it lies beside the checkout. */
const FOLDERS = ["examples", "../shared/traces"].map((folder) => join(ROOT, folder)).filter(existsSync);
const TRACES = FOLDERS.flatMap((folder) =>
  readdirSync(folder)
    .filter((file) => file.endsWith(".atr.gz"))
    .map((file) => join(folder, file)),
);

test.each(TRACES)("every block of %s keeps its pattern from birth to free", (trace) => {
  for (const module of ["pymalloc.wasm", "pymalloc.checked.wasm"]) {
    const wasm = join(ROOT, "build", module);
    // a module of our own name would be taken for the built-in one
    const brought =
      module === "pymalloc.wasm" ? ["--only", "pymalloc"] : ["--wasm", wasm, "--only", "pymalloc.checked"];
    const output = execFileSync(
      process.execPath,
      [join(ROOT, "dist/cli.js"), "replay", trace, ...brought, "--check", "--rounds", "1", "--json", "-"],
      { encoding: "utf8" },
    );
    const { rows, failures } = JSON.parse(output) as { rows: unknown[]; failures?: unknown[] };
    expect(rows).toHaveLength(1);
    expect(failures ?? []).toEqual([]);
  }
});
