// test/system/profile.test.ts: `pymalloc profile` on scripts as users write them. Needs dist/.
// The sizes that they allocate are those of blocks, so that asked for and taken are the same.

import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Outcome, runCommand, type Surroundings } from "../support/command.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const CLI = join(ROOT, "dist/cli.js");

/** In this package, so that scripts may import it by its name. */
let folder: string;
beforeAll(async () => {
  await mkdir(join(ROOT, "build"), { recursive: true });
  folder = await mkdtemp(join(ROOT, "build/profile-"));
});
afterAll(() => rm(folder, { recursive: true }));

/** Writes a script; its path. */
async function script(name: string, lines: readonly string[]): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, `${lines.join("\n")}\n`);
  return file;
}

const profile = (
  args: readonly string[],
  interruptMs?: number,
  surroundings?: Surroundings,
): Promise<Outcome> => runCommand([CLI, "profile", ...args], interruptMs, { cwd: ROOT, ...surroundings });

interface Measured {
  readonly name: string;
  readonly calls: number;
  readonly file: string;
  readonly lines: readonly {
    readonly line: number;
    readonly occurrences: number;
    readonly increments: Record<string, number>;
    readonly bytes: Record<string, number>;
    readonly text: string;
  }[];
}

/** Runs a script, and reads what it says in JSON. */
async function measure(
  file: string,
  args: readonly string[] = [],
  interruptMs?: number,
): Promise<Outcome & { functions: readonly Measured[] }> {
  const json = join(folder, "measured.json");
  const outcome = await profile(["--json", json, ...args, file], interruptMs);
  const { functions } = JSON.parse(await readFile(json, "utf8")) as { functions: Measured[] };
  return { ...outcome, functions };
}

const increments = (it: Measured | undefined): Record<number, number> =>
  Object.fromEntries(it!.lines.map(({ line, increments }) => [line, increments.heap!]));

const HEAP = 'import { createHeap } from "pymalloc"; const heap = await createHeap();';
const PROFILE = 'import { profile } from "pymalloc/profile";';

