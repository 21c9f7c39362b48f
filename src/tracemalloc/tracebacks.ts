// src/tracemalloc/tracebacks.ts: frames and tracebacks, each kept once and known by a number. Positions are those of the code that runs.
// Not here: reading the stack (stack.ts), positions in the source that a user wrote (source-maps.ts).

import type { Frame } from "./frame.js";

/** The traceback of what was allocated where nothing is known. */
export const NO_TRACEBACK = 0;

const FRAMES_MAX = 2 ** 26;

/** Tracebacks as a tree: each is a frame, and the traceback that called it. */
export class Tracebacks {
  readonly #frames: Frame[] = [];
  readonly #frameIds = new Map<string, Map<number, number>>();
  /** By traceback: its newest frame, and the traceback of the others. */
  readonly #newest: number[] = [-1];
  readonly #callers: number[] = [NO_TRACEBACK];
  readonly #ids = new Map<number, number>();

  /** Tracebacks that there are. */
  get count(): number {
    return this.#callers.length - 1;
  }

  get frameCount(): number {
    return this.#frames.length;
  }

  /** Numbers of a file's frames, by what tells them apart: a position. */
  idsOf(filename: string): Map<number, number> {
    let ids = this.#frameIds.get(filename);
    if (ids === undefined) {
      ids = new Map();
      this.#frameIds.set(filename, ids);
    }
    return ids;
  }

  /** Number of a frame that was not seen before. */
  addFrame(frame: Frame): number {
    return this.#frames.push(frame) - 1;
  }

  /** Number of the traceback in which `caller` called `frame`. */
  extend(caller: number, frame: number): number {
    const key = caller * FRAMES_MAX + frame;
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const id = this.#callers.push(caller) - 1;
    this.#newest.push(frame);
    this.#ids.set(key, id);
    return id;
  }

  /** All frames. */
  get frames(): readonly Frame[] {
    return this.#frames;
  }

  /** Frames of a traceback, the oldest first. */
  framesOf(traceback: number): Frame[] {
    const frames: Frame[] = [];
    for (let id = traceback; id !== NO_TRACEBACK; id = this.#callers[id]!) {
      frames.push(this.#frames[this.#newest[id]!]!);
    }
    return frames.reverse();
  }
}
