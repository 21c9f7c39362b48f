// src/lab/sweep/compare-text.ts: what changed between two sweeps, for the terminal.

import pc from "picocolors";
import { formatBytes, newTable } from "../figures.js";
import type { CellChange, SweepComparison } from "./compare.js";
import { formatInterval, paintVerdict, percent } from "./tables.js";

export function comparisonText(comparison: SweepComparison, hasColors: boolean): string {
  const colors = pc.createColors(hasColors);
  const { changes, onlyBefore, onlyAfter, control, noise, machineDifferences } = comparison;
  const blocks: string[] = [];
  for (const workload of new Set(changes.map((change) => change.workload))) {
    const table = newTable([
      ...["strategy", "ns before", "ns after", "after ÷ before", "verdict"],
      ...["memory before", "memory after", ""],
    ]);
    for (const change of changes.filter((it) => it.workload === workload)) {
      const { strategy, nsBefore, nsAfter, time } = change;
      table.push([
        strategy,
        nsBefore.toFixed(1),
        nsAfter.toFixed(1),
        time === null ? "–" : formatInterval(time),
        time === null ? "–" : paintVerdict(time.verdict, colors),
        ...memoryTexts(change),
      ]);
    }
    blocks.push(`${colors.bold(workload)}\n${table}`);
  }
  if (changes.length === 0) blocks.push("the two have no cell in common");
  const notes = [
    ...onlyBefore.map((cell) => `only before: ${cell}`),
    ...onlyAfter.map((cell) => `only after: ${cell}`),
    ...machineDifferences,
  ];
  if (notes.length > 0) blocks.push(notes.map((line) => colors.yellow(line)).join("\n"));
  const told = control === null ? "" : ` The empty strategy took ${control.toFixed(2)} times as long.`;
  blocks.push(colors.dim(`no difference up to ${percent(noise - 1)} gets a verdict.${told}`));
  return blocks.join("\n\n");
}

function memoryTexts({ footprintBytesBefore: a, footprintBytesAfter: b }: CellChange): string[] {
  if (a === null || b === null) return ["–", "–", ""];
  const change = a === b ? "" : `${b > a ? "+" : "−"}${percent(Math.abs(b / a - 1))}`;
  return [formatBytes(a), formatBytes(b), change];
}