describe("increments of lines that allocate known amounts are exact", () => {
  test("in TypeScript, with types everywhere", async () => {
    const file = await script("known.ts", [
      HEAP,
      PROFILE,
      "interface Options { readonly count: number }",
      "const blocks: number[] = [];",
      "const build = profile(function build({ count }: Options): number {",
      "  blocks.push(heap.malloc(64));",
      "  for (let i = 0; i < count; i++) {",
      "    blocks.push(heap.malloc(128));",
      "    if (i % 2) continue;",
      "    blocks.push(heap.malloc(256) as number);",
      "  }",
      "  heap.free(blocks.pop()!);",
      "  return count;",
      "});",
      "console.log(build({ count: 4 } satisfies Options));",
    ]);
    const { code, stdout, functions } = await measure(file);
    expect(code).toBe(0);
    expect(stdout.startsWith("4\n")).toBe(true);
    expect(functions).toHaveLength(1);
    expect(functions[0]).toMatchObject({ name: "build", calls: 1, file });
    expect(increments(functions[0])).toEqual({ 5: 0, 6: 64, 7: 0, 8: 512, 9: 0, 10: 512, 12: -128, 13: 0 });
    expect(functions[0]!.lines.at(-1)).toMatchObject({ bytes: { heap: 960 }, text: "  return count;" });
  });

  test("in methods that wait, generators, and heaps made on the way", async () => {
    const file = await script("waiting.mts", [
      'import { createHeap, type Heap } from "pymalloc";',
      PROFILE,
      "class Store {",
      "  #heap!: Heap;",
      "  @profile async fill(n: number): Promise<number> {",
      "    this.#heap = await createHeap();",
      "    this.#heap.malloc(64 * n);",
      "    await new Promise((done) => setTimeout(done, 10));",
      "    for await (const size of this.sizes(n)) {",
      "      this.#heap.malloc(size);",
      "    }",
      "    return n;",
      "  }",
      "  async *sizes(n: number) {",
      "    for (let i = 0; i < n; i++) {",
      "      yield this.#heap.malloc(32) && 128;",
      "    }",
      "  }",
      "}",
      "await Promise.all([new Store().fill(1), new Store().fill(2)]);",
    ]);
    const { code, functions } = await measure(file, ["--function", "Store.sizes"]);
    expect(code).toBe(0);
    expect(functions.map(({ name, calls }) => [name, calls])).toEqual([
      ["Store.fill", 2],
      ["Store.sizes", 2],
    ]);
    expect(increments(functions[0])).toEqual({ 5: 0, 6: 0, 7: 192, 8: 0, 9: 96, 10: 384, 12: 0 });
    expect(increments(functions[1])).toEqual({ 14: 0, 15: 0, 16: 96 });
  });

  test("of objects, as much as the heap itself says", async () => {
    const file = await script("objects.mjs", [
      HEAP,
      "const bytes = () => { const { usedBlocks, largeBlocks } = heap.stats().bytes; return usedBlocks + largeBlocks; };",
      "heap.bytearray(1).dispose();",
      "let kept;",
      "function make() {",
      "  kept = heap.bytearray(4096);",
      "}",
      "const before = bytes();",
      "make();",
      "console.log(heap.tracemalloc ? 'counted' : bytes() - before);",
    ]);
    const { stdout, functions } = await measure(file, ["--function", "make"]);
    const made = increments(functions[0])[6]!;
    expect(made).toBeGreaterThanOrEqual(4096);
    expect(stdout.split("\n")[0]).toBe(stdout.startsWith("counted") ? "counted" : String(made));
  });

  test("in CommonJS, required files included", async () => {
    await script("part.cjs", [
      "// profile needs no import here",
      "exports.part = profile((heap) => {",
      "  return heap.malloc(256);",
      "});",
    ]);
    const file = await script("whole.cjs", [
      '"use strict"',
      'const { part } = require("./part.cjs");',
      "async function main() {",
      '  const heap = await (await import("pymalloc")).createHeap();',
      "  part(heap);",
      "  return require.main === module && typeof __filename;",
      "}",
      "main().then(console.log);",
    ]);
    const { code, stdout, functions } = await measure(file, ["--function", "main"]);
    expect([code, stdout.split("\n")[0]]).toEqual([0, "string"]);
    expect(functions.map(({ name }) => name)).toEqual(["part", "main"]);
    expect(increments(functions[0])).toEqual({ 2: 0, 3: 256 });
    expect(increments(functions[1])).toEqual({ 3: 0, 4: 0, 5: 256, 6: 0 });
  });
});

test("the example of docs/profiler.md prints what the page shows, times apart", async () => {
  const page = await readFile(join(ROOT, "docs/profiler.md"), "utf8");
  const [, code] = /```ts\n(\/\/ blocks\.ts\n[\s\S]*?)```/.exec(page)!;
  const [, shown] = /```text\n([\s\S]*?)```/.exec(page)!;
  const file = await script("blocks.ts", [code!]);
  const { code: exit, stdout } = await profile([file], undefined, { cwd: folder });
  const plain = (text: string): string[] =>
    text
      .replaceAll(/ +[\d,]+\.\d{3} ms/g, " ms")
      .trim()
      .split("\n");
  expect(exit).toBe(0);
  expect(plain(stdout)).toEqual(plain(shown!));
});

test("TypeScript in a CommonJS package is measured, whatever names its files", async () => {
  await mkdir(join(folder, "commonjs"), { recursive: true });
  await writeFile(join(folder, "commonjs/package.json"), '{ "type": "commonjs" }');
  await script("commonjs/part.ts", ["export const part = (n: number): number => {", "  return n + 1;", "};"]);
  await script("commonjs/other.cts", ["exports.other = profile((n: number) => {", "  return n;", "});"]);
  await script("commonjs/esm.mts", [
    "export default function (): string {",
    "  return import.meta.url;",
    "}",
  ]);
  const file = await script("commonjs/main.ts", [
    "declare const profile: <T>(call: T) => T;",
    'import type { Nothing } from "./nothing";',
    'import { part } from "./part";',
    'const { other } = require("./other.cts");',
    "const f = profile((n: number): number => {",
    "  return part(n) + other(n);",
    "});",
    "console.log(f(1), require.main === module, __filename.endsWith('main.ts'));",
    'import("./esm.mts").then((it) => console.log(it.default().startsWith("file:")));',
  ]);
  const { code, stdout, stderr, functions } = await measure(file, ["--function", "part"]);
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(/^3 true true\ntrue\n/);
  expect(functions.map(({ name, calls }) => [name, calls])).toEqual([
    ["f", 1],
    ["other", 1],
    ["part", 1],
  ]);
});

