// test/system/lab-info.test.ts: pymalloc lab info and lab convert, as a user runs them; real files where they lie beside the checkout. Needs dist/.

import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCommand } from "../support/command.js";
import { nativeFile, nativeFiles } from "../support/native-formats.js";

const CLI = process.env.PYMALLOC_CLI ?? "dist/cli.js";
const MTRACE =
  "= Start\n@ app:(f+1)[0x1] + 0x10 0x8\n@ app:(f+1)[0x2] + 0x20 0x20\n@ app:[0x3] - 0x10\n= End\n";
const RECORDINGS = nativeFiles(
  ".mtrace",
  ".mtrace.gz",
  ".heaptrack",
  ".heaptrack.gz",
  ".heaptrack.zst",
  ".raw",
);

let folder: string;
let small: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lab-info-"));
  small = join(folder, "small.mtrace.gz");
  await writeFile(small, gzipSync(MTRACE));
});
afterAll(() => rm(folder, { recursive: true }));

const lab = (args: readonly string[], interruptMs?: number): ReturnType<typeof runCommand> =>
  runCommand([CLI, "lab", ...args], interruptMs);

describe("pymalloc lab info", () => {
  test("shows totals, sizes and places, without colours in a pipe", async () => {
    const { code, stdout, stderr } = await lab(["info", small, "--top", "1"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    for (const text of [
      "small.mtrace: glibc mtrace",
      "sizes asked for",
      "largest leaks",
      "not freed",
      "app:(f+1)[0x1]",
    ])
      expect(stdout).toContain(text);
    expect(stdout).not.toContain("\u001b");
  });

  test("writes JSON, an object for one file and an array for several", async () => {
    const one = await lab(["info", small, "--json", "-"]);
    expect(JSON.parse(one.stdout)).toMatchObject({
      program: "pymalloc lab info",
      name: "small.mtrace",
      leakedBytes: 32,
    });
    const file = join(folder, "out.json");
    expect(await lab(["info", small, small, "--quiet", "--json", file])).toEqual({
      code: 0,
      stdout: "",
      stderr: "",
    });
    expect(JSON.parse(await readFile(file, "utf8"))).toHaveLength(2);
  });

  test.each(RECORDINGS)("reads %s", async (name) => {
    const { code, stdout, stderr } = await lab(["info", nativeFile(name)]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("largest leaks");
  });

  test.each([
    ["no file", []],
    ["a missing file", ["/no/such.mtrace"]],
    ["a folder", ["src"]],
    ["a file that is no recording", ["package.json"]],
    ["no places", ["package.json", "--top", "0"]],
  ])("ends with 2 and one line for %s", async (_, args) => {
    const { code, stdout, stderr } = await lab(["info", ...args]);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr.trim()).not.toMatch(/\n +at /);
  });

  test("tells where damage is, and what to do", async () => {
    const damaged = join(folder, "damaged.heaptrack");
    await writeFile(damaged, "v 10400 3\ns 3 app\n+ 4\n");
    const { code, stderr } = await lab(["info", damaged]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^pymalloc: .*damaged\.heaptrack: line 3, byte 20: .*; .*record it again\n$/);
  });

  test("ends with 130 on Ctrl-C", async () => {
    const long = join(folder, "long.mtrace");
    const piece = Array.from(
      { length: 100_000 },
      (_, i) => `+ 0x${(i * 16 + 16).toString(16)} 0x8\n- 0x${(i * 16 + 16).toString(16)}\n`,
    );
    await writeFile(long, piece.join("").repeat(40));
    const { code, stdout } = await lab(["info", long], 400);
    expect(code).toBe(130);
    expect(stdout).toBe("");
  });

  test("tells of itself", async () => {
    expect((await lab(["--help"])).stdout).toMatch(/info[\s\S]+convert/);
    expect((await lab(["info", "--help"])).stdout).toContain("--top <count>");
  });
});

describe("pymalloc lab convert", () => {
  test("writes a trace that says the same, with its sites beside it, and is replayed", async () => {
    const trace = join(folder, "small.atr.gz");
    const { code, stdout } = await lab(["convert", small, trace]);
    expect(code).toBe(0);
    expect(stdout).toContain("3 events");
    const [before, after] = await Promise.all(
      [small, trace].map(async (file) => JSON.parse((await lab(["info", file, "--json", "-"])).stdout)),
    );
    for (const field of [
      "allocations",
      "frees",
      "temporary",
      "peakLiveBytes",
      "leakedBytes",
      "sizes",
      "siteCount",
    ])
      expect(after[field], field).toEqual(before[field]);
    expect(after.top.leakedBytes[0].place.functionName).toBe("app:(f+1)[0x2]");
    const replayed = await runCommand([
      CLI,
      "replay",
      trace,
      "--rounds",
      "1",
      "--only",
      "null",
      "--json",
      "-",
    ]);
    expect(JSON.parse(replayed.stdout).rows).toMatchObject([{ trace: "small", events: 3 }]);
  });

  test("leaves sites out, and is silent, if told so", async () => {
    const trace = join(folder, "bare.atr");
    expect(await lab(["convert", small, trace, "--no-sites", "--quiet"])).toEqual({
      code: 0,
      stdout: "",
      stderr: "",
    });
    expect((await readdir(folder)).filter((file) => file.startsWith("bare"))).toEqual(["bare.atr"]);
  });

  test.each([
    ["a name that is no trace's", "out.json"],
    ["a folder that is not there", "no/such/out.atr"],
  ])("ends with 2 for %s", async (_, name) => {
    const { code, stderr } = await lab(["convert", small, join(folder, name)]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^pymalloc: .+\n$/);
  });

  test("writes nothing over what it reads", async () => {
    const trace = join(folder, "same.atr.gz");
    await lab(["convert", small, trace, "--quiet"]);
    const bytes = await readFile(trace);
    expect((await lab(["convert", trace, trace])).code).toBe(2);
    expect(await readFile(trace)).toEqual(bytes);
  });
});

test("pymalloc replay takes recordings of every format", async () => {
  const files = RECORDINGS.filter((name) => /^leaky/.test(name) && !/\.(gz|zst)$/.test(name)).map(nativeFile);
  const args = [small, ...files];
  const { code, stdout } = await runCommand([
    CLI,
    "replay",
    ...args,
    "--rounds",
    "1",
    "--only",
    "pymalloc",
    "--check",
    "--json",
    "-",
  ]);
  expect(code).toBe(0);
  expect(JSON.parse(stdout).rows).toHaveLength(args.length);
});
