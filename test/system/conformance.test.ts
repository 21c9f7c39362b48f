// test/system/conformance.test.ts: the tools that compare this library with CPython, run as a user runs them. Need build/.
// The oracle's corpora lie beside the checkout, if they do; the programs of conformance/corpus come with it.

import { existsSync } from "node:fs";
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Outcome, runCommand } from "../support/command.js";

const ORACLE = "../shared/oracle";
const CORPUS = "conformance/corpus";
const FUZZ_SECONDS = 20;
const FUZZ_PROGRAMS_MIN = 200;
const STRESS_SECONDS = 10;
const SIZES_MIN = 60;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "conformance-"));
});
afterAll(() => rm(folder, { recursive: true }));

const run = (command: string, args: readonly string[], interruptMs?: number): Promise<Outcome> =>
  runCommand(["conformance/run.mjs", command, ...args], interruptMs);

/** A file with these lines. */
async function fileOf(name: string, ...lines: readonly unknown[]): Promise<string> {
  const file = join(folder, name);
  const texts = lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line)));
  await writeFile(file, texts.join("\n"));
  return file;
}

const PROGRAM = { id: "p", note: "a test", collects: false, compare: "exact" };
const FAN = [
  ["wide", "l", "node", 3, { fin: [] }],
  ["del", "l"],
];

describe("conformance", () => {
  test("the programs that come with the repository show what CPython does", async () => {
    for (const module of ["objects.wasm", "objects.checked.wasm"]) {
      const { code, stdout } = await run("conformance", ["--wasm", `build/${module}`]);
      expect(stdout).toMatch(/^\d+ passed, 0 failed\n$/);
      expect(code).toBe(0);
    }
  });

  test("what these programs expect is what Pyodide's CPython shows", async () => {
    const copy = join(folder, "corpus");
    await cp(CORPUS, copy, { recursive: true });
    const files = await readdir(copy);
    await run("conformance", ["--record", ...files.map((file) => join(copy, file))]);
    for (const file of files) {
      expect(await readFile(join(copy, file), "utf8")).toBe(await readFile(join(CORPUS, file), "utf8"));
    }
  });

  test.skipIf(!existsSync(ORACLE))(
    `every program without collections of ${ORACLE}, where that lies, shows what CPython does`,
    async () => {
      const files = (await readdir(ORACLE)).filter((file) => file.endsWith(".jsonl"));
      const paths = files.map((file) => join(ORACLE, file));
      const { code, stdout } = await run("conformance", ["--without-collection", ...paths]);
      expect(stdout).toMatch(/^\d+ passed, 0 failed\n$/);
      expect(code).toBe(0);
    },
  );

  test("tells the first difference of a program, to the log's entry, and ends with 1", async () => {
    const expected = [null, { log: ["del 3", "del 1", "del 2"] }];
    const file = await fileOf(
      "differs.jsonl",
      { ...PROGRAM, ops: FAN, expect: expected },
      { ...PROGRAM, id: "q", ops: [["census"]], expect: [{ r: [] }] },
    );
    const json = join(folder, "differs.json");
    const { code, stdout } = await run("conformance", [file, "--json", json]);
    expect(code).toBe(1);
    expect(stdout).toBe(
      [
        "differs.jsonl: p: a test",
        '  op 1: ["del","l"]',
        '  expected log[1] = "del 1" in ["del 3","del 1","del 2"]',
        '  got      log[1] = "del 2" in ["del 3","del 2","del 1"]',
        "1 passed, 1 failed",
        "",
      ].join("\n"),
    );
    const { passed, failures } = JSON.parse(await readFile(json, "utf8"));
    expect(passed).toBe(1);
    expect(failures).toMatchObject([{ id: "p", index: 1 }]);
  });

  test("in any order, what died counts, not when", async () => {
    const expected = [null, { log: ["del 3", "del 1", "del 2"] }];
    const file = await fileOf("unordered.jsonl", {
      ...{ ...PROGRAM, compare: "unordered" },
      ...{ ops: FAN, expect: expected },
    });
    expect(await run("conformance", [file])).toMatchObject({ code: 0, stdout: "1 passed, 0 failed\n" });
  });

  test("--only and --without-collection choose programs", async () => {
    const program = { ...PROGRAM, ops: [["census"]], expect: [{ r: [] }] };
    const file = await fileOf(
      "three.jsonl",
      program,
      { ...program, id: "q" },
      { ...program, collects: true },
    );
    expect((await run("conformance", [file, "--only", "q"])).stdout).toBe("1 passed, 0 failed\n");
    expect((await run("conformance", [file, "--without-collection"])).stdout).toBe("2 passed, 0 failed\n");
  });

  test("a program that collects something else than CPython does fails at the op that shows it", async () => {
    const ops = [
      ["loops", 3, null],
      ["collect", 2],
    ];
    const program = { ...PROGRAM, collects: true, ops };
    const right = await fileOf("collects.jsonl", { ...program, expect: [null, { r: 3 }] });
    expect(await run("conformance", [right])).toMatchObject({ code: 0, stdout: "1 passed, 0 failed\n" });
    const wrong = await fileOf("collects.jsonl", { ...program, expect: [null, { r: 2 }] });
    const { code, stdout } = await run("conformance", [wrong]);
    expect(stdout).toContain('  op 1: ["collect",2]\n  expected {"r":2}\n  got      {"r":3}');
    expect(code).toBe(1);
  });

  const badInputs: [string, unknown[], RegExp][] = [
    ["a line that is not JSON", [{ ...PROGRAM, ops: [], expect: [] }, '{"id": '], /bad\.jsonl:2: not JSON: /],
    ["a line that is no program", [[]], /bad\.jsonl:1: not a program/],
    [
      "an unknown op",
      [{ ...PROGRAM, ops: [["jump"]], expect: [null] }],
      /bad\.jsonl:1: p: op 0 .*\["jump"\]/,
    ],
    [
      "an op with too few arguments",
      [{ ...PROGRAM, ops: [["get", "x"]], expect: [null] }],
      /bad\.jsonl:1: p: op 0 .*\["get","x"\]/,
    ],
    [
      "an unknown action",
      [{ ...PROGRAM, ops: [["new", "n", "node", 0, { fin: [["leap"]] }, []]], expect: [null] }],
      /bad\.jsonl:1: p: op 0 /,
    ],
    [
      "fewer expectations than ops",
      [{ ...PROGRAM, ops: [["census"]], expect: [] }],
      /bad\.jsonl:1: p: "expect"/,
    ],
    [
      "no way to compare",
      [{ ...PROGRAM, compare: "roughly", ops: [], expect: [] }],
      /bad\.jsonl:1: p: "compare"/,
    ],
  ];
  for (const [what, lines, message] of badInputs) {
    test(`ends with 2 and one line for ${what}`, async () => {
      const { code, stdout, stderr } = await run("conformance", [await fileOf("bad.jsonl", ...lines)]);
      expect(code).toBe(2);
      expect(stdout).toBe("");
      expect(stderr).toMatch(message);
      expect(stderr.trim().split("\n")).toHaveLength(1);
    });
  }

  const usageErrors: [string, string[], RegExp][] = [
    ["a missing file", ["no.jsonl"], /cannot read no\.jsonl: no such file/],
    ["an unknown program", ["--only", "no-such-program"], /--only no-such-program: no such program/],
    ["a missing module", ["--wasm", "no.wasm"], /cannot load no\.wasm/],
    ["a place JSON cannot go", ["--json", "/no/such/folder/x.json"], /cannot write \/no\/such/],
    ["an unknown option", ["--without-reason"], /unknown option/],
  ];
  for (const [what, args, message] of usageErrors) {
    test(`ends with 2 and one line for ${what}`, async () => {
      const { code, stdout, stderr } = await run("conformance", args);
      expect(code).toBe(2);
      expect(stdout).toBe("");
      expect(stderr).toMatch(message);
      expect(stderr.trim().split("\n")).toHaveLength(1);
    });
  }
});

