import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { compareSweeps } from "../../../../src/lab/sweep/compare.js";
import { comparisonText } from "../../../../src/lab/sweep/compare-text.js";
import { mergeSweeps } from "../../../../src/lab/sweep/merge.js";
import type { SweepResult } from "../../../../src/lab/sweep/result.js";
import { readSweepFile, SweepFileError } from "../../../../src/lab/sweep/result-file.js";
import { smallSweep } from "../../../support/sweeps.js";

const shards = await Promise.all([0, 1, 2].map((shard) => smallSweep({ shard, shardCount: 3, rounds: 2 })));
const files = shards.map((result, shard) => ({ file: `s${shard}`, result }));

function changed(shard: number, change: Partial<SweepResult>) {
  return { file: `s${shard}`, result: { ...shards[shard]!, ...change } };
}

describe("merging shards", () => {
  test("gives every cell once, in the plan's order, whatever the files' order", () => {
    const merged = mergeSweeps([files[2]!, files[0]!, files[1]!], false);
    expect(merged.cells.map(({ workload, strategy }) => workload + strategy)).toEqual([
      "va",
      "vb",
      "wa",
      "wb",
    ]);
    expect(merged.workloads.map(({ name }) => name)).toEqual(["v", "w"]);
    expect(merged.shards).toEqual([0, 1, 2]);
    expect(merged.noise.length).toBeGreaterThanOrEqual(3);
  });

  test.each([
    ["a shard is missing", [files[0]!, files[2]!], "shards missing: 2/3"],
    ["a shard is there twice", [...files, files[1]!], "shard 2/3 is in s1 too"],
    [
      "a cell is missing",
      [files[0]!, files[1]!, changed(2, { cells: [] })],
      "is in none: a file was changed",
    ],
    [
      "a shard was interrupted",
      [files[0]!, files[1]!, changed(2, { cells: [], isInterrupted: true })],
      "s2 was interrupted",
    ],
    [
      "a cell is there twice",
      [files[0]!, changed(1, { cells: [...shards[1]!.cells, ...shards[0]!.cells] }), files[2]!],
      "give each cell once",
    ],
    ["machines differ", [files[0]!, files[1]!, changed(2, { node: "99.0.0" })], "its Node is 99.0.0"],
    [
      "sweeps differ",
      [files[0]!, files[1]!, changed(2, { plan: { ...shards[2]!.plan, rounds: 9, digest: "x" } })],
      "rounds is 9, and 2 in s0",
    ],
    [
      "contents differ",
      [files[0]!, files[1]!, changed(2, { plan: { ...shards[2]!.plan, digest: "x" } })],
      "contents of a workload",
    ],
  ])("is refused where %s", (_, given, reason) => {
    expect(() => mergeSweeps(given, false)).toThrow(SweepFileError);
    expect(() => mergeSweeps(given, false)).toThrow(reason);
  });

  test("takes machines that differ, if told so", () => {
    const merged = mergeSweeps([files[0]!, files[1]!, changed(2, { node: "99.0.0" })], true);
    expect(merged.cells).toHaveLength(4);
  });
});

describe("a result's file", () => {
  const folder = mkdtempSync(join(tmpdir(), "sweep-"));
  const write = (content: string): string => {
    const file = join(folder, "r.json");
    writeFileSync(file, content);
    return file;
  };

  test("reads back what was written", async () => {
    expect((await readSweepFile(write(JSON.stringify(shards[0])))).result).toEqual(shards[0]);
  });

  test.each([
    ["cut off", JSON.stringify(shards[0]).slice(0, 100), "no JSON, or cut off"],
    ["null", "null", "not a sweep's result"],
    ["another program's", '{"program": "pymalloc replay"}', "not a sweep's result"],
    ["of another format", JSON.stringify({ ...shards[0], format: 99 }), "format 99 is not known"],
    ["without cells", JSON.stringify({ ...shards[0], cells: undefined }), "its cells is missing"],
  ])("is refused if it is %s", async (_, content, reason) => {
    await expect(readSweepFile(write(content))).rejects.toThrow(SweepFileError);
    await expect(readSweepFile(write(content))).rejects.toThrow(reason);
  });
});

describe("comparing two sweeps", () => {
  const before = mergeSweeps(files, false);
  const scaled = (factor: number, wobble = 0): SweepResult => ({
    ...before,
    noise: [],
    cells: before.cells.map((cell) => ({
      ...cell,
      time: { ...cell.time, rounds: [100, 101, 102].map((ns) => ns * factor * (1 + wobble * (ns - 101))) },
      memory: { ...cell.memory!, footprintBytes: 1000 * factor },
    })),
  });

  test("sees what got faster, slower and larger", () => {
    const faster = compareSweeps(scaled(1), scaled(0.5));
    expect(faster.changes).toHaveLength(4);
    expect(faster.changes.map(({ time }) => time!.verdict)).toEqual(Array(4).fill("faster"));
    expect(compareSweeps(scaled(1), scaled(2)).changes[0]!.time!.verdict).toBe("slower");
    expect(faster.changes[0]).toMatchObject({ footprintBytesBefore: 1000, footprintBytesAfter: 500 });
    expect(comparisonText(faster, false)).toContain("−50.0 %");
  });

  test("sees nothing where there is nothing, or too much noise", () => {
    expect(compareSweeps(scaled(1), scaled(1)).changes[0]!.time!.verdict).toBe("no difference seen");
    expect(compareSweeps(scaled(1), scaled(1.2, 0.3)).changes[0]!.time!.verdict).toBe("no difference seen");
    const noisy = {
      ...scaled(1),
      noise: before.noise.map((it) => ({ ...it, ratio: { ...it.ratio, value: 3 } })),
    };
    expect(compareSweeps(noisy, scaled(2)).changes[0]!.time!.verdict).toBe("no difference seen");
  });

  test("names cells that only one has, and machines that differ", () => {
    const other = { ...scaled(1), node: "99.0.0", cells: scaled(1).cells.slice(1) };
    const comparison = compareSweeps(scaled(1), other);
    expect(comparison.onlyBefore).toEqual(["a on v"]);
    expect(comparison.machineDifferences).toEqual([expect.stringContaining("99.0.0 after")]);
    expect(comparisonText(comparison, false)).toContain("only before: a on v");
  });
});
