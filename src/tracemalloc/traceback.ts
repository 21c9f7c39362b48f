// src/tracemalloc/traceback.ts: where a block was allocated, as users see it: frames of their own source, and the text of its lines.
// Source of the format: CPython Lib/tracemalloc.py, Traceback.format.

import { InvalidArgumentError } from "../errors.js";
import { type Frame, UNKNOWN_FRAME } from "./frame.js";
import { sourceMaps } from "./sources.js";

export interface FormatOptions {
  /** Only so many of the newest frames; negative: all but so many of the newest. */
  readonly limit?: number;
  readonly mostRecentFirst?: boolean;
}

/** The calls that led to an allocation: the oldest first. At least one, which may be unknown. */
export class Traceback implements Iterable<Frame> {
  readonly #raw: readonly Frame[];
  readonly #limit: number | undefined;
  #frames: readonly Frame[] | undefined;

  /**
   * @internal
   * @param frames - as the user's source has them; or, with `limit`, as the engine has them: looked up when they are first asked for.
   * @param limit - frames at most, once the library's own are left out.
   */
  constructor(frames: readonly Frame[], limit?: number) {
    this.#raw = frames;
    this.#limit = limit;
  }

  get frames(): readonly Frame[] {
    if (this.#frames === undefined) {
      const frames =
        this.#limit === undefined ? this.#raw : sourceMaps().resolveAll(this.#raw).slice(-this.#limit);
      this.#frames = frames.length === 0 ? [UNKNOWN_FRAME] : frames;
    }
    return this.#frames;
  }

  get length(): number {
    return this.frames.length;
  }

  /** The frame at an index, counted from the end if negative. */
  at(index: number): Frame | undefined {
    return this.frames.at(index);
  }

  [Symbol.iterator](): Iterator<Frame> {
    return this.frames[Symbol.iterator]();
  }

  /** Lines of text: for each frame its place, and below it the line of source where that can be read. */
  format({ limit, mostRecentFirst = false }: FormatOptions = {}): string[] {
    if (limit !== undefined && !Number.isInteger(limit))
      throw new InvalidArgumentError("limit", limit, "an integer");
    let frames = this.frames;
    if (limit !== undefined) frames = limit > 0 ? frames.slice(-limit) : frames.slice(0, limit);
    if (mostRecentFirst) frames = frames.toReversed?.() ?? [...frames].reverse();
    return frames.flatMap((frame) => {
      const source = sourceMaps().lineOf(frame.filename, frame.lineno)?.trim();
      const place = `  File "${frame.filename}", line ${frame.lineno}`;
      return source ? [place, `    ${source}`] : [place];
    });
  }

  /** "file:line" of the oldest frame, as CPython has it. */
  toString(): string {
    const { filename, lineno } = this.frames[0]!;
    return `${filename}:${lineno}`;
  }

  /** What tells this traceback from others. */
  get key(): string {
    return JSON.stringify(this.frames.map(({ filename, lineno }) => [filename, lineno]));
  }
}
