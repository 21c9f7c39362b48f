// test/system/record.test.ts: `pymalloc record` on scripts as users write them. Needs dist/.

import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readTrace } from "../../src/lab/atr1.js";
import { type Outcome, runCommand } from "../support/command.js";
import { eventsOf } from "../support/recorded-heap.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const CLI = join(ROOT, "dist/cli.js");
const VERIFY = join(ROOT, "../shared/traces/verify.py");

/** In this package, so that scripts may import it by its name. */
let folder: string;
beforeAll(async () => {
  await mkdir(join(ROOT, "build"), { recursive: true });
  folder = await mkdtemp(join(ROOT, "build/record-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** Writes a script; its path. */
async function script(name: string, lines: readonly string[]): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, `${lines.join("\n")}\n`);
  return file;
}

const record = (args: readonly string[], interruptMs?: number): Promise<Outcome> =>
  runCommand([CLI, "record", ...args], interruptMs, { cwd: folder });

const opsOf = async (name: string): Promise<string[]> =>
  eventsOf(await readTrace(join(folder, name))).map(({ op, size }) => (op === "free" ? op : `${op} ${size}`));

const PROGRAM = [
  'import { createHeap } from "pymalloc";',
  "const heap: import('pymalloc').Heap = await createHeap();",
  "function twice(call: () => number): number[] { return [call(), call()]; }",
  "const blocks = twice(() => heap.malloc(10));",
  "const moved = heap.realloc(blocks[0]!, 1000);",
  "heap.free(heap.calloc(5, 5));",
  "heap.free(heap.alignedAlloc(256, 7));",
  "const list = heap.list([1.5, 2.5]);",
  'process.on("exit", () => heap.free(moved));',
  "console.log(process.argv.slice(2).join(), list.length, heap.tracemalloc.isTracing());",
  'console.error("to stderr");',
  "process.exitCode = 7;",
];

test("a program runs as ever, and its heap's calls are in a trace that others can read", async () => {
  const file = await script("plain.ts", PROGRAM);
  const outcome = await record([file, "--", "a", "-b"]);
  expect(outcome).toMatchObject({ code: 7, stdout: "a,-b 2 false\n" });
  expect(outcome.stderr).toMatch(
    /^to stderr\npymalloc: plain\.atr\.gz: heap 1: \d+ events, at most \d+ bytes live/,
  );
  expect((await opsOf("plain.atr.gz")).slice(0, 7)).toEqual([
    "malloc 10",
    "malloc 10",
    "realloc 1000",
    "calloc 25",
    "free",
    "memalign 7",
    "free",
  ]);
  const trace = await readTrace(join(folder, "plain.atr.gz"));
  expect(trace.truncated).toBe(false);
  expect(trace.meta).toMatchObject({ program: "plain.ts", blocks: { raw: 5, object: 3, part: 1 } });
  expect(eventsOf(trace).at(-1)!.op).toBe("free"); // at the very end
});

test("the verifier of the corpus finds nothing wrong with the trace", async (context) => {
  if (!existsSync(VERIFY)) return context.skip();
  const file = await script("verified.ts", PROGRAM);
  await record(["-o", "verified.atr.gz", file]);
  const { spawnSync } = await import("node:child_process");
  const { status, stdout, error } = spawnSync("python3", [VERIFY, join(folder, "verified.atr.gz")], {
    encoding: "utf8",
  });
  if (error !== undefined) return context.skip();
  expect(stdout).toContain(" OK ");
  expect(status).toBe(0);
});

test("a recorded trace can be replayed", async () => {
  const file = await script("replayed.ts", PROGRAM);
  await record([file, "--quiet"]);
  const { code, stdout } = await runCommand(
    [CLI, "replay", "replayed.atr.gz", "--check", "--rounds", "1"],
    undefined,
    {
      cwd: folder,
    },
  );
  expect(code).toBe(0);
  expect(stdout).toContain("replayed");
});

test("a recorded trace can be compared on other strategies, and is told by kinds of block, though sites were there before", async () => {
  const file = await script("kinds.ts", PROGRAM);
  await record(["--sites", file]);
  await record([file]);
  const names = gunzipSync(await readFile(join(folder, "kinds.sites.tsv.gz"))).toString();
  expect(names).toBe("1\traw\n2\tobject\n3\tpart\n");
  const lab = (args: readonly string[]): Promise<Outcome> =>
    runCommand([CLI, "lab", ...args, "--no-color"], undefined, { cwd: folder });
  const info = await lab(["info", "kinds.atr.gz"]);
  expect(info.stdout).toContain("ATR1 1, of");
  expect(info.stdout).toMatch(/│ object +│ +3 │/);
  const compared = await lab(["kinds.atr.gz", "--strategy", "pymalloc,buddy", "--rounds", "1", "--check"]);
  expect(compared.code).toBe(0);
  expect(compared.stdout).toMatch(/kinds: memory\n.*│ buddy/s);
});

test("--sites tells the lines of the source that was written", async () => {
  const file = await script("sites.ts", ["interface Unused {", "  readonly gone: true;", "}", ...PROGRAM]);
  const { code } = await record(["--sites", "-o", "lines.atr.gz", file]);
  expect(code).toBe(7);
  const text = gunzipSync(await readFile(join(folder, "lines.sites.tsv.gz"))).toString();
  expect(text.split("\n").slice(0, 4)).toEqual([
    "1\tsites.ts:7(raw)",
    "2\tsites.ts:8(raw)",
    "3\tsites.ts:9(raw)",
    "4\tsites.ts:10(raw)",
  ]);
  const trace = await readTrace(join(folder, "lines.atr.gz"));
  expect(trace.siteCount).toBe(text.trim().split("\n").length);
});

test("of several heaps each has a file of its own, or one alone is asked for", async () => {
  const file = await script("several.mjs", [
    'import { createHeap } from "pymalloc";',
    "const heaps = [await createHeap(), await createHeap(), await createHeap()];",
    "heaps[0].malloc(1);",
    "heaps[2].malloc(3);",
  ]);
  await record([file]);
  expect(await opsOf("several.1.atr.gz")).toEqual(["malloc 1"]);
  expect(await opsOf("several.3.atr.gz")).toEqual(["malloc 3"]);
  expect(existsSync(join(folder, "several.atr.gz"))).toBe(false);
  expect(existsSync(join(folder, "several.2.atr.gz"))).toBe(false);
  await record(["--heap", "3", "-o", "third.atr.gz", file]);
  expect(await opsOf("third.atr.gz")).toEqual(["malloc 3"]);
  const { stderr } = await record(["--heap", "4", "-o", "fourth.atr.gz", file]);
  expect(stderr).toContain("there is no heap 4, the script has made 3");
});

test("Ctrl-C leaves what there is, of a program that waits and of one that is busy", async () => {
  const begin = [
    'import { createHeap } from "pymalloc";',
    "const heap = await createHeap();",
    "heap.malloc(5);",
  ];
  const waiting = await script("waiting.mjs", [...begin, "setInterval(() => {}, 1000);"]);
  const busy = await script("busy.mjs", [...begin, "for (;;) heap.free(heap.malloc(6));"]);
  for (const [file, name] of [
    [waiting, "waiting.atr.gz"],
    [busy, "busy.atr.gz"],
  ] as const) {
    const { code, stderr } = await record(["--events", "100000", file], 2500);
    expect(code).toBe(130);
    expect(stderr).toMatch(/cut off before the program's end|came after the limit/);
    const trace = await readTrace(join(folder, name));
    expect(trace.truncated).toBe(true);
    expect(eventsOf(trace)[0]).toMatchObject({ op: "malloc", size: 5 });
  }
});

test("a program that handles Ctrl-C itself ends as it likes, and is complete", async () => {
  const file = await script("handles.mjs", [
    'import { createHeap } from "pymalloc";',
    "const heap = await createHeap();",
    'process.on("SIGINT", () => { heap.malloc(9); process.exit(4); });',
    "setInterval(() => {}, 1000);",
  ]);
  const { code } = await record([file], 2000);
  expect(code).toBe(4);
  expect(await opsOf("handles.atr.gz")).toEqual(["malloc 9"]);
  expect((await readTrace(join(folder, "handles.atr.gz"))).truncated).toBe(false);
});

test("a program that crashes leaves its trace, and its own error", async () => {
  const file = await script("crash.mjs", [
    'import { createHeap } from "pymalloc";',
    "const heap = await createHeap();",
    "heap.malloc(5);",
    'throw new Error("as it happens");',
  ]);
  const { code, stderr } = await record([file]);
  expect(code).toBe(1);
  expect(stderr).toContain("as it happens");
  expect(await opsOf("crash.atr.gz")).toEqual(["malloc 5"]);
});

test("what is not recorded is told: worker threads' heaps, and programs without a heap", async () => {
  const worker = await script("worker.mjs", [
    'import { isMainThread, Worker } from "node:worker_threads";',
    'import { createHeap } from "pymalloc";',
    "const heap = await createHeap();",
    "heap.malloc(isMainThread ? 1 : 2);",
    "if (isMainThread) new Worker(new URL(import.meta.url));",
  ]);
  const { stderr } = await record([worker]);
  expect(stderr).toContain("1 heap of worker threads was not recorded");
  expect(await opsOf("worker.atr.gz")).toEqual(["malloc 1"]);
  const none = await script("none.mjs", ['console.log("hello");']);
  const outcome = await record([none]);
  expect(outcome).toMatchObject({ code: 0, stdout: "hello\n" });
  expect(outcome.stderr).toBe(
    "pymalloc: nothing was recorded: the script has made no heap of this library\n",
  );
  expect(existsSync(join(folder, "none.atr.gz"))).toBe(false);
});

test("a missing script, or a folder that is none, is told before anything runs", async () => {
  expect(await record(["missing.ts"])).toMatchObject({
    code: 2,
    stderr: "pymalloc: cannot read missing.ts: no such file\n",
  });
  const file = await script("unrun.mjs", ['console.log("ran");']);
  const outcome = await record(["-o", "no/such/x.atr.gz", file]);
  expect(outcome).toMatchObject({ code: 2, stdout: "" });
  expect(outcome.stderr).toContain("cannot write no/such/x.atr.gz");
  expect(await record(["-o", folder, file])).toMatchObject({
    code: 2,
    stdout: "",
    stderr: `pymalloc: cannot write ${folder}: it is a folder\n`,
  });
});

test("a trace is not written into what the script itself prints", async () => {
  const file = await script("printing.mjs", ['console.log("ran");']);
  expect(await record(["-o", "-", file])).toMatchObject({
    code: 2,
    stdout: "",
    stderr: "pymalloc: stdout is the script's: name a file with -o, such as -o app.atr.gz\n",
  });
});

test("more events than a file can be read with are refused", async () => {
  const file = await script("unlimited.mjs", ['console.log("ran");']);
  const outcome = await record(["--events", "1e12", file]);
  expect(outcome).toMatchObject({ code: 2, stdout: "" });
  expect(outcome.stderr).toContain("give at most 100000000.");
});
