// test/system/lab.test.ts: `pymalloc lab`, run as a user runs it; the manifests in examples/ run as their schedulers run them. Needs dist/.

import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import type { SweepResult } from "../../src/lab/sweep/result.js";
import { writeAtr1 } from "../support/atr1-writer.js";
import { type Outcome, runCommand } from "../support/command.js";
import { watAllocator } from "../support/wat.js";

const CLI = resolve(process.env.PYMALLOC_CLI ?? "dist/cli.js");
const QUICK = ["--strategy", "pymalloc,tlsf,bump,null", "--rounds", "2"];

let folder: string;
let traces: string[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lab-"));
  await mkdir(join(folder, "traces"));
  traces = [];
  for (const [index, name] of ["one", "two", "three"].entries()) {
    const file = join(folder, "traces", `${name}.atr`);
    const blocks = Array.from({ length: 200 }, (_, slot) => slot);
    await writeFile(
      file,
      writeAtr1([
        ...blocks.map((slot) => ({ op: "malloc", slot, size: 10 + slot * (index + 1) }) as const),
        ...blocks.map((slot) => ({ op: "realloc", slot, size: 300 }) as const),
        ...blocks.map((slot) => ({ op: "free", slot }) as const),
      ]),
    );
    traces.push(file);
  }
  // what the manifests call npx for is this build
  const bin = join(folder, "bin");
  await mkdir(bin);
  await writeFile(join(bin, "npx"), `#!/bin/sh\nshift 2\nexec "${process.execPath}" "${CLI}" "$@"\n`);
  await chmod(join(bin, "npx"), 0o755);
});
afterAll(() => rm(folder, { recursive: true }));

const lab = (args: readonly string[], interruptMs?: number, env?: NodeJS.ProcessEnv): Promise<Outcome> =>
  runCommand(
    [CLI, "lab", ...args],
    interruptMs,
    env === undefined ? {} : { env: { ...process.env, ...env } },
  );

const file = (name: string): string => join(folder, name);
const readJson = async <T>(name: string): Promise<T> => JSON.parse(await readFile(file(name), "utf8")) as T;
const cellNames = ({ cells, missing }: SweepResult): string[] =>
  [...cells, ...missing].map(({ workload, strategy }) => `${workload} ${strategy}`).sort();

describe("pymalloc lab", () => {
  test("prints tables and writes JSON and Markdown", async () => {
    const outputs = ["--json", file("a.json"), "--md", file("a.md")];
    const { code, stdout, stderr } = await lab([...traces, ...QUICK, ...outputs]);
    expect(stderr).toBe("");
    expect(code).toBe(0);
    for (const part of ["one: 600 events", "two: memory", "all workloads", "time ÷ pymalloc", "noise:"]) {
      expect(stdout).toContain(part);
    }
    const result = await readJson<SweepResult>("a.json");
    expect(result.cells).toHaveLength(12);
    expect(await readFile(file("a.md"), "utf8")).toContain("| tlsf |");
  });

  test("measures a module that is brought, beside the package's own", async () => {
    await writeFile(file("mine.wasm"), watAllocator());
    const { code, stdout } = await lab([
      ...[traces[0]!, "--wasm", file("mine.wasm"), "--strategy", "mine", "--rounds", "2", "--json", "-"],
    ]);
    expect(code).toBe(0);
    const { cells } = JSON.parse(stdout) as SweepResult;
    expect(cells.map(({ strategy }) => strategy)).toEqual(["pymalloc", "mine"]);
  });

  test("replays the example where no workload is named, and Ctrl-C ends it with what there is", async () => {
    const { code, stdout } = await lab(["--rounds", "1000", "--strategy", "null"], 6000);
    expect(code).toBe(130);
    expect(stdout).toContain("sqlite: 945,597 events");
    expect(stdout).toContain("interrupted");
  });

  test.each([
    [["nowhere.atr"], "nowhere.atr"],
    [["larsen"], "larson"],
    [["larson:slots=x"], "slots"],
    [["larson", "larson"], "two workloads have the name larson"],
    [["--strategy", "mimalloc"], "mimalloc: no such strategy; there are pymalloc"],
    [["--baseline", "x"], "x: no such strategy"],
    [["--rounds", "0"], "whole number from 1"],
    [["--limit", "-1"], "more than 0"],
    [["--shard", "5/4"], "shards are 1/4 to 4/4"],
    [["merge", "package.json"], "not a sweep's result"],
    [["compare", "package.json", "nowhere.json"], "not a sweep's result"],
  ])("refuses %j, and says why", async (args, reason) => {
    const { code, stderr, stdout } = await lab(args);
    expect(stderr).toContain(reason);
    expect(stderr).not.toContain("    at ");
    expect(code).toBe(2);
    expect(stdout).toBe("");
  });
});