test("the table is memory_profiler's, with time", async () => {
  const file = await script("table.ts", [
    HEAP,
    PROFILE,
    "class Store {",
    "  @profile",
    "  add(n: number) {",
    "    // twice",
    "    for (let i = 0; i < 2; i++) heap.malloc(n);",
    "  }",
    "  @profile drop() {}",
    "}",
    "new Store().add(256);",
  ]);
  const { code, stdout, stderr } = await profile([file]);
  expect([code, stderr]).toEqual([0, ""]);
  expect(
    stdout
      .replaceAll(/\d+\.\d{3} ms/g, "0.000 ms")
      .trim()
      .split("\n"),
  ).toEqual([
    `Filename: ${relative(ROOT, file)}`,
    "",
    "Function: Store.add, 1 call",
    "Line #   Mem usage   Increment  Occurrences        Time   Line Contents",
    "=======================================================================",
    "     4                                                      @profile",
    "     5         0 B         0 B            1    0.000 ms     add(n: number) {",
    "     6                                                        // twice",
    "     7       512 B       512 B            3    0.000 ms       for (let i = 0; i < 2; i++) heap.malloc(n);",
    "     8                                                      }",
    "",
    "Function: Store.drop, not called",
  ]);
});

test("the table goes to a file, in the unit asked for, with as many backends", async () => {
  const file = await script("units.mjs", [HEAP, "function f() {", "  heap.malloc(256);", "}", "f();"]);
  const output = join(folder, "table.txt");
  const args = ["--function", "f", "--backend", "heap,rss", "--unit", "KiB", "-o", output, file];
  expect(await profile(args)).toEqual({ code: 0, stdout: "", stderr: "" });
  const table = await readFile(output, "utf8");
  expect(table).toMatch(/Mem usage \(heap\) +Increment \(heap\) +Mem usage \(RSS\) +Increment \(RSS\)/);
  expect(table).toMatch(/^ +3 +0\.250 KiB +0\.250 KiB +[\d,]+\.\d{3} KiB +-?[\d,]+\.\d{3} KiB +1 /m);
});

test("without a heap it is V8's that is shown, or what is asked for", async () => {
  const file = await script("v8.mjs", [
    "let kept;",
    "function f() {",
    "  kept = new Array(1e6).fill(0);",
    "}",
    "f();",
  ]);
  const { functions } = await measure(file, ["--function", "f"]);
  expect(Object.keys(functions[0]!.lines[1]!.increments)).toEqual(["v8"]);
  for (const args of [[], ["--gc"], ["--backend", "rss"]]) {
    const { functions } = await measure(file, ["--function", "f", ...args]);
    const [bytes] = Object.values(functions[0]!.lines[1]!.increments);
    expect([args, bytes! > 7e6 && bytes! < 9e6]).toEqual([args, true]);
  }
});

