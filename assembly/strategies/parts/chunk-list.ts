// assembly/strategies/parts/chunk-list.ts: free chunks as a list in their own links, the last added first.

import { Chunk } from "./tagged-chunk";

/** A list, linked both ways: `one` leads to the next chunk, `other` back. Its only field is the address of the first. */
@unmanaged
export class ChunkList {
  first: usize;

  @inline static at(slot: usize): ChunkList {
    return changetype<ChunkList>(slot);
  }

  @inline add(chunk: Chunk): void {
    const first = this.first;
    chunk.one = first;
    chunk.other = 0;
    if (first) Chunk.at(first).other = chunk.address;
    this.first = chunk.address;
  }

  @inline remove(chunk: Chunk): void {
    const next = chunk.one;
    const previous = chunk.other;
    if (next) Chunk.at(next).other = previous;
    if (previous) Chunk.at(previous).one = next;
    else this.first = next;
  }
}
