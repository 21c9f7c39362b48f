// src/lab/sweep/text.ts: a sweep for the terminal.

import pc from "picocolors";
import { bar, newTable } from "../figures.js";
import type { SweepResult } from "./result.js";
import {
  MEMORY_LEGEND,
  missingLines,
  noiseLine,
  paintVerdict,
  sweepTables,
  type Table,
  type TableRow,
  TIME_RATIO,
} from "./tables.js";

type Colors = ReturnType<typeof pc.createColors>;

/** Tables with bars of time, what is missing from them, and how far to believe them. */
export function toText(result: SweepResult, hasColors: boolean): string {
  const colors = pc.createColors(hasColors);
  const floors = new Set(result.strategies.filter(({ isFloor }) => isFloor).map(({ name }) => name));
  const blocks = sweepTables(result).map((table) => drawTable(table, result.plan.baseline, floors, colors));
  const missing = missingLines(result);
  if (missing.length > 0) blocks.push(missing.map((line) => colors.yellow(line)).join("\n"));
  const noise = noiseLine(result);
  const notes = result.cells.some(({ memory }) => memory !== null) ? [MEMORY_LEGEND] : [];
  if (noise !== undefined) notes.push(noise);
  if (notes.length > 0) blocks.push(colors.dim(notes.join("\n")));
  if (result.isInterrupted) blocks.push(colors.yellow("interrupted: cells are of the rounds that were done"));
  return blocks.join("\n\n");
}

function drawTable(
  { title, head, rows }: Table,
  baseline: string,
  floors: ReadonlySet<string>,
  colors: Colors,
): string {
  const bars = head.findIndex((name) => name.startsWith(TIME_RATIO)) + 1;
  const withBar = (texts: readonly string[], drawn: string): string[] =>
    bars === 0 ? [...texts] : texts.toSpliced(bars, 0, drawn);
  const table = newTable(withBar(head, ""));
  const rivals = rows.filter(({ strategy, ratio }) => !floors.has(strategy) && ratio !== undefined);
  const longest = Math.max(...rivals.map(({ ratio }) => ratio!));
  for (const row of rows) {
    const paint = painter(row, baseline, floors, colors);
    const [name, ...texts] = row.texts;
    const drawn = row.ratio === undefined ? "" : paint(bar(row.ratio / longest));
    const painted = texts.map((text) => (text === row.verdict ? paintVerdict(row.verdict, colors) : text));
    table.push(withBar([paint(name!), ...painted], drawn));
  }
  return `${colors.bold(title)}\n${table}`;
}

function painter(
  { strategy }: TableRow,
  baseline: string,
  floors: ReadonlySet<string>,
  colors: Colors,
): (text: string) => string {
  if (strategy === baseline) return colors.green;
  return floors.has(strategy) ? colors.dim : colors.yellow;
}
