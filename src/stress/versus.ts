// src/stress/versus.ts: a run here against the same run on plain objects.

import { Distribution } from "./distribution.js";
import type { MergedResult } from "./merge.js";
import type { PhaseName } from "./result.js";

const NS_PER_MS = 1e6;

/** What has to be done wherever nodes are kept; checking them here takes more, as here more can be checked. */
const WORK: ReadonlySet<PhaseName> = new Set<PhaseName>([
  ...(["make", "link", "hand over", "replace", "relink", "settle", "drop", "collect"] as const),
]);

/** One measure of both; the ratio is plain objects' of ours, so that above 1 this library takes less. */
export interface Comparison {
  readonly what: "workMs" | "heapBytes" | "longestPauseMs";
  readonly ours: number;
  readonly plain: number;
  readonly ratio: number;
}

export function compareRuns(ours: MergedResult, plain: MergedResult): Comparison[] {
  const row = (what: Comparison["what"], of: (result: MergedResult) => number): Comparison => {
    const [here, there] = [of(ours), of(plain)];
    return { what, ours: here, plain: there, ratio: there / here };
  };
  return [
    row("workMs", workMs),
    row("heapBytes", (result) => result.mostHeapBytes + result.indexBytes),
    row("longestPauseMs", longestPauseMs),
  ];
}

function workMs({ phases }: MergedResult): number {
  return phases.reduce((total, { phase, ms }) => total + (WORK.has(phase) ? ms : 0), 0);
}

/** The longest time that the program had to wait: for a collection, or for the deaths when the last reference goes. */
export function longestPauseMs({ pauses, phases }: MergedResult): number {
  const longestDrop = phases.find(({ phase }) => phase === "drop")?.longestMs ?? 0;
  return Math.max(Distribution.of(pauses).read().maxNs / NS_PER_MS, longestDrop);
}
