// test/system/bench.test.ts: the benchmark command, run as a user runs it. Needs build/.
// Not here: whether its figures are any good.

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Outcome, runCommand } from "../support/command.js";
import { wat, watAllocator } from "../support/wat.js";

const TIMEOUT_MS = 60_000;
const MODES = ["js", "called", "inlined"];

let folder: string;
let module: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bench-"));
  module = join(folder, "mine.wasm");
  await writeFile(module, watAllocator());
});
afterAll(() => rm(folder, { recursive: true }));

const bench = (args: readonly string[], interruptMs?: number): Promise<Outcome> =>
  runCommand(["bench/run.mjs", ...args], interruptMs);

describe("the benchmark", { timeout: TIMEOUT_MS }, () => {
  test("times every allocator from JavaScript and inside Wasm, in text and as JSON", async () => {
    const file = join(folder, "rows.json");
    const { code, stdout, stderr } = await bench(["--quick", "--only", "pair-48", "--json", file]);
    expect(stderr).toBe("");
    expect(code).toBe(0);
    for (const text of ["pair-48 inlined", "empty call", "seed 1", "Against ourselves"])
      expect(stdout).toContain(text);
    const { rows } = JSON.parse(await readFile(file, "utf8"));
    expect(
      rows.map((row: { mode: string; allocator: string }) => `${row.mode} ${row.allocator}`).toSorted(),
    ).toEqual(
      MODES.flatMap((mode) => ["pymalloc", "tlsf", "null"].map((name) => `${mode} ${name}`)).toSorted(),
    );
    for (const { nsPerOperation, ...cell } of rows) {
      expect(cell.workload).toBe("pair-48");
      expect(nsPerOperation.min).toBeGreaterThan(0);
      expect(nsPerOperation.median).toBeGreaterThanOrEqual(nsPerOperation.min);
      expect(nsPerOperation.max).toBeGreaterThanOrEqual(nsPerOperation.median);
    }
  });

  test("takes a brought module, and leaves it out where it lacks a call", async () => {
    const { code, stdout } = await bench([
      "--quick",
      "--only",
      "churn-1k",
      "realloc-factor",
      "--wasm",
      module,
    ]);
    expect(stdout).toContain("│ mine ");
    expect(stdout).toContain("not run: mine: it exports no realloc, which realloc-factor needs");
    expect(code).toBe(0);
  });

  test("tells why a brought module cannot hold the tables of a loop inside it", async () => {
    const { code, stdout } = await bench(["--quick", "--only", "churn-10k", "--wasm", module]);
    expect(stdout).toMatch(/failed: mine on churn-10k, inlined: .*out of bounds/);
    expect(code).toBe(1);
  });

  test("reports an allocator without memory, and still shows the others", async () => {
    const broken = join(folder, "broken.wasm");
    await writeFile(
      broken,
      wat(`(module (memory (export "memory") 1)
        (func (export "malloc") (param i32) (result i32) (i32.const 0)) (func (export "free") (param i32)))`),
    );
    const { code, stdout } = await bench(["--quick", "--only", "pair-4096", "--wasm", broken]);
    expect(code).toBe(1);
    expect(stdout).toContain("failed: broken on pair-4096, js: an allocation returned null");
    expect(stdout).toContain("tlsf");
  });

  test("stops at Ctrl-C with the rows so far and 130", async () => {
    const { code, stdout } = await bench(["--only", "churn-200k", "churn-1m"], 2500);
    expect(code).toBe(130);
    expect(stdout).toContain("interrupted");
  });

  const usageErrors: [string, string[], RegExp][] = [
    ["an unknown workload", ["--only", "x"], /--only x: no such workload/],
    ["a missing module", ["--wasm", "no.wasm"], /cannot read no\.wasm/],
    ["a module that is not Wasm", ["--wasm", "package.json"], /package\.json: not a Wasm module/],
    ["a seed that is no number", ["--seed", "x"], /--seed/],
    ["a place JSON cannot go", ["--json", "/no/such/folder/x.json"], /cannot write \/no\/such/],
  ];
  for (const [what, args, message] of usageErrors) {
    test(`ends with 2 and one line for ${what}`, async () => {
      const { code, stdout, stderr } = await bench(args);
      expect(code).toBe(2);
      expect(stdout).toBe("");
      expect(stderr).toMatch(message);
      expect(stderr.trim().split("\n")).toHaveLength(1);
    });
  }

  test("--help lists the workloads", async () => {
    const { code, stdout } = await bench(["--help"]);
    expect(code).toBe(0);
    expect(stdout.replaceAll(/\s+/g, " ")).toContain("churn-200k");
  });
});
