// src/tour/chapter.ts: what a chapter of the tour is.

import type { Heap } from "../heap.js";
import type { Stage } from "./stage.js";

export interface Chapter {
  /** What --chapter takes. */
  readonly name: string;
  readonly title: string;
  /**
   * Plays it. The code of its steps, one after the other, is a whole program: a step may use `heap`, `print`, and what the
   * steps before it have bound.
   *
   * @param heap - fresh, the chapter's own.
   */
  play(stage: Stage, heap: Heap): void;
}