describe("the script runs as it would without", () => {
  test("with its arguments, its input and its exit code, however it ends", async () => {
    const file = await script("ends.ts", [
      PROFILE,
      'import { text } from "node:stream/consumers";',
      "const early = profile((code: number) => {",
      "  process.exit(code);",
      "});",
      "console.log(process.argv.slice(2), process.argv[1]!.endsWith('ends.ts'), process.execArgv.length);",
      "console.log(await text(process.stdin));",
      "early(3);",
    ]);
    const { code, stdout } = await profile([file, "--json", "x", "-o"], undefined, { input: "typed" });
    expect(code).toBe(3);
    expect(stdout).toMatch(/^\[ '--json', 'x', '-o' \] true \d\ntyped\n/);
    expect(stdout).toContain("Function: early, 1 call");
    expect(stdout).toMatch(/ 1 +[\d.]+ ms +process\.exit\(code\);/);
  });

  test("what it throws is told with the places in its own text, and the report comes", async () => {
    await script("thrower.ts", [
      "interface Nothing {}",
      "export function thrower(nothing: Nothing | null): never {",
      "  const x = 1; throw new Error('boom ' + nothing);",
      "}",
    ]);
    const file = await script("throws.ts", [
      "type Id = string;",
      'import { thrower } from "./thrower.js";',
      PROFILE,
      "const f = profile((id: Id) => {",
      "  return thrower(null);",
      "});",
      "f('a');",
    ]);
    const { code, stdout, stderr } = await profile(["--function", "thrower", file]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/thrower\.ts:3\n.*throw new Error[\s\S]*Error: boom null\n.*thrower\.ts:3:22\)/);
    expect(stderr).toMatch(/throws\.ts:5:10\)/);
    expect(stderr).toMatch(/throws\.ts:7:1\)/);
    expect(stdout).toContain("Function: f, 1 call");
    expect(stdout).toContain("Function: thrower, 1 call");
  });

  test("a rejection that nobody handles ends it with 1", async () => {
    const file = await script("rejects.mjs", [
      "async function f() {",
      "  await null;",
      "  throw new TypeError('unhandled');",
      "}",
      "f();",
      "setTimeout(() => {}, 10_000);",
    ]);
    const { code, stdout, stderr } = await profile(["--function", "f", file]);
    expect([code, stderr.includes("TypeError: unhandled"), stderr.includes("rejects.mjs:3:9")]).toEqual([
      1,
      true,
      true,
    ]);
    expect(stdout).toContain("Function: f, 1 call");
  });

  test.each(["ts", "mjs", "cjs"])("a syntax error in a .%s is shown with its place", async (extension) => {
    const lines = ["function profile(x) {", "  return x +* 2;", "}"];
    const { code, stdout, stderr } = await profile([await script(`bad.${extension}`, lines)]);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(`bad.${extension}:2:13\n  return x +* 2;\n            ^\n`);
    expect(stderr).toContain("SyntaxError: Unexpected token");
  });

  test("its workers and its child processes are their own", async () => {
    const file = await script("family.ts", [
      'import { fork } from "node:child_process";',
      'import { once } from "node:events";',
      'import { Worker } from "node:worker_threads";',
      PROFILE,
      "const f = profile((n: number) => n + 1);",
      "if (process.send) { f(1); process.exit(f(5)); }",
      "const [code] = await once(fork(process.argv[1]!), 'exit');",
      "const worker = new Worker(new URL('./worker.mjs', import.meta.url));",
      "const [message] = await once(worker, 'message');",
      "console.log(code, message, f(1));",
    ]);
    await script("worker.mjs", [
      'import { parentPort } from "node:worker_threads";',
      "const f = profile(() => 7);",
      "parentPort.postMessage(f());",
    ]);
    const { code, stdout } = await profile([file]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^6 7 2\n/);
    expect(stdout.match(/Function:.*/g)).toEqual(["Function: f, 1 call"]);
  });

  test("decorators other than @profile are compiled, where the project has a compiler", async () => {
    const file = await script("decorated.ts", [
      HEAP,
      PROFILE,
      "const twice = <T extends (...a: never[]) => number>(call: T, _: unknown) => function (this: unknown, ...a: never[]) { return 2 * call.apply(this, a); };",
      "namespace Sizes { export const SMALL = 64; }",
      "class A {",
      "  @twice @profile size(): number {",
      "    heap.malloc(Sizes.SMALL);",
      "    return 21;",
      "  }",
      "}",
      "console.log(new A().size());",
    ]);
    const { code, stdout, functions } = await measure(file);
    expect([code, stdout.split("\n")[0]]).toEqual([0, "42"]);
    expect(increments(functions[0])).toEqual({ 6: 0, 7: 64, 8: 0 });
  });
});