describe("fuzz", () => {
  test(`finds no difference in ${FUZZ_SECONDS} seconds of random programs`, async () => {
    const { code, stdout } = await run("fuzz", ["--seconds", String(FUZZ_SECONDS), "--seed", "1"]);
    const count = Number(/\n(\d+) programs, no difference\n$/.exec(stdout)?.[1]);
    expect(stdout).toContain("seed 1, beside CPython 3.13");
    expect(count).toBeGreaterThan(FUZZ_PROGRAMS_MIN);
    expect(code).toBe(0);
  });

  test(`finds no heap damaged in ${STRESS_SECONDS} seconds of collections between all ops`, async () => {
    const { code, stdout } = await run("fuzz", [
      "--stress",
      "--seconds",
      String(STRESS_SECONDS),
      "--seed",
      "1",
    ]);
    expect(Number(/\n(\d+) programs, no difference\n$/.exec(stdout)?.[1])).toBeGreaterThan(FUZZ_PROGRAMS_MIN);
    expect(code).toBe(0);
  });

  test("tells in how many programs collections did what", async () => {
    const { stdout } = await run("fuzz", ["--verbose", "--seconds", "5", "--seed", "2"]);
    for (const what of ["garbage found", "object resurrected", "callback called", "object aged from 1 to 2"])
      expect(stdout).toMatch(new RegExp(`[1-9]\\d* +[\\d.]+ %  ${what}`));
  });

  test("stops at Ctrl-C, tells what was done, and ends with 130", async () => {
    const { code, stdout } = await run("fuzz", ["--seconds", "60"], 6000);
    expect(stdout).toMatch(/\n\d+ programs\/s, interrupted\n\d+ programs, no difference\n$/);
    expect(code).toBe(130);
  });

  for (const args of [
    ["--seconds", "0"],
    ["--seconds", "soon"],
    ["--seed", "x"],
  ]) {
    test(`ends with 2 for ${args.join(" ")}`, async () => {
      const { code, stderr } = await run("fuzz", args);
      expect(code).toBe(2);
      expect(stderr).toContain(args[0]);
    });
  }
});

describe("sizes", () => {
  test("nothing is larger here than in CPython", async () => {
    const json = join(folder, "sizes.json");
    const { code, stdout, stderr } = await run("sizes", ["--json", json]);
    expect(stderr).toBe("");
    expect(stdout).toContain("CPython 3.13");
    const { sections } = JSON.parse(await readFile(json, "utf8")) as {
      sections: { rows: { oursBytes: number; cpythonBytes: number }[] }[];
    };
    const rows = sections.flatMap((section) => section.rows);
    expect(rows.length).toBeGreaterThanOrEqual(SIZES_MIN);
    for (const { oursBytes, cpythonBytes } of rows) expect(oursBytes).toBeLessThanOrEqual(cpythonBytes);
    expect(code).toBe(0);
  });

  test("--markdown prints the same as a table for a page", async () => {
    const { code, stdout } = await run("sizes", ["--markdown"]);
    expect(stdout).toMatch(
      /^\| value \| ours \| CPython 3\.13\.\d+ \| why \|\n\| --- \| --: \| --: \| --- \|\n/,
    );
    expect(code).toBe(0);
  });
});
