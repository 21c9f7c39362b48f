// src/profile/backend.ts: where bytes are read: this library's heaps, V8's heap, the whole process.

import { getHeapStatistics } from "node:v8";
import type { HeapBytes } from "./heap-bytes.js";

export const BACKENDS = ["heap", "v8", "rss"] as const;
export type BackendName = (typeof BACKENDS)[number];

export interface Backend {
  readonly name: BackendName;
  readonly unit: "bytes";
  read(): number;
  /** The probe that has read is over: what it allocated itself is to be left out. */
  settle?(): void;
}

/** @param collect - V8's collector, to be run before each reading of its heap. */
export function createBackend(name: BackendName, heaps: HeapBytes, collect?: () => void): Backend {
  switch (name) {
    case "heap":
      return { name, unit: "bytes", read: () => heaps.read() };
    case "v8":
      return collect === undefined ? new V8Backend() : collected(collect);
    case "rss":
      return { name, unit: "bytes", read: () => process.memoryUsage.rss() };
  }
}

export function isBackend(name: string): name is BackendName {
  return (BACKENDS as readonly string[]).includes(name);
}

function usedBytes(): number {
  return getHeapStatistics().used_heap_size;
}

/** Live bytes alone, at the cost of a collection each time. */
function collected(collect: () => void): Backend {
  return {
    name: "v8",
    unit: "bytes",
    read() {
      collect();
      return usedBytes();
    },
  };
}

/** V8's heap with the garbage in it, that of the probes apart. */
class V8Backend implements Backend {
  readonly name = "v8";
  readonly unit = "bytes";
  #last = 0;
  /** Bytes that probes have allocated since V8 last collected. */
  #own = 0;

  read(): number {
    const bytes = usedBytes();
    if (bytes < this.#last) this.#own = 0; // collected, with all else
    this.#last = bytes;
    return bytes - this.#own;
  }

  settle(): void {
    const first = usedBytes();
    const second = usedBytes();
    // each reading leaves an object; that of the last is as large as that of the one before
    const own = second - this.#last + (second - first);
    if (own >= 0 && second >= first) {
      this.#own += own;
      this.#last = second;
    }
  }
}
