// src/stress/format.ts: numbers as the live view and the summary show them, and rows in columns.

export function countText(count: number): string {
  return Math.round(count).toLocaleString("en-US");
}

/** A size that large heaps have. */
export function sizeText(bytes: number): string {
  const mebibytes = bytes / 2 ** 20;
  return `${mebibytes < 100 ? mebibytes.toFixed(1) : countText(mebibytes)} MiB`;
}

const NS_PER_US = 1e3;
const NS_PER_MS = 1e6;
const NS_PER_S = 1e9;

/** A time with three digits that count. */
export function timeText(ns: number): string {
  if (ns === 0) return "0 ns";
  if (ns < NS_PER_US) return `${digits(ns)} ns`;
  if (ns < NS_PER_MS) return `${digits(ns / NS_PER_US)} µs`;
  if (ns < NS_PER_S) return `${digits(ns / NS_PER_MS)} ms`;
  return `${digits(ns / NS_PER_S)} s`;
}

function digits(value: number): string {
  if (value >= 100) return countText(value);
  return value.toFixed(value >= 10 ? 1 : 2);
}

export interface Column {
  readonly head: string;
  readonly isLeft?: boolean;
}

const GAP = "  ";

/** Rows under their heads, in columns as wide as they must be. @returns the heads' line first. */
export function inColumns(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const widths = columns.map(({ head }, at) => Math.max(head.length, ...rows.map((row) => row[at]!.length)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, at) => (columns[at]!.isLeft ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!)))
      .join(GAP)
      .trimEnd();
  return [line(columns.map(({ head }) => head)), ...rows.map(line)];
}