describe("pymalloc lab tune", () => {
  test("measures every combination beside the release, and draws the front", async () => {
    const options = ["--pool-size", "4k..8k", "--small-max", "512,1k", "--rounds", "2", "--no-color"];
    const { code, stdout, stderr } = await lab(["tune", ...traces, ...options, "--json", file("tune.json")]);
    expect(stderr).toBe("");
    expect(code).toBe(0);
    expect(stdout).toMatch(/of 4 on the front/);
    const { strategies, cells } = await readJson<SweepResult>("tune.json");
    expect(strategies.map(({ name }) => name)).toEqual([
      ...["pymalloc", "pymalloc:pool=4k,small=1k", "pymalloc:pool=8k,small=512", "pymalloc:pool=8k,small=1k"],
    ]);
    expect(strategies[3]!.tunables).toMatchObject({
      poolSize: 8192,
      arenaSize: 65536,
      smallRequestMax: 1024,
    });
    expect(cells).toHaveLength(12);
  });

  test("tells combinations that can't be, and measures the others", async () => {
    const options = ["--pool-size", "4k,64k", "--arena-size", "64k,512k", "--rounds", "2"];
    const { code, stderr } = await lab(["tune", traces[0]!, ...options]);
    expect(code).toBe(0);
    expect(stderr).toContain("left out: arena 512k: an arena has 2 to 16 pools, not 128 of 4k");
  });

  test.each([
    [[], "nothing to tune"],
    [["--pool-size", "5k"], "pool 5k: not a power of two"],
    [["--spacing", "64k..8"], "the smaller value first"],
    [["--classes", "many"], "classes many"],
  ])("refuses %j, and says why", async (args, reason) => {
    const { code, stderr } = await lab(["tune", ...args]);
    expect(stderr).toContain(reason);
    expect(code).toBe(2);
  });
});

describe("a sweep in shards", () => {
  test("gives, merged, the cells of the whole, whichever way a shard learns its number", async () => {
    const whole = await lab([...traces, ...QUICK, "--json", file("whole.json"), "--quiet"]);
    expect(whole.code).toBe(0);
    const shards = [
      { args: ["--shard", "1/4"], env: {} },
      { args: ["--shard", "/4"], env: { JOB_COMPLETION_INDEX: "1" } },
      {
        args: [],
        env: { SLURM_ARRAY_TASK_ID: "12", SLURM_ARRAY_TASK_MIN: "10", SLURM_ARRAY_TASK_COUNT: "4" },
      },
      { args: [], env: { CI_NODE_INDEX: "4", CI_NODE_TOTAL: "4" } },
    ];
    const names = shards.map((_, index) => file(`shard-${index}.json`));
    for (const [index, { args, env }] of shards.entries()) {
      const outcome = await lab(
        [...traces, ...QUICK, ...args, "--json", names[index]!, "--quiet"],
        undefined,
        env,
      );
      expect(outcome).toEqual({ code: 0, stdout: "", stderr: "" });
    }
    const merged = await lab(["merge", ...names.toReversed(), "--json", file("merged.json"), "--quiet"]);
    expect(merged.code).toBe(0);
    const [a, b] = [await readJson<SweepResult>("whole.json"), await readJson<SweepResult>("merged.json")];
    expect(b.cells.map(({ workload, strategy }) => [workload, strategy])).toEqual(
      a.cells.map(({ workload, strategy }) => [workload, strategy]),
    );
    // what is no time is the same to the byte
    expect(b.cells.map(({ memory }) => memory)).toEqual(a.cells.map(({ memory }) => memory));

    const partial = await lab(["merge", ...names.slice(1)]);
    expect(partial).toMatchObject({ code: 2, stderr: expect.stringContaining("shards missing: 1/4") });

    const compared = await lab(["compare", file("whole.json"), file("merged.json"), "--no-color"]);
    expect(compared.code).toBe(0);
    expect(compared.stdout).toContain("after ÷ before");
    // the two plans differ in their shard count, not in their cells
    expect(compared.stdout).not.toContain("only before");
  });
});

