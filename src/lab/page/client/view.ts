// src/lab/page/client/view.ts: what every drawing is made from.

import type { CellResult, SweepResult, WorkloadFacts } from "../../sweep/result.js";
import type { Look } from "./palette.js";
import type { Theme } from "./theme.js";

export interface View {
  readonly result: SweepResult;
  readonly looks: ReadonlyMap<string, Look>;
  readonly theme: Theme;
  /** Strategies that the reader has switched off. */
  readonly hidden: ReadonlySet<string>;
}

/** Cells of a workload that are to be seen. */
export function shownCells({ result, hidden }: View, workload: string): CellResult[] {
  return result.cells.filter((cell) => cell.workload === workload && !hidden.has(cell.strategy));
}

export function factsOf({ result }: View, workload: string): WorkloadFacts {
  return result.workloads.find(({ name }) => name === workload)!;
}

export function isFloor({ result }: View, strategy: string): boolean {
  return result.strategies.find(({ name }) => name === strategy)?.isFloor ?? false;
}
