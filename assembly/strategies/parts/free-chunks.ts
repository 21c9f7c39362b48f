// assembly/strategies/parts/free-chunks.ts: what a heap of chunks asks of a strategy: to keep its free chunks, and to choose.

import { Chunk } from "./tagged-chunk";

/** The free chunks of a heap: a record in static memory, all zero at the start. */
@unmanaged
export abstract class FreeChunks {
  abstract add(chunk: Chunk): void;
  /** Takes out a chunk that was added. */
  abstract remove(chunk: Chunk): void;
  /** Takes out a chunk of at least `size` bytes; null if there is none. */
  abstract take(size: u32): Chunk;
}
