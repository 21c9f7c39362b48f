// src/tour/drawings.ts: the tour's small pictures, as lines of text: names that refer to an object, bars, maps of blocks.

import type { Colors } from "./colors.js";

/** An address as it is read. */
export function hex(address: number): string {
  return `0x${address.toString(16).padStart(5, "0")}`;
}

/** Bytes as they are read. */
export function bytes(count: number): string {
  if (count < 10_000 && count % 1024 !== 0) return `${count.toLocaleString("en-US")} B`;
  if (count < 10_000_000) return `${Math.round(count / 1024).toLocaleString("en-US")} KiB`;
  return `${(count / 2 ** 20).toFixed(1)} MiB`;
}

/** Names, each with an arrow to one object, drawn as a box of `lines`. Without names, the box is crossed out. */
export function references(names: readonly string[], lines: readonly string[], colors: Colors): string[] {
  const inner = Math.max(...lines.map((line) => line.length));
  const frame = names.length === 0 ? colors.dim : colors.cyan;
  const box = [
    frame(`┌─${"─".repeat(inner)}─┐`),
    ...lines.map(
      (line) =>
        `${frame("│")} ${names.length === 0 ? colors.dim(line.padEnd(inner)) : line.padEnd(inner)} ${frame("│")}`,
    ),
    frame(`└─${"─".repeat(inner)}─┘`),
  ];
  const left = Math.max(1, ...names.map((name) => name.length));
  const height = Math.max(box.length, names.length + 2);
  const middle = Math.floor((box.length - 1) / 2);
  const first = Math.max(0, middle - Math.floor((names.length - 1) / 2));
  return Array.from({ length: height }, (_, row) => {
    const index = row - first;
    const name = names[index];
    const arrow = arrowPart(index, names.length, row === middle);
    const label = colors.yellow((name ?? "").padStart(left));
    return `${label} ${arrow} ${box[row] ?? ""}`.trimEnd();
  });
}

/** One row of the arrows that lead from all names to the middle row. */
function arrowPart(index: number, count: number, isMiddle: boolean): string {
  const isName = index >= 0 && index < count;
  if (count === 0) return "     ";
  if (count === 1) return isName ? "────▶" : "     ";
  if (!isName) return isMiddle ? "  └─▶" : "     ";
  if (isMiddle) return index === 0 ? "──┬─▶" : index === count - 1 ? "──┴─▶" : "──┼─▶";
  return index === 0 ? "──┐  " : index === count - 1 ? "──┘  " : "──┤  ";
}

export interface Bar {
  readonly label: string;
  readonly value: number;
  /** What stands behind the bar. */
  readonly text: string;
}

/** Bars, all to one scale. */
export function bars(rows: readonly Bar[], width: number, colors: Colors): string[] {
  const label = Math.max(...rows.map((row) => row.label.length));
  const text = Math.max(...rows.map((row) => row.text.length));
  const room = Math.max(10, width - label - text - 4);
  const most = Math.max(...rows.map((row) => row.value), 1);
  return rows.map((row) => {
    const eighths = Math.round((row.value / most) * room * 8);
    const full = "█".repeat(eighths >> 3) + (["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths & 7] ?? "");
    return `${row.label.padEnd(label)}  ${colors.cyan(full.padEnd(room))}  ${row.text.padStart(text)}`;
  });
}

/** Blocks of a pool in rows of `width` cells: used ones full, free ones light. */
export function blockMap(used: readonly boolean[], width: number, colors: Colors): string[] {
  const lines: string[] = [];
  for (let at = 0; at < used.length; at += width) {
    const row = used.slice(at, at + width);
    let line = "";
    for (const isUsed of row) line += isUsed ? colors.cyan("█") : colors.dim("░");
    lines.push(line);
  }
  return lines;
}
