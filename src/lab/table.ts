// src/lab/table.ts: what the lab's tables are drawn with: borders, bars, sizes.
// Not here: what any table shows.

import CliTable from "cli-table3";

const BAR_WIDTH = 20;
/** A full cell, and the cells that are 1/8 to 7/8 full. */
const FULL_CELL = "█";
const CUT_OFF = "▶";
const PART_CELLS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** The first column, and those without a title, are text; the others numbers. */
export function newTable(head: string[]): CliTable.Table {
  const colAligns = head.map((title, column): CliTable.HorizontalAlignment => {
    return column === 0 || title === "" ? "left" : "right";
  });
  return new CliTable({ head, colAligns, style: { head: [], border: [], compact: true } });
}

/** @param fraction - of BAR_WIDTH cells; a bar that would be longer is cut off with an arrow. */
export function bar(fraction: number): string {
  if (fraction > 1) return FULL_CELL.repeat(BAR_WIDTH - 1) + CUT_OFF;
  const eighths = Number.isFinite(fraction) ? Math.round(fraction * BAR_WIDTH * 8) : 0;
  return (FULL_CELL.repeat(eighths >> 3) + PART_CELLS[eighths & 7]).padEnd(BAR_WIDTH);
}

export function formatBytes(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 2 ** 20) return `${(bytes / 1024).toFixed(1)} KiB`;
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
