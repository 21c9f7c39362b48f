// test/system/cli.test.ts: the built command, run as a user runs it. Needs dist/.

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeAtr1 } from "../support/atr1-writer.js";
import { type Outcome, runCommand } from "../support/command.js";
import { wat, watAllocator } from "../support/wat.js";

const CLI = process.env.PYMALLOC_CLI ?? "dist/cli.js";

let folder: string;
let trace: string;
let module: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "cli-"));
  trace = join(folder, "small.atr");
  module = join(folder, "mine.wasm");
  const blocks = Array.from({ length: 50 }, (_, slot) => slot);
  await writeFile(
    trace,
    writeAtr1([
      ...blocks.map((slot) => ({ op: "malloc", slot, size: 10 + slot }) as const),
      ...blocks.map((slot) => ({ op: "realloc", slot, size: 100 }) as const),
      ...blocks.map((slot) => ({ op: "free", slot }) as const),
    ]),
  );
  await writeFile(module, watAllocator());
});
afterAll(() => rm(folder, { recursive: true }));

const pymalloc = (args: readonly string[], interruptMs?: number): Promise<Outcome> =>
  runCommand([CLI, ...args], interruptMs);

describe("pymalloc", () => {
  test("tells its version and its commands", async () => {
    const { version } = JSON.parse(await readFile("package.json", "utf8"));
    expect(await pymalloc(["--version"])).toMatchObject({ code: 0, stdout: `${version}\n` });
    const help = await pymalloc(["--help"]);
    expect(help.code).toBe(0);
    expect(help.stdout).toContain("replay");
  });

  test("without or with an unknown command is a usage error", async () => {
    expect((await pymalloc([])).code).toBe(2);
    const unknown = await pymalloc(["bogus"]);
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain("unknown command 'bogus'");
  });
});

describe("pymalloc replay", () => {
  test("shows a table of the trace with all built-in allocators", async () => {
    const { code, stdout, stderr } = await pymalloc(["replay", trace, "--rounds", "2", "--check"]);
    expect(code).toBe(0);
    expect(stderr).toBe("");
    for (const text of ["small: 150 events", "pymalloc", "tlsf", "bump", "empty call"])
      expect(stdout).toContain(text);
    expect(stdout).not.toContain("\u001b");
  });

  test("writes rows as JSON to a file, with a brought module among them", async () => {
    const file = join(folder, "rows.json");
    const { code } = await pymalloc([
      "replay",
      trace,
      "--wasm",
      module,
      "--rounds",
      "1",
      "--json",
      file,
      "--quiet",
    ]);
    expect(code).toBe(0);
    const { rows } = JSON.parse(await readFile(file, "utf8"));
    expect(rows.map((row: { allocator: string }) => row.allocator)).toEqual([
      "pymalloc",
      "mine",
      "tlsf",
      "bump",
      "null",
    ]);
    for (const row of rows) {
      expect(row).toEqual({
        trace: "small",
        allocator: expect.any(String),
        events: 150,
        nsPerEvent: { min: expect.any(Number), median: expect.any(Number), max: expect.any(Number) },
        footprintBytes: expect.any(Number),
        peakLiveBytes: 5000,
        wasmBytes: expect.any(Number),
      });
    }
  });

  test("writes nothing but JSON to stdout, and takes a .wasm among the files", async () => {
    const { code, stdout } = await pymalloc(["replay", module, trace, "--only", "mine,null", "--json", "-"]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).rows).toHaveLength(2);
  });

  test("is silent when told so", async () => {
    expect(await pymalloc(["replay", trace, "--only", "null", "--quiet"])).toEqual({
      code: 0,
      stdout: "",
      stderr: "",
    });
  });

  test("takes the example trace when none is named", async () => {
    const { code, stdout } = await pymalloc(["replay", "--only", "null", "--rounds", "1"]);
    expect(code).toBe(0);
    expect(stdout).toContain("sqlite: 945,597 events");
  });

  test("ends with 1 when an allocator fails, and still shows the others", async () => {
    const broken = join(folder, "broken.wasm");
    await writeFile(
      broken,
      wat(`(module (memory (export "memory") 1)
        (func (export "malloc") (param i32) (result i32) (i32.const 64)) (func (export "free") (param i32)))`),
    );
    const { code, stdout } = await pymalloc([
      "replay",
      trace,
      broken,
      "--check",
      "--only",
      "broken,tlsf",
      "--rounds",
      "1",
    ]);
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /failed: broken on small: event 1, malloc, slot 1, block 0x40: its 11 bytes overlap slot 0/,
    );
    expect(stdout).toContain("tlsf");
  });

  const usageErrors: [string, () => string[], RegExp][] = [
    ["a missing trace", () => ["no-such.atr"], /^pymalloc: cannot read no-such\.atr: no such file\n$/],
    ["a folder", () => [folder], /^pymalloc: cannot read .*directory/],
    [
      "a file that is no trace",
      () => ["package.json"],
      /^pymalloc: package\.json: byte 0: no recording starts here.*\n$/,
    ],
    [
      "a module that is not Wasm",
      () => ["--wasm", "package.json"],
      /^pymalloc: package\.json: not a Wasm module/,
    ],
    ["a missing module", () => ["--wasm", "no.wasm"], /^pymalloc: cannot read no\.wasm: no such file\n$/],
    [
      "two modules of one name",
      () => ["--wasm", module, "--wasm", module],
      /two allocators have the name mine/,
    ],
    ["two traces of one name", () => [trace, trace, "--only", "null"], /two traces have the name small/],
    [
      "an unknown allocator",
      () => ["--only", "x"],
      /--only x: no such allocator; there are pymalloc, first-fit, /,
    ],
    ["no rounds", () => [trace, "--rounds", "0"], /--rounds/],
    ["an unknown option", () => ["--bogus"], /unknown option '--bogus'/],
    ["a place JSON cannot go", () => [trace, "--json", "/no/such/folder/x.json"], /cannot write \/no\/such/],
  ];
  for (const [what, args, message] of usageErrors) {
    test(`ends with 2 and one line for ${what}`, async () => {
      const { code, stdout, stderr } = await pymalloc(["replay", ...args()]);
      expect(code).toBe(2);
      expect(stdout).toBe("");
      expect(stderr).toMatch(message);
      expect(stderr).not.toMatch(/\n +at /);
      expect(stderr.trim().split("\n")).toHaveLength(1);
    });
  }

  test("stops at Ctrl-C with the rows so far and 130", async () => {
    const { code, stdout } = await pymalloc(["replay", trace, "--only", "null", "--rounds", "100000"], 1500);
    expect(code).toBe(130);
    expect(stdout).toContain("interrupted");
    expect(stdout).toContain("empty call");
  });
});
