// src/profile/heap-bytes.ts: the bytes in live blocks of this process's heaps, whichever copy of the library made them.

import { observeHeaps } from "../observer.js";

/** What is used of a heap; heaps of other copies have other classes. */
export interface CountedHeap {
  readonly tracemalloc?: { countBytes(): ByteCount };
  stats(): { readonly bytes: { readonly usedBlocks: number; readonly largeBlocks: number } };
}

/** Counts the bytes that were asked for, in blocks that are alive. */
export interface ByteCount {
  read(): number;
  stop(): void;
}

/** A heap's bytes, from now on. */
export function countBytes(heap: CountedHeap): ByteCount {
  try {
    if (heap.tracemalloc !== undefined) return heap.tracemalloc.countBytes();
  } catch {
    // a heap of the allocator alone, or so small that nothing fits in: it must not fail for being watched
  }
  return {
    // of an older library too; rounded up to block sizes
    read() {
      const { usedBlocks, largeBlocks } = heap.stats().bytes;
      return usedBlocks + largeBlocks;
    },
    stop() {},
  };
}

/** All heaps that are made once it exists. */
export class HeapBytes {
  /** Weakly, as the program's heaps must die as they would. */
  readonly #heaps: WeakRef<CountedHeap>[] = [];
  readonly #counts = new WeakMap<CountedHeap, ByteCount>();

  constructor() {
    observeHeaps({ heapCreated: (heap) => this.#add(heap as CountedHeap) });
  }

  /** Heaps ever made. */
  count = 0;

  read(): number {
    let bytes = 0;
    for (let index = 0; index < this.#heaps.length; index += 1) {
      const heap = this.#heaps[index]!.deref();
      if (heap !== undefined) bytes += this.#counts.get(heap)!.read();
    }
    return bytes;
  }

  #add(heap: CountedHeap): void {
    this.count += 1;
    this.#heaps.push(new WeakRef(heap));
    this.#counts.set(heap, countBytes(heap));
  }
}

/** Those of this process; it begins with the first import of this file. */
export const processHeaps = new HeapBytes();
