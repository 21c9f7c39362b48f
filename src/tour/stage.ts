// src/tour/stage.ts: where a chapter plays: shows code beside what it gave, pictures below, words between; and records it all.
// Not here: what is played (the chapters).

import { Handle } from "../objects/handle.js";
import { codeOf, highlight } from "./code.js";
import type { Colors } from "./colors.js";
import { hex } from "./drawings.js";

/** One thing that was run. */
export interface StepRecord {
  /** What a Python programmer would write. */
  readonly python?: string;
  readonly code: readonly string[];
  readonly result?: string;
}

export interface StageOptions {
  readonly print: (line: string) => void;
  readonly colors: Colors;
  /** Columns to be used. */
  readonly width: number;
}

const INDENT = "  ";
const ITEMS_SHOWN = 4;
const PYTHON_WIDTH = 26;
/** With fewer columns, Python stands above the code. */
const NARROW = 100;
const GAP = 2;
/** Where results stand, if the code leaves room. */
const RESULT_COLUMN = 44;

export class Stage {
  /** What was run since the last title. */
  records: StepRecord[] = [];
  readonly colors: Colors;
  /** Columns for drawings. */
  readonly width: number;
  readonly #print: (line: string) => void;
  #isSpaced = false;

  constructor({ print, colors, width }: StageOptions) {
    this.#print = print;
    this.colors = colors;
    this.width = width - INDENT.length;
  }

  /** A chapter's head. */
  title(number: string, name: string, title: string): void {
    this.records = [];
    const { colors } = this;
    const rule = "─".repeat(Math.max(0, this.width - number.length - name.length - title.length - 6));
    this.#space();
    this.#line(`${colors.cyan(`── ${number} ${name} `)}${colors.bold(title)} ${colors.cyan(rule)}`);
    this.#space();
  }

  /** A paragraph. */
  say(text: string): void {
    this.#space();
    for (const line of wrap(text, Math.min(this.width, NARROW))) this.#line(INDENT + line);
    this.#space();
  }

  /** Lines of a picture, which may be coloured. */
  draw(lines: readonly string[]): void {
    this.#space();
    for (const line of lines) this.#line(INDENT + line);
    this.#space();
  }

  /**
   * Runs `run`, and shows its source, what a Python programmer would write, and what it gave.
   *
   * @param show - tells the result in a few characters.
   * @returns what it gave.
   */
  step<T>(python: string, run: () => T, show: (value: T) => string = format): T {
    const value = run();
    const code = codeOf(run);
    const result = show(value);
    this.records.push({
      ...(python === "" ? {} : { python }),
      code,
      ...(result === "" ? {} : { result }),
    });
    this.#show(python, code, result);
    return value;
  }

  #show(python: string, code: readonly string[], result: string): void {
    const { colors } = this;
    const left = this.width < NARROW ? 0 : PYTHON_WIDTH;
    const isBeside = python.length < left;
    if (!isBeside && python !== "") this.#line(INDENT + colors.dim(python));
    const margin = left > 0 ? " ".repeat(left) : "    ".slice(0, isBeside || python === "" ? 0 : 4);
    const longest = Math.max(...code.map((line) => line.length));
    const room = this.width - margin.length - result.length - 2;
    const column = Math.min(Math.max(RESULT_COLUMN, longest + GAP), room);
    const arrow = result === "" ? "" : `${colors.dim("→")} ${colors.bold(result)}`;
    for (const [index, line] of code.entries()) {
      const isLast = index === code.length - 1;
      const start = index === 0 && isBeside ? colors.dim(python.padEnd(margin.length)) : margin;
      const isResultBeside = isLast && arrow !== "" && longest + GAP <= room;
      const end = isResultBeside ? " ".repeat(column - line.length) + arrow : "";
      this.#line(INDENT + start + highlight(line, colors) + end);
      if (isLast && arrow !== "" && !isResultBeside) this.#line(INDENT + margin + arrow);
    }
  }

  /** An empty line, if the last was none. */
  #space(): void {
    if (!this.#isSpaced) this.#print("");
    this.#isSpaced = true;
  }

  #line(text: string): void {
    this.#print(text.trimEnd());
    this.#isSpaced = text.trim() === "";
  }
}

/** A result in a few characters; nothing for undefined. */
export function format(value: unknown): string {
  if (value === undefined) return "";
  if (value instanceof Handle) {
    return value.isReleased ? "a released handle" : `${value.typeName} at ${hex(value.address)}`;
  }
  if (typeof value === "number") return value.toLocaleString("en-US");
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (Array.isArray(value)) {
    const shown = value.slice(0, ITEMS_SHOWN).map(format).join(", ");
    return value.length > ITEMS_SHOWN ? `[${shown}, … ${value.length} in all]` : `[${shown}]`;
  }
  if (typeof value === "function") return `class ${value.name}`;
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

/** Words in lines of at most `width` characters. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = "";
    }
    line = line === "" ? word : `${line} ${word}`;
  }
  if (line !== "") lines.push(line);
  return lines;
}
