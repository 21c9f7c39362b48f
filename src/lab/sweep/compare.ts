// src/lab/sweep/compare.ts: two sweeps beside each other, such as before and after a change: what got faster, smaller, or lost.
// Source: B. L. Welch 1947, the t interval of two means of unequal variance; here of logarithms.

import { formatBytes } from "../figures.js";
import { geometricMean } from "../summary.js";
import { unpairedRatioOf } from "./confidence.js";
import type { CellResult, RatioResult, SweepResult } from "./result.js";

/** One cell that is in both. */
export interface CellChange {
  readonly workload: string;
  readonly strategy: string;
  readonly nsBefore: number;
  readonly nsAfter: number;
  /** Time after, as a multiple of the time before; null if a run has a single round. */
  readonly time: RatioResult | null;
  readonly footprintBytesBefore: number | null;
  readonly footprintBytesAfter: number | null;
}

export interface SweepComparison {
  readonly program: "pymalloc lab compare";
  readonly changes: readonly CellChange[];
  /** Cells that only one of the two has, as "strategy on workload". */
  readonly onlyBefore: readonly string[];
  readonly onlyAfter: readonly string[];
  /** Time of the empty strategy after, as a multiple of before: the machine's own change; null if it is not in both. */
  readonly control: number | null;
  /** Differences of no more than this factor get no verdict: noise of the two runs, and the control. */
  readonly noise: number;
  /** What differs between the machines, one line each. */
  readonly machineDifferences: readonly string[];
}

/** Compares cells of the same names. */
export function compareSweeps(before: SweepResult, after: SweepResult): SweepComparison {
  const cellsAfter = new Map(after.cells.map((cell) => [keyOf(cell), cell]));
  const pairs = before.cells.flatMap((a): [CellResult, CellResult][] => {
    const b = cellsAfter.get(keyOf(a));
    return b === undefined ? [] : [[a, b]];
  });
  const control = controlOf(pairs, before);
  const noise = Math.max(
    noiseOf(before),
    noiseOf(after),
    control === null ? 1 : Math.max(control, 1 / control),
  );
  const keysBefore = new Set(before.cells.map(keyOf));
  return {
    program: "pymalloc lab compare",
    changes: pairs.map(([a, b]) => changeOf(a, b, noise)),
    onlyBefore: [...keysBefore].filter((key) => !cellsAfter.has(key)),
    onlyAfter: [...cellsAfter.keys()].filter((key) => !keysBefore.has(key)),
    ...{ control, noise },
    machineDifferences: machineDifferences(before, after),
  };
}

function changeOf(a: CellResult, b: CellResult, noise: number): CellChange {
  return {
    workload: a.workload,
    strategy: a.strategy,
    nsBefore: a.time.nsPerEvent.median,
    nsAfter: b.time.nsPerEvent.median,
    time: unpairedRatioOf(b.time.rounds, a.time.rounds, noise) ?? null,
    footprintBytesBefore: a.memory?.footprintBytes ?? null,
    footprintBytesAfter: b.memory?.footprintBytes ?? null,
  };
}

/** A strategy that does nothing shows what the machine alone did; its memory is none. */
function controlOf(pairs: readonly [CellResult, CellResult][], { strategies }: SweepResult): number | null {
  const floors = new Set(strategies.filter(({ isFloor }) => isFloor).map(({ name }) => name));
  const idle = pairs.filter(([a, b]) => floors.has(a.strategy) && a.memory === null && b.memory === null);
  if (idle.length === 0) return null;
  return geometricMean(idle.map(([a, b]) => b.time.nsPerEvent.median / a.time.nsPerEvent.median));
}

function noiseOf({ noise }: SweepResult): number {
  return Math.max(1, ...noise.map(({ ratio: { value } }) => Math.max(value, 1 / value)));
}

function keyOf({ workload, strategy }: CellResult): string {
  return `${strategy} on ${workload}`;
}

function machineDifferences(before: SweepResult, after: SweepResult): string[] {
  const facts = ({ machine, node, v8, version }: SweepResult): Record<string, string | number> => ({
    platform: `${machine.platform}/${machine.architecture}`,
    processor: `${machine.cpu} × ${machine.cpuCount}`,
    memory: formatBytes(machine.memoryBytes),
    Node: node,
    V8: v8,
    pymalloc: version,
  });
  const [a, b] = [facts(before), facts(after)];
  return Object.keys(a)
    .filter((name) => a[name] !== b[name])
    .map((name) => `${name}: ${a[name]} before, ${b[name]} after`);
}
