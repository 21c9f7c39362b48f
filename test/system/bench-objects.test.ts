// test/system/bench-objects.test.ts: the benchmarks of objects run, say what they measured, and hold the sizes that are promised.
// Not here: times, which a busy machine decides.

import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { runCommand } from "../support/command.js";

const RUN = fileURLToPath(new URL("../../bench/run.mjs", import.meta.url));
const bench = (args: readonly string[], interruptMs?: number) =>
  runCommand([RUN, "objects", ...args], interruptMs);

interface Result {
  readonly benchmarks: readonly { readonly name: string }[];
  readonly rows: readonly {
    readonly benchmark: string;
    readonly contender: string;
    readonly measure: string;
    readonly value: { readonly median: number };
  }[];
}

test("a quick run measures what it is asked for, and a record of two references takes 16 bytes", async () => {
  const file = join(mkdtempSync(join(tmpdir(), "bench-")), "objects.json");
  const { code, stdout } = await bench(["--quick", "--only", "create-drop", "linked-nodes", "--json", file]);
  expect(code).toBe(0);
  expect(stdout).toMatch(/create-drop: a record of two references is made and dropped/);
  expect(stdout).toMatch(/targets reached/);
  const { benchmarks, rows } = JSON.parse(readFileSync(file, "utf8")) as Result;
  expect(benchmarks.map(({ name }) => name)).toEqual(["create-drop", "linked-nodes"]);
  const bytes = rows.filter(({ benchmark, measure }) => benchmark === "linked-nodes" && measure === "size");
  const of = (name: string): number => bytes.find(({ contender }) => contender === name)!.value.median;
  // memory grows by a 64th at a time
  for (const ours of ["core", "pointer tier"]) expect(of(ours)).toBeLessThanOrEqual(16 * 1.04);
  expect(of("pointer tier")).toBeLessThanOrEqual(of("plain objects") / 2);
});

test("an unknown benchmark is told in one line, exit code 2", async () => {
  const { code, stderr } = await bench(["--only", "nothing"]);
  expect(code).toBe(2);
  expect(stderr).toMatch(/^bench:objects: --only nothing: /);
});

test("Ctrl-C ends it with 130", async () => {
  expect((await bench(["--quick", "--only", "nodes"], 2500)).code).toBe(130);
});
