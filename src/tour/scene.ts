// src/tour/scene.ts: lays out a scene: a few steps as columns (Python, code, result), and a picture beside or below.
// Not here: what is in it (stage.ts).

import { stripVTControlCharacters } from "node:util";
import { highlight } from "./code.js";
import type { Colors } from "./colors.js";

/** One thing that was run. */
export interface StepRecord {
  /** What a Python programmer would write. */
  readonly python?: string;
  readonly code: readonly string[];
  readonly result?: string;
  /** Lines that the code printed. */
  readonly printed?: readonly string[];
}

/** A step in a scene. */
export interface Row extends StepRecord {
  /** How many frames it is inside of. */
  readonly depth: number;
}

/**
 * Lines of a picture, which may be coloured; or what makes them.
 *
 * @param width - columns there are.
 * @param isBeside - whether the picture stands beside the code, else below.
 */
export type Picture = readonly string[] | ((width: number, isBeside: boolean) => readonly string[]);

/** With fewer columns, Python stands above the code. */
const NARROW = 90;
/** Between two columns. */
const GAP = 2;
const PICTURE_GAP = 4;
/** A picture that fits itself in is put beside the code if it has this many columns. */
const PICTURE_WIDTH_MIN = 24;
const ARROW = "→ ";
const PROMPT = ">>> ";
/** Python longer than this stands above its code. */
const PYTHON_MAX = 34;
/** Code longer than this has its result behind it, or below. */
const CODE_MAX = 64;

interface Line {
  readonly length: number;
  readonly text: string;
}

/** Where the columns of a scene begin. */
interface Columns {
  readonly code: number;
  readonly result: number;
}

/** A scene on the screen. */
export interface Layout {
  readonly lines: readonly string[];
  /** Where its picture begins, or where the one before began: the next one's stands there too, if it can. */
  readonly pictureColumn: number;
}

/** Lays out a scene that is `width` columns wide. */
export function layOut(
  rows: readonly Row[],
  picture: Picture | undefined,
  { width, colors, pictureColumn }: { width: number; colors: Colors; pictureColumn: number },
): Layout {
  const columns = columnsFor(rows, width);
  const steps = rows.flatMap((row) => linesOf(row, columns, width, colors));
  const texts = steps.map(({ text }) => text);
  if (picture === undefined) return { lines: texts, pictureColumn };
  if (steps.length === 0) return { lines: draw(picture, width, false), pictureColumn };
  const tightest = Math.max(...steps.map(({ length }) => length)) + PICTURE_GAP;
  for (const left of new Set([Math.max(tightest, pictureColumn), tightest])) {
    const lines = putBeside(steps, picture, left, width);
    if (lines !== undefined) return { lines, pictureColumn: left };
  }
  return { lines: [...texts, "", ...draw(picture, width, false)], pictureColumn };
}

/** The steps, and the picture from column `left` on; undefined if there is no room for it. */
function putBeside(
  steps: readonly Line[],
  picture: Picture,
  left: number,
  width: number,
): string[] | undefined {
  if (typeof picture === "function" && width - left < PICTURE_WIDTH_MIN) return undefined;
  const beside = draw(picture, width - left, true);
  if (left + columnsOf(beside) > width) return undefined;
  return Array.from({ length: Math.max(steps.length, beside.length) }, (_, row) => {
    const { length, text } = steps[row] ?? { length: 0, text: "" };
    return text + " ".repeat(left - length) + (beside[row] ?? "");
  });
}

function draw(picture: Picture, width: number, isBeside: boolean): readonly string[] {
  return typeof picture === "function" ? picture(width, isBeside) : picture;
}

/** Columns that a picture needs; its characters are one column wide. */
function columnsOf(lines: readonly string[]): number {
  return Math.max(0, ...lines.map((line) => stripVTControlCharacters(line).trimEnd().length));
}

function columnsFor(rows: readonly Row[], width: number): Columns {
  const isWide = width >= NARROW;
  const pythons = rows.map(pythonOf).filter((text) => isWide && text.length <= PYTHON_MAX);
  const python = Math.max(0, ...pythons.map((text) => text.length));
  const code = !isWide ? PROMPT.length : python > 0 ? python + GAP : 0;
  const lengths = rows
    .filter(({ result, printed }) => result !== undefined || printed !== undefined)
    .map((row) => indent(row, row.code.at(-1) ?? "").length)
    .filter((length) => length <= CODE_MAX && code + length < (width * 3) / 4);
  return { code, result: code + Math.max(0, ...lengths) + GAP };
}

function pythonOf(row: Row): string {
  return indent(row, row.python ?? "");
}

function indent({ depth }: Row, text: string): string {
  return text === "" ? "" : "  ".repeat(depth) + text;
}

/** A step's lines: Python beside the first of its code, or above; the result beside the last, or below. */
function linesOf(row: Row, columns: Columns, width: number, colors: Colors): Line[] {
  const lines: Line[] = [];
  const python = pythonOf(row);
  const isBeside = width >= NARROW && python.length + GAP <= columns.code;
  if (python !== "" && !isBeside) {
    const text = (width < NARROW ? PROMPT : "") + python;
    lines.push({ length: text.length, text: colors.dim(text) });
  }
  const results = resultsOf(row, colors);
  for (const [index, part] of row.code.entries()) {
    const code = indent(row, part);
    const start = (index === 0 && isBeside ? python : "").padEnd(columns.code);
    const end = columns.code + code.length;
    const text = colors.dim(start) + highlight(code, colors);
    const place = Math.max(columns.result, end + GAP);
    const first = index === row.code.length - 1 ? results[0] : undefined;
    if (first === undefined || place + first.length > width) {
      lines.push({ length: end, text });
      continue;
    }
    results.shift();
    lines.push({ length: place + first.length, text: text + " ".repeat(place - end) + first.text });
  }
  for (const { length, text } of results) {
    const place = columns.result + length <= width ? columns.result : columns.code;
    lines.push({ length: place + length, text: " ".repeat(place) + text });
  }
  return lines;
}

/** What was printed, then what came of it. */
function resultsOf({ printed = [], result }: Row, colors: Colors): Line[] {
  const lines = printed.map((text) => ({ length: text.length, text: colors.green(text) }));
  if (result === undefined) return lines;
  const text = colors.dim(ARROW) + colors.bold(result);
  return [...lines, { length: ARROW.length + result.length, text }];
}