describe("the manifests", () => {
  const run = promisify(execFile);
  const environment = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
    ...process.env,
    ...env,
    PATH: `${join(folder, "bin")}${delimiter}${process.env.PATH}`,
  });

  test("of Kubernetes: all pods together measure every cell", async () => {
    const manifest = parse(await readFile("examples/lab/kubernetes-indexed-job.yaml", "utf8"));
    const { completions, completionMode, template } = manifest.spec;
    expect(completionMode).toBe("Indexed");
    const [{ command, args, volumeMounts }] = template.spec.containers;
    expect(volumeMounts.map(({ mountPath }: { mountPath: string }) => mountPath)).toEqual([
      "/traces",
      "/results",
    ]);
    await mkdir(file("pods"));
    const results: string[] = [];
    for (let pod = 0; pod < completions; pod += 1) {
      const script = args[0].replaceAll("/results", file("pods"));
      const env = environment({
        LAB_COMMAND: `lab ${traces.join(" ")} ${QUICK.join(" ")}`,
        JOB_COMPLETION_INDEX: String(pod),
      });
      await run(command[0], [...command.slice(1), script], { env });
      results.push(join(folder, "pods", `shard-${pod}.json`));
    }
    expect((await lab(["merge", ...results, "--json", file("pods.json"), "--quiet"])).code).toBe(0);
    expect(cellNames(await readJson("pods.json"))).toHaveLength(12);
  });

  test("of GitHub Actions: the matrix measures every cell, and the report's job merges them", async () => {
    const { jobs } = parse(await readFile("examples/lab/github-actions.yml", "utf8"));
    const { shard: shards } = jobs.measure.strategy.matrix;
    const commandOf = (job: { steps: { run?: string }[] }): string =>
      job.steps.find(({ run: text }) => text?.includes("pymalloc"))!.run!;
    await mkdir(file("jobs"));
    const options = { cwd: file("jobs"), env: environment({}) };
    for (const shard of shards) {
      const text = commandOf(jobs.measure)
        .replaceAll(/\$\{\{ *matrix\.shard *\}\}/g, shard)
        .replaceAll(/\$\{\{ *strategy\.job-total *\}\}/g, shards.length)
        .replace("traces/*.atr.gz", `${traces.join(" ")} ${QUICK.slice(0, 2).join(" ")}`)
        .replace("--rounds 10", "--rounds 2");
      expect(text).not.toContain("${{");
      await run("sh", ["-ec", text], options);
    }
    await run("sh", ["-ec", commandOf(jobs.report)], options);
    expect(cellNames(JSON.parse(await readFile(join(folder, "jobs", "lab.json"), "utf8")))).toHaveLength(12);
  });

  test("of Slurm: the array's tasks measure every cell", async () => {
    await mkdir(file("tasks"));
    for (const task of ["1", "2"]) {
      const env = environment({
        SLURM_ARRAY_TASK_ID: task,
        SLURM_ARRAY_TASK_MIN: "1",
        SLURM_ARRAY_TASK_COUNT: "2",
      });
      const script = resolve("examples/lab/slurm.sh");
      await run("sh", [script, ...traces, "--strategy", "null"], { cwd: file("tasks"), env });
    }
    const results = ["1", "2"].map((task) => join(folder, "tasks", `shard-${task}.json`));
    expect((await lab(["merge", ...results, "--json", file("tasks.json"), "--quiet"])).code).toBe(0);
    expect(cellNames(await readJson("tasks.json"))).toHaveLength(6);
  });
});
