// test/system/bench-objects.test.ts: the benchmarks of objects, run as a user runs them. Needs build/.
// Not here: whether the times are any good; bytes are the same everywhere, and are held to.

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Verdict } from "../../bench/objects/judge.js";
import type { MissingContender, Row } from "../../bench/objects/measure.js";
import { type Outcome, runCommand } from "../support/command.js";

const TIMEOUT_MS = 120_000;
const QUICK_MS = 60_000;
/** Nothing here is so slow, on any machine. */
const SANE_NS = 100_000;
/** A struct of two references. */
const STRUCT_BYTES = 16;
/** The quick run's share of ten million records, with the bytes that the whole number may take. */
const QUICK_MIB = 165 / 10;
/** Headers of pools and arenas, and what memory has grown ahead of need, a 64th at a time: of each record's bytes. */
const OVERHEAD = 0.04;

interface Results {
  readonly interrupted: boolean;
  readonly benchmarks: { name: string; reference: string; contenders: { name: string; does: string }[] }[];
  readonly rows: Row[];
  readonly targets: Verdict[];
  readonly failures: MissingContender[];
  readonly skipped: MissingContender[];
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "bench-objects-"));
});
afterAll(() => rm(folder, { recursive: true }));

const bench = (args: readonly string[], interruptMs?: number): Promise<Outcome> =>
  runCommand(["bench/run.mjs", "objects", ...args], interruptMs);

describe("the benchmarks of objects", { timeout: TIMEOUT_MS }, () => {
  test("a quick run measures every contender in less than a minute", async () => {
    const file = join(folder, "results.json");
    const begin = performance.now();
    const { code, stdout, stderr } = await bench(["--quick", "--json", file]);
    expect(performance.now() - begin).toBeLessThan(QUICK_MS);
    expect(stderr).toBe("");
    expect(code).toBe(0);
    const results = JSON.parse(await readFile(file, "utf8")) as Results;
    expect(results.failures).toEqual([]);
    expect(results.interrupted).toBe(false);

    const missing = new Set(results.skipped.map((it) => `${it.benchmark}, ${it.contender}`));
    for (const { contender } of results.skipped) expect(contender).toMatch(/^CPython/); // Pyodide comes with us
    for (const { name, contenders } of results.benchmarks) {
      expect(stdout).toContain(`${name}: `);
      for (const { name: contender, does } of contenders) {
        if (missing.has(`${name}, ${contender}`)) continue;
        expect(stdout).toContain(`  ${contender}: ${does}`);
        const rows = results.rows.filter((row) => row.benchmark === name && row.contender === contender);
        expect(rows, `${name}, ${contender}`).not.toHaveLength(0);
      }
    }
    for (const { value, unit, ...row } of results.rows) {
      expect(value.min, JSON.stringify(row)).toBeGreaterThanOrEqual(0);
      expect(value.median).toBeGreaterThanOrEqual(value.min);
      expect(value.max).toBeGreaterThanOrEqual(value.median);
      if (unit === "ns") expect(value.median, JSON.stringify(row)).toBeLessThan(SANE_NS);
    }
    for (const target of results.targets) expect(target.isReached).toBe(target.value! <= target.limit);
    expect(stdout).toMatch(/\d+ of \d+ targets reached/);
    expect(stdout).toContain("Against ourselves");

    for (const contender of ["core", "pointer tier"]) {
      const median = (measure: string): number =>
        results.rows.find(
          (row) => row.benchmark === "linked-nodes" && row.contender === contender && row.measure === measure,
        )!.value.median;
      expect(median("size")).toBeGreaterThanOrEqual(STRUCT_BYTES);
      expect(median("size")).toBeLessThan(STRUCT_BYTES * (1 + OVERHEAD));
      expect(median("footprint")).toBeLessThanOrEqual(QUICK_MIB);
    }
    const memory = results.targets.filter((it) => it.measure === "size" || it.measure === "footprint");
    expect(memory).toHaveLength(4);
    for (const target of memory) expect(target.isReached, JSON.stringify(target)).toBe(true);
  });

  test("a run of some benchmarks runs no others", async () => {
    const { code, stdout } = await bench(["--quick", "--only", "create-drop", "walk"]);
    expect(code).toBe(0);
    expect(stdout).toContain("create-drop: ");
    expect(stdout).toContain("walk: ");
    expect(stdout).not.toContain("decref: ");
  });

  test("a machine without python3 is told, and all else is measured", async () => {
    const path = process.env.PATH;
    process.env.PATH = folder;
    const { code, stdout } = await bench(["--quick", "--only", "strings"]).finally(() => {
      process.env.PATH = path;
    });
    expect(code).toBe(0);
    expect(stdout).toContain("not run: strings, CPython: there is no python3 on this machine");
    expect(stdout).toContain("Pyodide");
    expect(stdout).toContain("facade: set");
  });

  test("Ctrl-C ends it with the benchmarks that were done, and 130", async () => {
    const { code, stdout } = await bench(["--only", "create-drop", "linked-nodes"], 15_000);
    expect(code).toBe(130);
    expect(stdout).toContain("interrupted");
    expect(stdout).toContain("create-drop: ");
    expect(stdout).not.toContain("linked-nodes: ");
  });

  const usageErrors: [string, string[], RegExp][] = [
    ["an unknown benchmark", ["--only", "x"], /--only x: no such benchmark/],
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

  test("--help lists the benchmarks", async () => {
    const { code, stdout } = await bench(["--help"]);
    expect(code).toBe(0);
    expect(stdout.replaceAll(/\s+/g, " ")).toContain("linked-nodes");
  });
});
