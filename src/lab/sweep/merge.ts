// src/lab/sweep/merge.ts: the shards of a sweep made one result again: every cell once, from machines that compare.

import type { CellResult, MissingCell, SweepPlan, SweepResult } from "./result.js";
import { type SweepFile, SweepFileError } from "./result-file.js";

/** What makes times of two machines comparable, and its name. */
const MACHINE_FACTS: readonly [string, (result: SweepResult) => string | number][] = [
  ["platform", ({ machine }) => `${machine.platform}/${machine.architecture}`],
  ["processor", ({ machine }) => machine.cpu],
  ["processor count", ({ machine }) => machine.cpuCount],
  ["Node", ({ node }) => node],
  ["V8", ({ v8 }) => v8],
  ["pymalloc", ({ version }) => version],
];

/**
 * Joins shards.
 *
 * @param files - one or more, in any order.
 * @param allowsMixed - whether machines may differ: ratios are of one machine each, ns are not comparable then.
 * @throws {SweepFileError} if they are not of one sweep, a shard or a cell is missing or there twice, or machines differ.
 */
export function mergeSweeps(files: readonly SweepFile[], allowsMixed: boolean): SweepResult {
  const [first, ...others] = files as [SweepFile, ...SweepFile[]];
  for (const other of others) {
    checkPlan(first, other);
    if (!allowsMixed) checkMachine(first, other);
  }
  const { plan } = first.result;
  checkShards(files, plan);
  const results = files.map(({ result }) => result);
  const cells = inOrder(
    results.flatMap((result) => result.cells),
    plan,
  );
  const missing = inOrder(
    results.flatMap((result) => result.missing),
    plan,
  );
  checkCells(files, plan);
  const facts = new Map(results.flatMap(({ workloads }) => workloads).map((it) => [it.name, it]));
  return {
    ...first.result,
    date: results.map(({ date }) => date).toSorted()[0]!,
    shards: results.flatMap(({ shards }) => shards).toSorted((a, b) => a - b),
    workloads: plan.workloads.flatMap((name) => facts.get(name) ?? []),
    ...{ cells, missing },
    noise: results.flatMap(({ noise }) => noise),
    isInterrupted: results.some(({ isInterrupted }) => isInterrupted),
  };
}

function checkPlan(first: SweepFile, other: SweepFile): void {
  const [a, b] = [first.result.plan, other.result.plan];
  if (a.digest === b.digest) return;
  const keys = ["workloads", "strategies", "baseline", "rounds", "limitMs", "shardCount"] as const;
  const key = keys.find((name) => String(a[name]) !== String(b[name]));
  const difference =
    key === undefined
      ? "the contents of a workload or a module differ"
      : `${key} is ${b[key]}, and ${a[key]} in ${first.file}`;
  throw new SweepFileError(
    other.file,
    `of another sweep: ${difference}; run all shards with the same command and files`,
  );
}

function checkMachine(first: SweepFile, other: SweepFile): void {
  for (const [name, read] of MACHINE_FACTS) {
    if (read(first.result) === read(other.result)) continue;
    throw new SweepFileError(
      other.file,
      `its ${name} is ${read(other.result)}, and ${read(first.result)} in ${first.file}: ns do not compare; ` +
        "run on equal machines, or give --mixed to trust the ratios alone",
    );
  }
}

function checkShards(files: readonly SweepFile[], { shardCount }: SweepPlan): void {
  const owners = new Map<number, string>();
  for (const { file, result } of files) {
    for (const shard of result.shards) {
      const owner = owners.get(shard);
      if (owner !== undefined) {
        throw new SweepFileError(file, `shard ${shard + 1}/${shardCount} is in ${owner} too; give each once`);
      }
      owners.set(shard, file);
    }
  }
  const missing = Array.from({ length: shardCount }, (_, shard) => shard).filter(
    (shard) => !owners.has(shard),
  );
  if (missing.length === 0) return;
  const names = missing.map((shard) => `${shard + 1}/${shardCount}`).join(", ");
  throw new SweepFileError(
    files.map(({ file }) => file).join(", "),
    `shards missing: ${names}; measure them with --shard, then merge again`,
  );
}

/** Each cell of the plan is measured, or told as missing, once. */
function checkCells(files: readonly SweepFile[], plan: SweepPlan): void {
  const owners = new Map<string, string>();
  for (const { file, result } of files) {
    for (const { workload, strategy } of [...result.cells, ...result.missing]) {
      const key = JSON.stringify([workload, strategy]);
      const owner = owners.get(key);
      if (owner !== undefined) {
        throw new SweepFileError(file, `${strategy} on ${workload} is in ${owner} too; give each cell once`);
      }
      owners.set(key, file);
    }
  }
  for (const workload of plan.workloads) {
    for (const strategy of plan.strategies) {
      if (owners.has(JSON.stringify([workload, strategy]))) continue;
      const interrupted = files.filter(({ result }) => result.isInterrupted).map(({ file }) => file);
      const why = interrupted.length > 0 ? `${interrupted.join(", ")} was interrupted` : "a file was changed";
      throw new SweepFileError(
        files.map(({ file }) => file).join(", "),
        `${strategy} on ${workload} is in none: ${why}; measure that shard again`,
      );
    }
  }
}

function inOrder<T extends CellResult | MissingCell>(cells: readonly T[], plan: SweepPlan): T[] {
  const place = ({ workload, strategy }: T): number =>
    plan.workloads.indexOf(workload) * plan.strategies.length + plan.strategies.indexOf(strategy);
  return cells.toSorted((a, b) => place(a) - place(b));
}
