// src/tour/stage.ts: where a chapter plays: runs its steps, shows their code beside what it gave, pictures, words; and records it all.
// Not here: what is played (the chapters), where it stands on the screen (scene.ts).

import type { Heap } from "../heap.js";
import type { Namespace } from "../objects/namespace.js";
import { codeOf } from "./code.js";
import type { Colors } from "./colors.js";
import { format } from "./format.js";
import { layOut, type Picture, type Row, type StepRecord } from "./scene.js";

export interface StageOptions {
  readonly print: (line: string) => void;
  readonly colors: Colors;
  /** Columns to be used. */
  readonly width: number;
}

const INDENT = "  ";
/** Longest line of words. */
const WORDS_WIDTH = 100;

export class Stage {
  /** What was run since the last title. */
  records: StepRecord[] = [];
  readonly colors: Colors;
  /** Columns for drawings. */
  readonly width: number;
  readonly #write: (line: string) => void;
  #isSpaced = false;
  /** Steps not shown yet: a picture may come beside them. */
  #scene: Row[] = [];
  /** Frames that are open. */
  #depth = 0;
  #printed: string[] = [];
  /** Where the last picture beside steps began. */
  #pictureColumn = 0;

  constructor({ print, colors, width }: StageOptions) {
    this.#write = print;
    this.colors = colors;
    this.width = width - INDENT.length;
  }

  /** A chapter's head. */
  title(number: string, name: string, title: string): void {
    this.end();
    this.records = [];
    this.#pictureColumn = 0;
    const { colors } = this;
    const rule = "─".repeat(Math.max(0, this.width - number.length - name.length - title.length - 6));
    this.#space();
    this.#line(`${colors.cyan(`── ${number} ${name} `)}${colors.bold(title)} ${colors.cyan(rule)}`);
    this.#space();
  }

  /** A paragraph. */
  say(text: string): void {
    this.end();
    for (const line of wrap(text, Math.min(this.width, WORDS_WIDTH))) this.#line(INDENT + line);
    this.#space();
  }

  /** A picture of what the steps since the last have made: beside them if there is room, else below. */
  draw(picture: Picture): void {
    this.#show(picture);
  }

  /** Shows what is still to be shown; what comes is a scene of its own. */
  end(): void {
    if (this.#scene.length > 0) this.#show(undefined);
    this.#space();
  }

  /**
   * Runs `run`, and shows its source, what a Python programmer would write, and what it gave and printed.
   *
   * @param show - tells the result in a few characters.
   * @returns what it gave.
   */
  step<T>(python: string, run: () => T, show: (value: T) => string = format): T {
    return this.#run(python, "", run, show);
  }

  /** As step; the code is shown to bind the name, which must be the constant's that takes what is returned. */
  bind<T>(python: string, name: string, run: () => T): T {
    return this.#run(python, `const ${name} = `, run, format);
  }

  /** Runs `play` in a frame of the heap's, with steps inside of it. It must call the frame's variables locals. */
  frame(heap: Heap, python: string, play: (locals: Namespace) => void): void {
    this.#record({ ...(python === "" ? {} : { python }), code: ["heap.frame((locals) => {"] });
    heap.frame((locals) => {
      this.#depth += 1;
      play(locals);
      this.#depth -= 1;
    });
    this.#record({ code: ["})"] });
  }

  /** For the code that is shown: prints a line beside it. */
  readonly print = (text: string): void => {
    this.#printed.push(text);
  };

  #run<T>(python: string, start: string, run: () => T, show: (value: T) => string): T {
    this.#printed = [];
    const value = run();
    const [first = "", ...rest] = codeOf(run);
    const result = show(value);
    this.#record({
      ...(python === "" ? {} : { python }),
      code: [start + first, ...rest],
      ...(result === "" ? {} : { result }),
      ...(this.#printed.length === 0 ? {} : { printed: this.#printed }),
    });
    return value;
  }

  #record(step: StepRecord): void {
    this.records.push(step);
    this.#scene.push({ ...step, depth: this.#depth });
  }

  #show(picture: Picture | undefined): void {
    const rows = this.#scene;
    this.#scene = [];
    this.#space();
    const { width, colors } = this;
    const layout = layOut(rows, picture, { width, colors, pictureColumn: this.#pictureColumn });
    this.#pictureColumn = layout.pictureColumn;
    for (const line of layout.lines) this.#line(INDENT + line);
    this.#space();
  }

  /** An empty line, if the last was none. */
  #space(): void {
    if (!this.#isSpaced) this.#write("");
    this.#isSpaced = true;
  }

  #line(text: string): void {
    this.#write(text.trimEnd());
    this.#isSpaced = text.trim() === "";
  }
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
