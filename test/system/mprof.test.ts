// test/system/mprof.test.ts: `pymalloc mprof`, as a user runs it. Needs dist/.

import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type MprofRun, parseRun } from "../../src/profile/mprof-file.js";
import { type Outcome, runCommand } from "../support/command.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const CLI = join(ROOT, "dist/cli.js");
const BLOCK = 100_000;

const SCRIPT = `
import { createHeap } from "pymalloc";
import { profile } from "pymalloc/profile";
const heap = await createHeap();
const sleep = (ms: number) => new Promise((done) => setTimeout(done, ms));
const grow = profile(async function grow(n: number) {
  for (let i = 0; i < n; i++) {
    heap.malloc(${BLOCK});
    await sleep(20);
  }
});
function busy() {
  const end = performance.now() + 150;
  while (performance.now() < end);
}
await grow(5);
busy();
heap.malloc(${BLOCK});
console.log(process.argv.slice(2));
process.exit(4);
`;

let folder: string;
beforeAll(async () => {
  await mkdir(join(ROOT, "build"), { recursive: true });
  folder = await mkdtemp(join(ROOT, "build/mprof-"));
  await writeFile(join(folder, "work.ts"), SCRIPT);
});
afterAll(() => rm(folder, { recursive: true }));

const mprof = (args: readonly string[], interruptMs?: number): Promise<Outcome> =>
  runCommand([CLI, "mprof", ...args], interruptMs, { cwd: folder });

async function read(file: string): Promise<MprofRun> {
  return parseRun(await readFile(join(folder, file), "utf8"), file);
}

test("a run is kept: samples of both backends, calls with what there was, and the script's exit code", async () => {
  const { code, stdout, stderr } = await mprof([
    "run",
    "--interval",
    "0.01",
    "--function",
    "busy",
    "work.ts",
    "-o",
  ]);
  expect([code, stdout]).toEqual([4, "[ '-o' ]\n"]);
  const [, file] = /^pymalloc: (mprofile_\d{14}\.json)\n$/.exec(stderr)!;
  const run = await read(file!);
  expect(run).toMatchObject({ command: ["work.ts", "-o"], exitCode: 4 });
  const [heap, rss] = run.series;
  expect([heap!.backend, rss!.backend]).toEqual(["heap", "rss"]);
  expect(heap!.samples[0]!.bytes).toBe(0);
  expect(heap!.samples.at(-1)!.bytes).toBeGreaterThanOrEqual(6 * BLOCK);
  expect(heap!.samples.length).toBeGreaterThan(8);
  const [grow, busy] = run.brackets;
  expect([grow!.name, busy!.name, run.brackets.length]).toEqual(["grow", "busy", 2]);
  expect(grow!.to!.bytes[0]! - grow!.from.bytes[0]!).toBeGreaterThanOrEqual(5 * BLOCK);
  expect(busy!.to!.bytes[0]).toBe(busy!.from.bytes[0]);
  // while JavaScript is busy, resident memory is sampled all the same
  const during = rss!.samples.filter(({ ms }) => ms > busy!.from.ms && ms < busy!.to!.ms);
  expect(during.length).toBeGreaterThan(5);
});

test("plots are drawn as SVG, as PNG and in the terminal, of the newest run or one that is named", async () => {
  expect(await mprof(["run", "-o", "named.json", "work.ts"])).toMatchObject({ code: 4 });
  const svg = await mprof(["plot", "named.json"]);
  expect([svg.code, svg.stdout]).toEqual([0, ""]);
  expect(svg.stderr).toMatch(/^pymalloc: named\.svg: heap, peak 5\d\d\.\d{3} KiB\n$/);
  expect(await readFile(join(folder, "named.svg"), "utf8")).toMatch(
    /^<svg [\s\S]*>grow<\/text>[\s\S]*<\/svg>\n$/,
  );

  const png = await mprof(["plot", "named.json", "-o", "named.png", "--backend", "rss"]);
  expect([png.code, png.stderr.startsWith("pymalloc: named.png: rss, peak ")]).toEqual([0, true]);
  const bytes = await readFile(join(folder, "named.png"));
  expect([...bytes.subarray(0, 8)]).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  expect([bytes.readUInt32BE(16), bytes.readUInt32BE(20)]).toEqual([2000, 960]);

  const terminal = await mprof(["plot", "--terminal"]);
  expect(terminal.stdout).toMatch(
    /^work\.ts -o: heap, peak 5\d\d\.\d{3} KiB at \d\.\d\d s\n[\s\S]*\n +grow +\[─+\]\n/,
  );
  expect(terminal.stdout).not.toContain("\u001b");
  expect(await mprof(["plot", "0", "-o", "-"])).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^<svg/),
  });
});

test("runs are listed, and cleaned away, and nothing else is", async () => {
  const listed = await mprof(["list"]);
  expect(listed.stdout).toMatch(/^0 {2}mprofile_\d{14}\.json {2}\d{4}-\d\d-\d\dT[\d:.]+Z {2}work\.ts -o\n$/);
  expect(await mprof(["clean"])).toEqual({ code: 0, stdout: "", stderr: "" });
  expect((await readdir(folder)).filter((name) => name.startsWith("mprofile"))).toEqual([]);
  expect(existsSync(join(folder, "named.json"))).toBe(true);
});

test("at Ctrl-C a run is kept as far as it came", async () => {
  await writeFile(join(folder, "endless.mjs"), "function f() { for (;;) g(); } function g() {} f();");
  const { code } = await mprof(["run", "-o", "endless.json", "--function", "f", "endless.mjs"], 1200);
  expect(code).toBe(130);
  const { exitCode, brackets, series } = await read("endless.json");
  expect([exitCode, brackets.length, brackets[0]!.to]).toEqual([130, 1, undefined]);
  expect(series[1]!.samples.at(-1)!.ms).toBeGreaterThan(300);
});

test.each<[string, string[], RegExp]>([
  ["a missing script", ["run", "no.ts"], /^pymalloc: cannot read no\.ts: no such file\n$/],
  ["no interval", ["run", "--interval", "0", "work.ts"], /give seconds, more than 0/],
  ["a missing run", ["plot", "no.json"], /^pymalloc: cannot read no\.json: no such file\n$/],
  ["a folder without runs", ["plot"], /^pymalloc: there is no run in this folder/],
  ["a file that is no run", ["plot", "work.ts"], /^pymalloc: work\.ts: it is no JSON/],
  ["an unknown picture", ["plot", "named.json", "-o", "x.gif"], /give a name that ends with \.svg or \.png/],
  [
    "samples that were not taken",
    ["plot", "named.json", "--backend", "v8"],
    /no samples of v8; it has those of heap, rss/,
  ],
  ["an unknown option", ["plot", "--bogus"], /unknown option '--bogus'/],
])("%s ends with 2 and one line", async (_, args, message) => {
  const { code, stdout, stderr } = await mprof(args);
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toMatch(message);
  expect(stderr.trim().split("\n")).toHaveLength(1);
});
