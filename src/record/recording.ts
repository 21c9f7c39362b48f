// src/record/recording.ts: all heaps of this process that are recorded, from their making to the process's end.
// Not here: one heap (watched-heap.ts), how the process ends (src/profile/process-end.ts).

import { EventLog } from "./event-log.js";
import { KIND_SITES, lineSites } from "./sites.js";
import { HeapSpool, noteHeap } from "./spool.js";
import type { StartOptions } from "./start-options.js";
import { type WatchedHeap, watchHeap } from "./watched-heap.js";

/** Nothing that was told stays in memory alone for longer. */
export const SAVE_MS = 100;

/** One heap. Held weakly, as the program's heaps must die as they would. */
interface Recorded {
  readonly heap: WeakRef<WatchedHeap>;
  readonly log: EventLog;
}

export class Recording {
  readonly #options: StartOptions;
  readonly #onSaved: () => void;
  readonly #recorded = new Set<Recorded>();
  readonly #settles = new WeakMap<WatchedHeap, () => void>();
  /** A heap is gone; what was not told by then is never told. */
  readonly #gone = new FinalizationRegistry<Recorded>((recorded) => {
    recorded.log.save(true);
    this.#recorded.delete(recorded);
  });
  #heaps = 0;
  #savedMs = performance.now();

  /** @param onSaved - called about ten times a second, while anything happens. */
  constructor(options: StartOptions, onSaved: () => void) {
    this.#options = options;
    this.#onSaved = onSaved;
  }

  /** A heap was made. */
  add(heap: WatchedHeap): void {
    const { folder, heap: only, hasSites, eventsMax } = this.#options;
    this.#heaps += 1;
    noteHeap(folder, "main");
    if (only !== undefined && only !== this.#heaps) return;
    const spool = new HeapSpool(folder, this.#heaps);
    const log = new EventLog(spool, hasSites ? lineSites() : KIND_SITES, eventsMax, () =>
      this.#lookAtClock(),
    );
    const recorded = { heap: new WeakRef(heap), log };
    this.#settles.set(heap, watchHeap(heap, log));
    this.#recorded.add(recorded);
    this.#gone.register(heap, recorded);
    log.save(false);
  }

  /** Saves what has happened so far. @param isComplete - whether the program has come to its end. */
  save(isComplete: boolean): void {
    for (const { heap, log } of this.#recorded) {
      const living = heap.deref();
      if (living !== undefined) this.#settles.get(living)!();
      log.save(isComplete);
    }
    this.#savedMs = performance.now();
  }

  /** For a program that gives timers no turn. Within a call of a heap's. */
  #lookAtClock(): void {
    if (performance.now() - this.#savedMs < SAVE_MS) return;
    this.#savedMs = performance.now();
    for (const { log } of this.#recorded) log.save(false);
    this.#onSaved();
  }
}
