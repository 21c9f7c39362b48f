// test/system/stress.test.ts: `pymalloc stress` as a user runs it: small heaps, every option. Needs dist/.

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv, type JSONSchemaType } from "ajv";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PHASES } from "../../src/stress/result.js";
import { SHAPE_NAMES } from "../../src/stress/shapes.js";
import { runCommand } from "../support/command.js";

const CLI = process.env.PYMALLOC_CLI ?? "dist/cli.js";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "stress-"));
});
afterAll(() => rm(folder, { recursive: true }));

const stress = (...args: string[]): ReturnType<typeof runCommand> => runCommand([CLI, "stress", ...args]);

/** As JSON, on stdout. */
async function measured(...args: string[]): Promise<{ code: number | null; json: Measured; stderr: string }> {
  const { code, stdout, stderr } = await stress(...args, "--json", "-");
  return { code, json: JSON.parse(stdout), stderr };
}

interface Measured {
  total: {
    made: number;
    mostObjects: number;
    verifications: number;
    passes: number;
    seconds: number;
    isInterrupted: boolean;
    failures: { name: string; message: string }[];
    memoryErrors: { full: number };
    generations: { collected: number }[];
  };
  workers: { plan: { objects: number; seed: number } }[];
  plain?: { made: number; failures: unknown[] };
  comparison?: { what: string; ours: number; plain: number; ratio: number }[];
}

const number = { type: "number", minimum: 0 } as const;
const text = { type: "string" } as const;
const occurrences = {
  type: "array",
  items: { type: "array", items: number, minItems: 2, maxItems: 2 },
} as const;
const RUN = {
  type: "object",
  required: [
    ...["seconds", "phases", "passes", "made", "mostObjects", "mostHeapBytes", "indexBytes", "peakRssBytes"],
    ...["pauses", "generations", "verifications", "memoryErrors", "isInterrupted"],
  ],
  properties: {
    ...{ seconds: number, passes: number, made: number, mostObjects: number, mostHeapBytes: number },
    ...{
      indexBytes: number,
      peakRssBytes: number,
      verifications: number,
      isInterrupted: { type: "boolean" },
    },
    pauses: occurrences,
    phases: {
      type: "array",
      items: {
        type: "object",
        required: ["phase", "operations", "ms", "longestMs", "operationNs"],
        properties: {
          ...{ phase: { enum: PHASES }, operations: number, ms: number, longestMs: number },
          operationNs: occurrences,
        },
        additionalProperties: false,
      },
    },
    generations: {
      type: "array",
      items: {
        type: "object",
        required: ["collections"],
        properties: { collections: number, collected: number },
      },
    },
    memoryErrors: {
      type: "object",
      required: ["full", "collection"],
      properties: { full: number, collection: number },
    },
  },
} as const;
const SCHEMA = {
  type: "object",
  required: ["program", "format", "version", "machine", "total", "workers"],
  properties: {
    program: { const: "pymalloc stress" },
    format: { const: 1 },
    version: text,
    machine: {
      type: "object",
      required: ["platform", "cpu", "cpuCount", "memoryBytes", "node"],
      properties: { platform: text, cpu: text, cpuCount: number, memoryBytes: number, node: text },
      additionalProperties: false,
    },
    total: { ...RUN, required: [...RUN.required, "failures", "pausePercentiles"] },
    workers: { type: "array", items: { ...RUN, required: [...RUN.required, "plan", "samples"] } },
    plain: RUN,
    comparison: {
      type: "array",
      items: {
        type: "object",
        required: ["what", "ours", "plain", "ratio"],
        properties: { what: text, ours: number, plain: number, ratio: number },
        additionalProperties: false,
      },
    },
  },
  additionalProperties: false,
} as unknown as JSONSchemaType<Measured>;

