// test/system/graph.test.ts: pymalloc graph, as a user runs it, on small graphs and on the corpus where it lies beside the checkout. Needs dist/.

import { existsSync, readdirSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCommand } from "../support/command.js";
import { setField, writeOgr1 } from "../support/ogr1-writer.js";
import { ONE_OF_EACH, ONE_OF_EACH_ANSWERS } from "../support/small-graphs.js";

const CLI = process.env.PYMALLOC_CLI ?? "dist/cli.js";
const CORPUS = fileURLToPath(new URL("../../../shared/graphs", import.meta.url));
const GRAPHS = existsSync(CORPUS) ? readdirSync(CORPUS).filter((file) => file.endsWith(".ogr.gz")) : [];

let folder: string;
let small: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "graph-"));
  small = join(folder, "small.ogr");
  await writeFile(small, writeOgr1(ONE_OF_EACH));
});
afterAll(() => rm(folder, { recursive: true }));

const graph = (...args: string[]): ReturnType<typeof runCommand> => runCommand([CLI, "graph", ...args]);

describe("pymalloc graph", () => {
  test("shows and writes what a graph came to", async () => {
    const json = join(folder, "out.json");
    const { code, stdout } = await graph(small, "--rounds", "2", "--json", json);
    expect(code).toBe(0);
    expect(stdout).toContain("every count is the file's");
    expect(JSON.parse(await readFile(json, "utf8"))).toMatchObject(ONE_OF_EACH_ANSWERS);
  });

  test.each(GRAPHS)("gives the answers of %s", async (file) => {
    const { code, stdout } = await graph(join(CORPUS, file), "--rounds", "1", "--quiet", "--json", "-");
    expect(code).toBe(0);
    const { collected, freedByRefcount, expected } = JSON.parse(stdout);
    expect({ collected, freedByRefcount }).toEqual({
      collected: expected.collected,
      freedByRefcount: expected.freedByRefcount,
    });
  });

  test("ends with 1 when an answer differs", async () => {
    const wrong = join(folder, "wrong.ogr");
    const bytes = writeOgr1(ONE_OF_EACH);
    setField(bytes, "dropFreedByRefcount", ONE_OF_EACH_ANSWERS.freedByRefcount + 1);
    await writeFile(wrong, bytes);
    const { code, stdout } = await graph(wrong, "--rounds", "1");
    expect(code).toBe(1);
    expect(stdout).not.toContain("every count is the file's");
  });

  test.each([
    ["no file", []],
    ["a missing file", ["/no/such.ogr"]],
    ["a file that is no graph", ["package.json"]],
    ["no rounds", ["package.json", "--rounds", "x"]],
  ])("ends with 2 and one line for %s", async (_, args) => {
    const { code, stdout, stderr } = await graph(...args);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).not.toMatch(/\n +at /);
  });
});
