// src/tour/drawings.ts: the tour's small pictures, as lines of text: names that refer to an object, objects that refer to each
// other, bars, a histogram, pools with their blocks.

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

/** One of two objects that refer to each other. */
export interface RingObject {
  /** A variable that refers to it too; none by default. */
  readonly name?: string;
  readonly lines: readonly string[];
}

export interface Ring {
  readonly upper: RingObject;
  readonly lower: RingObject;
  /** The upper one's field that refers to the lower, and the lower one's that refers to the upper. */
  readonly down: string;
  readonly up: string;
  /** The lower one refers to the upper weakly. */
  readonly isUpWeak?: boolean;
  /** Both are gone. */
  readonly isDead?: boolean;
}

/** Columns from a box's edges to the arrows between two. */
const RING_MARGIN = 3;

/** Two objects in boxes, one above the other, with an arrow down and an arrow up between them, and their names before them. */
export function ring(
  { upper, lower, down, up, isUpWeak = false, isDead = false }: Ring,
  colors: Colors,
): string[] {
  const label = Math.max(1, ...[upper, lower].map(({ name = "" }) => name.length));
  const inner = Math.max(...[...upper.lines, ...lower.lines].map((line) => line.length));
  const across = inner - 2 * RING_MARGIN;
  const edge = (start: string, first: string, second: string, end: string): string => {
    const margin = "─".repeat(RING_MARGIN);
    return colors.cyan(start + margin + first + "─".repeat(across) + second + margin + end);
  };
  const box = ({ lines }: RingObject): string[] => {
    const padded = lines.map((line) => line.padEnd(inner));
    return objectBox(padded, lines.length + 2, colors, isDead);
  };
  const [upperBox, lowerBox] = [box(upper), box(lower)];
  if (!isDead) {
    upperBox.splice(-1, 1, edge("└", "┬", isUpWeak ? "△" : "▲", "┘"));
    lowerBox.splice(0, 1, edge("┌", "▼", "┴", "┐"));
  }
  const before = label + NAME_EDGES + ARROW.length + 1 + RING_MARGIN;
  const link = `${down.padStart(before - 1)} │${" ".repeat(across)}${isUpWeak ? "┆" : "│"} ${up}`;
  // the middle of a name's box stands beside the object's first line, or its last
  return [
    ...upperBox.map((row, at) => nameBox(upper.name, at - 1, label, colors) + row),
    ...(isDead ? [] : [link]),
    ...lowerBox.map((row, at) => nameBox(lower.name, at - lower.lines.length, label, colors) + row),
  ];
}

/** Columns of a name's box, the name apart. */
const NAME_EDGES = 4;

/** A row of a name's box, with its arrow, 0 the middle one; as wide where there is none. */
function nameBox(name: string | undefined, row: number, label: number, colors: Colors): string {
  const gap = " ".repeat(ARROW.length);
  if (name === undefined || Math.abs(row) > 1) return " ".repeat(label + NAME_EDGES) + gap;
  const edge = "─".repeat(label + 2);
  if (row < 0) return colors.yellow(`┌${edge}┐`) + gap;
  if (row > 0) return colors.yellow(`└${edge}┘`) + gap;
  return `${colors.yellow("│")} ${colors.bold(name.padEnd(label))} ${colors.yellow("├")}${ARROW}`;
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

/** How often something happened, in classes: one column a series. */
export interface Series {
  readonly head: string;
  /** By class. */
  readonly counts: readonly number[];
}

/** Histograms side by side, to one scale: a row a class, a column a series. Classes before the first and behind the last that occurs are left out. */
export function histogram(
  labels: readonly string[],
  series: readonly Series[],
  width: number,
  colors: Colors,
): string[] {
  const isSeen = (index: number): boolean => series.some(({ counts }) => counts[index]! > 0);
  const seen = labels.map((_, index) => index).filter(isSeen);
  const first = seen[0] ?? 0;
  const rows = labels.slice(first, (seen.at(-1) ?? first) + 1);
  const label = Math.max(...rows.map((row) => row.length));
  const number = Math.max(...series.flatMap(({ counts }) => counts.map((count) => String(count).length)));
  const cells = Math.max(4, Math.floor((width - label) / series.length) - number - 4);
  const most = Math.max(...series.flatMap(({ counts }) => counts));
  const columns = series.map(({ counts }) => bareBars([...counts, most], cells, colors));
  const column = number + 1 + cells;
  return [
    colors.dim(`${" ".repeat(label)}${series.map(({ head }) => `   ${head.padEnd(column)}`).join("")}`),
    ...rows.map((row, at) => {
      const drawn = series.map(({ counts }, index) => {
        const count = counts[first + at]!;
        return `   ${(count === 0 ? "" : String(count)).padStart(number)} ${columns[index]![first + at]}`;
      });
      return `${row.padStart(label)}${drawn.join("")}`;
    }),
  ];
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
