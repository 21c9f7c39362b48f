// test/support/recorded-heap.ts: a heap of this very process that is recorded, and the trace that comes of it.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Heap } from "../../src/heap.js";
import { decodeTrace } from "../../src/lab/atr1.js";
import { encodeTrace } from "../../src/lab/atr1-writer.js";
import { gunzip } from "../../src/lab/gunzip.js";
import {
  ALIGNMENT_SHIFT,
  EVENT_WORDS,
  OP_NAMES,
  OP_SHIFT,
  SITE_MASK,
  SLOT_MASK,
  type Trace,
} from "../../src/lab/trace.js";
import { traceOf } from "../../src/lab/trace-of.js";
import { EventLog } from "../../src/record/event-log.js";
import { KIND_SITES, lineSites } from "../../src/record/sites.js";
import { HeapSpool, readSpool, type Spooled } from "../../src/record/spool.js";
import { watchHeap } from "../../src/record/watched-heap.js";

const ALL = 2 ** 32;

export class RecordedHeap {
  readonly #folder = mkdtempSync(join(tmpdir(), "pymalloc-test-"));
  readonly #log: EventLog;
  readonly #settle: () => void;

  constructor(heap: Heap, { hasSites = false, eventsMax = ALL } = {}) {
    const sites = hasSites ? lineSites() : KIND_SITES;
    this.#log = new EventLog(new HeapSpool(this.#folder, 1), sites, eventsMax, () => {});
    this.#settle = watchHeap(heap, this.#log);
  }

  /** What was recorded so far. */
  spooled(): Spooled {
    this.#settle();
    this.#log.save(true);
    return readSpool(this.#folder, 1);
  }

  /** The same as a trace, written and read as a file. */
  async trace(): Promise<Trace> {
    const trace = traceOf(this.spooled().words, { name: "x", file: "x", truncated: false, meta: {} });
    return decodeTrace(await gunzip(Buffer.from(encodeTrace(trace)), "x.atr.gz"), "x.atr.gz");
  }

  /** Ends the use of this, not the recording. */
  end(): void {
    rmSync(this.#folder, { recursive: true });
  }
}

/** An event in words. */
export interface ReadEvent {
  readonly op: string;
  readonly slot: number;
  readonly size: number;
  readonly alignmentLog2: number;
  readonly site: number;
}

export function eventsOf({ words }: Pick<Trace, "words">): ReadEvent[] {
  return Array.from({ length: words.length / EVENT_WORDS }, (_, event) => {
    const [head, size, tail] = words.subarray(event * EVENT_WORDS, (event + 1) * EVENT_WORDS);
    return {
      op: OP_NAMES[head! >>> OP_SHIFT]!,
      slot: head! & SLOT_MASK,
      size: size!,
      alignmentLog2: tail! >>> ALIGNMENT_SHIFT,
      site: tail! & SITE_MASK,
    };
  });
}
