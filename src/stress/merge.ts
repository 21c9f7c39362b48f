// src/stress/merge.ts: the results of parts that ran beside each other, as one.

import { Distribution, type Occurrence } from "./distribution.js";
import { type Failure, PHASES, type PhaseResult, type RunResult } from "./result.js";

/** All parts together; without what only one of them has. */
export type MergedResult = Omit<RunResult, "plan" | "samples" | "failure"> & {
  readonly failures: readonly Failure[];
};

/** @param results - at least one. */
export function mergeResults(results: readonly RunResult[]): MergedResult {
  const sum = (of: (result: RunResult) => number): number =>
    results.reduce((total, result) => total + of(result), 0);
  const most = (of: (result: RunResult) => number): number => Math.max(...results.map(of));
  const areThreads = results[0]!.plan.engine === "pymalloc";
  return {
    seconds: most((it) => it.seconds),
    phases: mergePhases(results),
    passes: most((it) => it.passes),
    made: sum((it) => it.made),
    mostObjects: sum((it) => it.mostObjects),
    mostHeapBytes: sum((it) => it.mostHeapBytes),
    indexBytes: sum((it) => it.indexBytes),
    peakRssBytes: areThreads ? most((it) => it.peakRssBytes) : sum((it) => it.peakRssBytes),
    pauses: mergeOccurrences(results.map((it) => it.pauses)),
    generations: results[0]!.generations.map((_, generation) => ({
      collections: sum((it) => it.generations[generation]?.collections ?? 0),
      ...(areThreads ? { collected: sum((it) => it.generations[generation]?.collected ?? 0) } : {}),
    })),
    verifications: sum((it) => it.verifications),
    memoryErrors: {
      full: sum((it) => it.memoryErrors.full),
      collection: sum((it) => it.memoryErrors.collection),
    },
    isInterrupted: results.some((it) => it.isInterrupted),
    failures: results.flatMap(({ failure }) => (failure === undefined ? [] : [failure])),
  };
}

/** Operations of all parts; time of the part that took longest. */
function mergePhases(results: readonly RunResult[]): PhaseResult[] {
  return PHASES.flatMap((phase) => {
    const parts = results.flatMap(({ phases }) => phases.filter((it) => it.phase === phase));
    if (parts.length === 0) return [];
    return [
      {
        phase,
        operations: parts.reduce((total, it) => total + it.operations, 0),
        ms: Math.max(...parts.map((it) => it.ms)),
        longestMs: Math.max(...parts.map((it) => it.longestMs)),
        operationNs: mergeOccurrences(parts.map((it) => it.operationNs)),
      },
    ];
  });
}

function mergeOccurrences(parts: readonly (readonly Occurrence[])[]): Occurrence[] {
  const merged = new Distribution();
  for (const part of parts) merged.add(part);
  return merged.occurrences();
}
