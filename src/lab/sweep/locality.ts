// src/lab/sweep/locality.ts: how much of memory a program meets at a time: cache lines and pages in each window of events.
// Not here: who meets it: the program at its blocks (inspect.ts), the allocator at its own data (touches.ts).

import type { DistinctUnits } from "./result.js";

export const WINDOW_EVENTS = 1000;
const LINE_LOG2 = 6;
const PAGE_LOG2 = 16;

export class Locality {
  private readonly lines = new WindowSet(LINE_LOG2);
  private readonly pages = new WindowSet(PAGE_LOG2);
  private windows = 0;
  private events = 0;

  /** Notes that the first and the last of some bytes were met. */
  meet(address: number, size: number): void {
    const last = address + Math.max(size, 1) - 1;
    this.lines.add(address, last, this.windows);
    this.pages.add(address, last, this.windows);
  }

  endEvent(): void {
    this.events += 1;
    if (this.events % WINDOW_EVENTS === 0) this.windows += 1;
  }

  /** Means over all windows, the last one counted as the part that it is. */
  read(): DistinctUnits {
    const windows = Math.max(this.events / WINDOW_EVENTS, 1);
    return {
      linesPerThousand: this.lines.distinct / windows,
      pagesPerThousand: this.pages.distinct / windows,
    };
  }
}

/** Counts units of memory, each once a window. */
class WindowSet {
  distinct = 0;
  /** Number of the window that met the unit last, plus one. Grows with the addresses. */
  private metIn = new Uint32Array(1 << 10);

  constructor(private readonly unitLog2: number) {}

  add(first: number, last: number, window: number): void {
    const { unitLog2 } = this;
    const begin = first >>> unitLog2;
    const end = last >>> unitLog2;
    if (end >= this.metIn.length) {
      const grown = new Uint32Array(2 ** Math.ceil(Math.log2(end + 1)));
      grown.set(this.metIn);
      this.metIn = grown;
    }
    this.meet(begin, window + 1);
    if (end !== begin) this.meet(end, window + 1);
  }

  private meet(unit: number, mark: number): void {
    if (this.metIn[unit] === mark) return;
    this.metIn[unit] = mark;
    this.distinct += 1;
  }
}
