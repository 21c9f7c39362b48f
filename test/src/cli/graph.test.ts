// test/src/cli/graph.test.ts: the command in this process: what it prints, writes and ends with.

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { EXIT_FAILED, EXIT_OK, UsageError } from "../../../src/cli/exit.js";
import { graphCommand } from "../../../src/cli/graph.js";
import { GraphFormatError } from "../../../src/graph/graph-format-error.js";
import { setField, writeOgr1 } from "../../support/ogr1-writer.js";
import { ONE_OF_EACH, ONE_OF_EACH_ANSWERS } from "../../support/small-graphs.js";

// where the package lies is the bundle's to know
vi.mock("../../../src/cli/modules.js", () => ({ readVersion: async () => "1.2.3" }));

let folder: string;
let right: string;
let wrong: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "graph-"));
  right = join(folder, "right.ogr.gz");
  wrong = join(folder, "wrong.ogr");
  const bytes = writeOgr1(ONE_OF_EACH);
  await writeFile(right, gzipSync(bytes));
  setField(bytes, "dropFreedByRefcount", 4);
  await writeFile(wrong, bytes);
});
afterAll(() => rm(folder, { recursive: true }));

let printed: string;
let complained: string;
beforeEach(() => {
  printed = "";
  complained = "";
  vi.spyOn(console, "log").mockImplementation((text: string) => {
    printed += `${text}\n`;
  });
  vi.spyOn(console, "error").mockImplementation((text: string) => {
    complained += `${text}\n`;
  });
});
afterEach(() => vi.restoreAllMocks());

/** Runs the command. @returns its exit code. */
async function run(...args: string[]): Promise<number> {
  const before = process.exitCode;
  try {
    await graphCommand()
      .exitOverride()
      .configureOutput({ writeErr() {} })
      .parseAsync(args, { from: "user" });
    return process.exitCode as number;
  } finally {
    process.exitCode = before;
  }
}

test("prints a block for each graph, and ends well", async () => {
  expect(await run(right, right, "--rounds", "2")).toBe(EXIT_OK);
  expect(printed.match(/right: 12 nodes, 19 edges/g)).toHaveLength(2);
  expect(printed).not.toContain("\u001b");
});

test("ends with a failure where an answer differs, and goes on to the next graph", async () => {
  expect(await run(wrong, right, "--rounds", "1")).toBe(EXIT_FAILED);
  expect(printed).toMatch(/wrong: 12 nodes[\s\S]*✗[\s\S]*failed[\s\S]*right: 12 nodes[\s\S]*every count/);
  expect(await run(wrong, "--rounds", "1", "--quiet")).toBe(EXIT_FAILED);
  expect(complained).toMatch(
    /wrong\.ogr: freed 3, held by cycles 5, collected 3.*the file says 4, 5, 3 and 0/,
  );
});

test("writes an object for one graph, an array for several", async () => {
  const file = join(folder, "rows.json");
  expect(await run(right, "--rounds", "1", "--quiet", "--json", file)).toBe(EXIT_OK);
  expect(printed).toBe("");
  const one = JSON.parse(await readFile(file, "utf8"));
  expect(one).toMatchObject({ nodes: 12, ...ONE_OF_EACH_ANSWERS, expected: ONE_OF_EACH_ANSWERS, rounds: 1 });
  await run(right, wrong, "--rounds", "1", "--quiet", "--json", file);
  const two = JSON.parse(await readFile(file, "utf8"));
  expect(two.map((it: { graph: string; isRight: boolean }) => [it.graph, it.isRight])).toEqual([
    ["right", true],
    ["wrong", false],
  ]);
});

test("faults of the input are typed, for the command line to tell in one line", async () => {
  await expect(run(join(folder, "none.ogr"))).rejects.toThrow(UsageError);
  await expect(run(folder)).rejects.toThrow(UsageError);
  await expect(run("package.json")).rejects.toThrow(GraphFormatError);
  await expect(run(right, "--rounds", "0")).rejects.toThrow(/--rounds/);
  await expect(run()).rejects.toThrow(/file/);
});