describe("at Ctrl-C the report comes, and 130", () => {
  const body = (loop: string): string[] => [
    HEAP,
    "function allocate() {",
    "  heap.malloc(512);",
    "}",
    "async function main() {",
    "  allocate();",
    `  ${loop}`,
    "}",
    "await main();",
  ];
  test.each([
    ["while the program waits", "await new Promise((done) => setTimeout(done, 60_000));"],
    ["while it is busy in what is measured", "for (let i = 0; ; i++) Math.sqrt(i);"],
    ["while it is busy elsewhere", "(0, eval)('for (;;);');"],
  ])("%s", async (what, loop) => {
    const file = await script(`${what.replaceAll(" ", "-")}.mjs`, body(loop));
    const { code, functions } = await measure(file, ["--function", "*"], 1500);
    expect(code).toBe(130);
    expect(functions.map(({ name }) => name)).toEqual(["allocate", "main"]);
    // one that had to be killed was last heard of before
    if (!what.endsWith("elsewhere")) expect(increments(functions[0])[3]).toBe(512);
  });

  test("a program that handles it itself ends as it likes", async () => {
    const file = await script("handles.mjs", [
      "process.on('SIGINT', () => setTimeout(f, 2000));",
      "function f() {",
      "  process.exit(7);",
      "}",
      "setTimeout(() => {}, 60_000);",
    ]);
    const { code, functions } = await measure(file, ["--function", "f"], 1500);
    expect([code, functions[0]!.calls]).toEqual([7, 1]);
  });
});

describe("without the command", () => {
  test("node --import pymalloc/profile/register measures lines and prints the table", async () => {
    const file = await script("registered.ts", [
      HEAP,
      "function f(n: number) {",
      "  heap.malloc(n);",
      "}",
      "f(64);",
    ]);
    const outcome = await runCommand(["--import", "pymalloc/profile/register", file], undefined, {
      cwd: ROOT,
      env: { ...process.env, PYMALLOC_PROFILE: "function=f" },
    });
    expect(outcome.code).toBe(0);
    expect(outcome.stdout).toMatch(/^ +3 +64 B +64 B +1 +[\d.]+ ms +heap\.malloc\(n\);$/m);
  });

  test("profile(…) measures calls as a whole, and says that lines need the loader", async () => {
    const file = await script("plain.mjs", [
      PROFILE,
      HEAP,
      "const f = profile(function f(n) { return heap.malloc(n); });",
      "const g = profile(async () => { await null; heap.malloc(128); return 5; });",
      "const A = profile(class A { m(n) { return heap.malloc(n); } });",
      "profile(() => 1);",
      "f(64); f(64); new A().m(256);",
      "console.log(f.name, f.length, await g());",
    ]);
    const { code, stdout } = await runCommand([file]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^f 1 5\n/);
    expect(stdout).toMatch(/Function: f, line 3, 2 calls\n +heap: [\d,]+ B, increment 128 B\n/);
    expect(stdout).toMatch(/Function: \(anonymous\), line 4, 1 call\n +heap: [\d,]+ B, increment 128 B\n/);
    expect(stdout).toMatch(/Function: A\.m, line 5, 1 call\n +heap: [\d,]+ B, increment 256 B\n/);
    expect(stdout).toContain("Function: (anonymous), line 6, not called");
    expect(stdout).toContain("its lines need the loader: pymalloc profile SCRIPT");
  });
});

describe("usage errors", () => {
  test.each<[string, string[], RegExp]>([
    ["a missing script", ["no-such.ts"], /^pymalloc: cannot read no-such\.ts: no such file\n$/],
    ["a folder", ["src"], /^pymalloc: cannot read src: it is no file\n$/],
    ["no script", [], /missing required argument 'script'/],
    ["an unknown backend", ["--backend", "gpu", "x.ts"], /there are heap, v8, rss/],
    ["an unknown unit", ["--unit", "KB", "x.ts"], /there are B, KiB, MiB, GiB/],
    ["a place the table cannot go", ["-o", "/no/such/folder/x", "x.ts"], /cannot write \/no\/such/],
  ])("%s ends with 2 and one line", async (_, args, message) => {
    const { code, stdout, stderr } = await profile(args, undefined, { cwd: ROOT });
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
  });

  test("a script with nothing marked says how to mark", async () => {
    const { code, stderr } = await profile([await script("unmarked.mjs", ["function f() {}", "f();"])]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^pymalloc: No function was measured: mark one with profile/);
  });
});