describe("pymalloc stress", () => {
  test.each(SHAPE_NAMES)("%s: replaces some, and finds all as it must be", async (shape) => {
    const { code, stdout, stderr } = await stress("--shape", shape, "--objects", "20k", "--churn", "10%");
    expect([code, stderr]).toEqual([0, ""]);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none of these must be there
    expect(stdout).not.toMatch(/\x1b/);
    expect(stdout).toContain(`${shape}: 20,000 objects, seed 1\nall as it must be: `);
    expect(stdout).toMatch(/\nreplace +\d/);
    expect(stdout).toContain("pauses, by their length");
  });

  test("workers share the objects, each in a heap of its own", async () => {
    const { code, json } = await measured("--objects", "30001", "--workers", "2", "--seed", "5");
    expect(code).toBe(0);
    expect(json.workers.map(({ plan }) => [plan.objects, plan.seed])).toEqual([
      [15_001, 5],
      [15_000, 6],
    ]);
    expect(json.total).toMatchObject({ made: 30_001, mostObjects: 30_001, verifications: 4 });
    expect(json.total.generations[2]!.collected).toBe(30_001);
  });

  test("the same seed makes the same nodes, and replaces the same", async () => {
    const made = async (seed: string): Promise<number> =>
      (await measured("--objects", "5k", "--churn", "0.5", "--seed", seed)).json.total.made;
    const first = await made("3");
    expect(await made("3")).toBe(first);
    expect(await made("4")).not.toBe(first);
  });

  test("fills a small heap to MemoryError, frees half, and goes on", async () => {
    const { code, stdout } = await stress("--until-full", "--max-memory", "8", "--shape", "cyclic");
    expect(code).toBe(0);
    expect(stdout).toContain("heap 8.0 MiB");
    expect(stdout).toContain("MemoryError 2 times, each with the heap as it was before");
  });

  test("goes on for as long as it is told", async () => {
    const { json } = await measured("--objects", "2k", "--churn", "0.2", "--seconds", "1");
    expect(json.total.seconds).toBeGreaterThanOrEqual(1);
    expect(json.total.passes).toBeGreaterThan(3);
    expect(json.total.verifications).toBeGreaterThan(2);
  });

  test("writes JSON of one form, with plain objects beside", async () => {
    const file = join(folder, "out.json");
    const { code, stdout } = await stress(
      ...["--objects", "50k", "--churn", "0.1", "--versus", "js", "--workers", "2", "--json", file],
    );
    expect(code).toBe(0);
    expect(stdout).toMatch(/\n +pymalloc +plain objects +ratio\n/);
    const json = JSON.parse(await readFile(file, "utf8"));
    const validate = new Ajv({ strict: false }).compile(SCHEMA);
    expect([validate(json), validate.errors]).toEqual([true, null]);
    const { plain, comparison, total } = json as Measured;
    expect(plain).toMatchObject({ made: total.made, failures: [] });
    const heap = comparison!.find(({ what }) => what === "heapBytes")!;
    expect(heap.ratio).toBeCloseTo(heap.plain / heap.ours, 10);
    expect(heap.plain).toBeGreaterThan(50_000 * 40);
  });

  test.each(["content", "reference", "count"])(
    "finds what was spoiled, and ends with 1: %s",
    async (damage) => {
      const { code, stdout, stderr } = await stress("--objects", "10k", "--damage", damage);
      expect(code).toBe(1);
      expect(stdout).toContain("\nFAILED after ");
      expect(stderr).toMatch(/^pymalloc: .* is \d+; it must be \d+\n$/);
    },
  );

  test.each([
    ["Ctrl-C in a pass", ["--objects", "300k", "--churn", "0.1", "--seconds", "60"]],
    ["Ctrl-C with two workers", ["--objects", "300k", "--workers", "2", "--seconds", "60"]],
    ["Ctrl-C while it fills", ["--until-full", "--max-memory", "64", "--seconds", "60"]],
    ["Ctrl-C on plain objects", ["--objects", "1k", "--versus", "js", "--seconds", "1", "--churn", "0.1"]],
  ])("%s ends it with a summary, and 130", async (what, args) => {
    const { code, stdout } = await runCommand([CLI, "stress", ...args], what.includes("plain") ? 1900 : 1500);
    expect(code).toBe(130);
    expect(stdout).toMatch(/\n(interrupted after|all as it must be)/);
    expect(stdout).toMatch(/\nmake +\d/);
  });

  test.each([
    ["more than fits", ["--objects", "200m"], /hold[s]? at most 1\d\d,\d{3},\d{3} of shape random/],
    ["more than fits into a small heap", ["--objects", "1m", "--max-memory", "8"], /more --max-memory/],
    ["no number", ["--objects", "many"], /whole number from 1 up, such as 10e6, 10m or 250k/],
    ["no objects", ["--objects", "0"], /whole number from 1 up/],
    ["too few for the workers", ["--objects", "3", "--workers", "4"], /at least one to each/],
    ["a shape that is none", ["--shape", "blob"], /Allowed choices are list, tree/],
    ["a share above 1", ["--churn", "1.5"], /share from 0 to 1/],
    ["too much memory", ["--max-memory", "5000"], /from 1 to 4,095/],
    ["plain objects until full", ["--until-full", "--versus", "js"], /leave one out/],
    ["churn until full", ["--until-full", "--churn", "0.1"], /leave one out/],
    ["a file that can't be written", ["--json", "/no/such/folder/out.json"], /cannot write/],
  ])("ends with 2 and one line for %s", async (_, args, message) => {
    const { code, stdout, stderr } = await stress(...args);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n +at /);
  });
});
