// src/tour/drawings.ts: the tour's small pictures, as lines of text: names that refer to an object, bars, pools with their blocks.

import type { Colors } from "./colors.js";

/** A name that refers to the object, strongly or weakly. */
export interface Reference {
  readonly name: string;
  readonly isWeak?: boolean;
}

/** A name's box, with its edges. */
const NAME_ROWS = 3;
const ARROW = "────▶ ";
const WEAK_ARROW = "┄┄┄┄▷ ";
const DEAD_ARROW = "┄┄┄┄✕ ";

/** Names in boxes, each with an arrow to one object, drawn as a box of `lines`; a dead one is dashed, and arrows end before it. */
export function references(
  names: readonly Reference[],
  lines: readonly string[],
  colors: Colors,
  isDead = false,
): string[] {
  const label = Math.max(1, ...names.map(({ name }) => name.length));
  const height = Math.max(lines.length + 2, NAME_ROWS * names.length);
  const object = objectBox(lines, height, colors, isDead);
  if (names.length === 0) return object;
  const edge = "─".repeat(label + 2);
  const gap = " ".repeat(ARROW.length);
  return object.map((right, row) => {
    const reference = names[Math.floor(row / NAME_ROWS)];
    if (reference === undefined) return " ".repeat(label + 4) + gap + right;
    if (row % NAME_ROWS === 0) return colors.yellow(`┌${edge}┐`) + gap + right;
    if (row % NAME_ROWS === 2) return colors.yellow(`└${edge}┘`) + gap + right;
    const arrow = !reference.isWeak ? ARROW : isDead ? DEAD_ARROW : WEAK_ARROW;
    return `${colors.yellow("│")} ${colors.bold(reference.name.padEnd(label))} ${colors.yellow("├")}${arrow}${right}`;
  });
}

function objectBox(lines: readonly string[], height: number, colors: Colors, isDead: boolean): string[] {
  const inner = Math.max(...lines.map((line) => line.length));
  const [across, side] = isDead ? ["╌", "┆"] : ["─", "│"];
  const paint = isDead ? colors.dim : colors.cyan;
  const rows = Array.from({ length: height - 2 }, (_, row) => {
    const text = (lines[row] ?? "").padEnd(inner);
    return `${paint(side)} ${isDead ? colors.dim(text) : row === 0 ? colors.bold(text) : text} ${paint(side)}`;
  });
  return [paint(`┌${across.repeat(inner + 2)}┐`), ...rows, paint(`└${across.repeat(inner + 2)}┘`)];
}

export interface Bar {
  readonly label: string;
  readonly value: number;
  /** What stands behind the bar. */
  readonly text: string;
}

/** A cell's beginning, in eighths. */
const PART_CELLS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** Bars, all to one scale, each with its label before and its text behind. */
export function bars(rows: readonly Bar[], width: number, colors: Colors): string[] {
  const label = Math.max(...rows.map((row) => row.label.length));
  const text = Math.max(...rows.map((row) => row.text.length));
  const drawn = bareBars(
    rows.map((row) => row.value),
    Math.max(10, width - label - text - 4),
    colors,
  );
  return rows.map((row, index) => `${row.label.padEnd(label)}  ${drawn[index]}  ${row.text.padStart(text)}`);
}

/** Bars alone, each `width` cells with what is empty; one that is not 0 is never nothing. */
export function bareBars(values: readonly number[], width: number, colors: Colors): string[] {
  const most = Math.max(...values, 1);
  return values.map((value) => {
    const eighths = value > 0 ? Math.max(1, Math.round((value / most) * width * 8)) : 0;
    return colors.cyan(("█".repeat(eighths >> 3) + PART_CELLS[eighths & 7]).padEnd(width));
  });
}

/** A pool: its blocks in address order, or none if it is free. */
export interface Tile {
  readonly head: string;
  readonly foot: string;
  /** Whether each block is in use. */
  readonly used: readonly boolean[];
}

const TILES_A_ROW = 4;
const TILE_GAP = 2;
const TILE_WIDTH_MAX = 28;

/** Pools side by side, each a map of its blocks: used ones full, free ones light. */
export function tiles(pools: readonly Tile[], width: number, colors: Colors): string[] {
  const room = Math.floor((width - TILE_GAP * (TILES_A_ROW - 1)) / TILES_A_ROW);
  const inner = Math.min(room, TILE_WIDTH_MAX) - 2;
  const height = Math.ceil(Math.max(1, ...pools.map(({ used }) => used.length)) / inner);
  const lines: string[] = [];
  for (let at = 0; at < pools.length; at += TILES_A_ROW) {
    const drawn = pools.slice(at, at + TILES_A_ROW).map((pool) => tile(pool, inner, height, colors));
    for (let row = 0; row < height + 2; row += 1) {
      lines.push(drawn.map((tile) => tile[row]).join(" ".repeat(TILE_GAP)));
    }
  }
  return lines;
}

function tile({ head, foot, used }: Tile, inner: number, height: number, colors: Colors): string[] {
  const isFree = used.length === 0;
  const [across, side] = isFree ? ["╌", "┆"] : ["─", "│"];
  const paint = isFree ? colors.dim : (text: string): string => text;
  const rest = (text: string): string => across.repeat(Math.max(0, inner - text.length - 3));
  const rows = Array.from({ length: height }, (_, row) => {
    const blocks = used.slice(row * inner, (row + 1) * inner);
    const line = blocks.map((isUsed) => (isUsed ? colors.cyan("█") : colors.dim("░"))).join("");
    return paint(side) + line + " ".repeat(inner - blocks.length) + paint(side);
  });
  const label = isFree ? paint(foot) : colors.bold(foot);
  return [
    paint(`┌${across} ${head} ${rest(head)}┐`),
    ...rows,
    `${paint(`└${rest(foot)}`)} ${label} ${paint(`${across}┘`)}`,
  ];
}
