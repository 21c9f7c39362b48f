// src/lab/page/page-data.ts: a result without what its drawings don't need.

import type { CellResult, MemorySample, SweepResult } from "../sweep/result.js";

/** Of each workload, the first curve whole, as what is in use is drawn from it; of the others, the samples at which memory had grown. */
export function toPageData(result: SweepResult): SweepResult {
  const seen = new Set<string>();
  const cells = result.cells.map((cell): CellResult => {
    if (cell.memory === null) return cell;
    if (!seen.has(cell.workload)) {
      seen.add(cell.workload);
      return cell;
    }
    return { ...cell, memory: { ...cell.memory, curve: growthOf(cell.memory.curve) } };
  });
  return { ...result, cells };
}

function growthOf(curve: readonly MemorySample[]): MemorySample[] {
  return curve.filter(
    ({ footprintBytes }, index) =>
      index === curve.length - 1 || footprintBytes !== curve[index - 1]?.footprintBytes,
  );
}
