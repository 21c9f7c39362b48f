// src/tour/chapter.ts: what a chapter of the tour is.

import type { Heap } from "../heap.js";
import type { Stage } from "./stage.js";

export interface Chapter {
  /** What --chapter takes. */
  readonly name: string;
  readonly title: string;
  /** Plays it. @param heap - fresh, the chapter's own. */
  play(stage: Stage, heap: Heap): void;
}
