// test/system/bench-gc.test.ts: the benchmarks of the cycle collector, run as a user runs them. Needs build/.
// Not here: whether the times are any good. That every collection finds what it has to, the benchmarks see to themselves.

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { countCyclic, drawTargets } from "../../bench/gc/random-graph.js";
import type { Verdict } from "../../bench/objects/judge.js";
import type { MissingContender, Row } from "../../bench/objects/measure.js";
import { type Outcome, runCommand } from "../support/command.js";

const TIMEOUT_MS = 180_000;
const QUICK_MS = 120_000;

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
  folder = await mkdtemp(join(tmpdir(), "bench-gc-"));
});
afterAll(() => rm(folder, { recursive: true }));

const bench = (...args: readonly string[]): Promise<Outcome> => runCommand(["bench/run.mjs", "gc", ...args]);

describe("the benchmarks of the collector", { timeout: TIMEOUT_MS }, () => {
  test("a quick run measures every contender in less than two minutes", async () => {
    const file = join(folder, "results.json");
    const begin = performance.now();
    const { code, stdout, stderr } = await bench("--quick", "--json", file);
    expect(performance.now() - begin).toBeLessThan(QUICK_MS);
    expect(stderr).toBe("");
    expect(code, stdout).toBe(0);
    const results = JSON.parse(await readFile(file, "utf8")) as Results;
    expect(results.failures).toEqual([]);
    expect(results.interrupted).toBe(false);

    const missing = new Set(results.skipped.map((it) => `${it.benchmark}, ${it.contender}`));
    for (const { contender } of results.skipped) expect(contender).toMatch(/^(CPython|setPauseTarget)/);
    for (const { name, contenders } of results.benchmarks) {
      expect(stdout).toContain(`${name}: `);
      for (const { name: contender, does } of contenders) {
        if (missing.has(`${name}, ${contender}`)) continue;
        expect(stdout).toContain(`  ${contender}: ${does}`);
        const rows = results.rows.filter((row) => row.benchmark === name && row.contender === contender);
        expect(rows, `${name}, ${contender}`).not.toHaveLength(0);
      }
    }
    for (const { value, rounds, ...row } of results.rows) {
      expect(value.median, JSON.stringify(row)).toBeGreaterThanOrEqual(value.min);
      expect(value.max).toBeGreaterThanOrEqual(value.median);
      expect(rounds).toContain(value.min);
      expect(rounds).toContain(value.max);
    }
    for (const target of results.targets) expect(target.isReached).toBe(target.value! <= target.limit);
    expect(stdout).toMatch(/\d+ of \d+ targets reached/);
    expect(stdout).toContain("Against ourselves");
  });

  test("sizes are as asked for", async () => {
    const { code, stdout } = await bench("--quick", "--only", "sizes", "--sizes", "1e5", "2e5");
    expect(code, stdout).toBe(0);
    expect(stdout).toContain("pymalloc, 1e5 nodes");
    expect(stdout).toContain("V8, 2e5 nodes");
    expect(stdout).not.toContain("1e7 nodes");
  });

  test("a graph file that is none fails, and says why", async () => {
    await writeFile(join(folder, "broken.ogr"), "none");
    const { code, stdout } = await bench("--quick", "--only", "graph-broken", "--graphs", folder);
    expect(code).toBe(1);
    expect(stdout).toMatch(/failed: graph-broken, pymalloc: .*broken\.ogr: /);
  });

  const usageErrors: [string, string[], RegExp][] = [
    ["an unknown benchmark", ["--only", "x"], /--only x: no such benchmark/],
    ["a size that is no number", ["--sizes", "many"], /--sizes/],
    ["a folder that is not there", ["--graphs", "/no/such/folder"], /cannot read \/no\/such\/folder/],
  ];
  for (const [what, args, message] of usageErrors) {
    test(`ends with 2 and one line for ${what}`, async () => {
      const { code, stdout, stderr } = await bench(...args);
      expect(code).toBe(2);
      expect(stdout).toBe("");
      expect(stderr).toMatch(message);
      expect(stderr.trim().split("\n")).toHaveLength(1);
    });
  }
});

test("of random nodes, those that lead back to themselves and what they lead to outlive their list", () => {
  //  0 → 1, 2   1 → 0, 3   2 → 3, 3   3 → 3, 3   4 → 0, 3: nothing refers to 4
  expect(countCyclic(Uint32Array.of(1, 2, 0, 3, 3, 3, 3, 3, 0, 3))).toBe(4);
  expect(countCyclic(Uint32Array.of(1, 1, 2, 2, 2, 2))).toBe(1);
  const [seed, count] = [1, 10_000];
  const cyclic = countCyclic(drawTargets(seed, count));
  expect(drawTargets(seed, count)).toEqual(drawTargets(seed, count));
  expect(cyclic / count).toBeCloseTo(0.797, 1); // of Poisson's references: s = 1 - exp(-2 s)
});
