// assembly/strategies/parts/tagged-chunk.ts: a chunk of memory with boundary tags: header and flags, its neighbours.
// Not here: which free chunk serves a request (the strategies), splitting and joining (tagged-heap.ts).
// Source: Knuth, TAOCP 1, 2.5, algorithm C; that only free chunks have a second tag is Lea's, "A Memory Allocator", 1996.
//
// In use:
//   0              HEADER_SIZE                              size
//   ┌──────────────┬────────────────────────────────────────┐
//   │ size | flags │ payload, ALIGNMENT-aligned             │
//   └──────────────┴────────────────────────────────────────┘
// Free:
//   0              4         8                     size - 4  size
//   ┌──────────────┬─────────┬──────────┬─ ─ ─ ─ ─ ┬────────┐
//   │ size | flags │ one ►   │ other ►  │          │ size   │
//   └──────────────┴─────────┴──────────┴─ ─ ─ ─ ─ ┴────────┘
//    u32 bytes      address   address               u32 bytes
//
// Sizes are multiples of ALIGNMENT, so a header lies HEADER_SIZE before such a multiple. The last header of memory
// is a sentinel: in use, of size 0.

import { ALIGNMENT } from "../interface";

export const HEADER_SIZE = 4;
/** The smallest chunk: header, two links, second tag. */
export const CHUNK_SIZE_MIN = 16;
const IN_USE: u32 = 1;
const PREVIOUS_IN_USE: u32 = 2;
const FLAGS: u32 = ALIGNMENT - 1;

@unmanaged
export class Chunk {
  sizeAndFlags: u32;
  /** A free chunk's two links: to its neighbours in a list, or to its children in a tree. */
  one: usize;
  other: usize;

  @inline static at(address: usize): Chunk {
    return changetype<Chunk>(address);
  }

  @inline static ofPayload(payload: usize): Chunk {
    return changetype<Chunk>(payload - HEADER_SIZE);
  }

  @inline get address(): usize {
    return changetype<usize>(this);
  }

  @inline get payload(): usize {
    return changetype<usize>(this) + HEADER_SIZE;
  }

  /** Bytes, header included. */
  @inline get size(): u32 {
    return this.sizeAndFlags & ~FLAGS;
  }

  @inline get isInUse(): bool {
    return (this.sizeAndFlags & IN_USE) != 0;
  }

  @inline get isPreviousInUse(): bool {
    return (this.sizeAndFlags & PREVIOUS_IN_USE) != 0;
  }

  @inline get following(): Chunk {
    return changetype<Chunk>(changetype<usize>(this) + this.size);
  }

  /** The chunk before this one, which must be free. */
  @inline get preceding(): Chunk {
    const address = changetype<usize>(this);
    return changetype<Chunk>(address - load<u32>(address - HEADER_SIZE));
  }

  /** Makes it one in use of `size` bytes. */
  @inline use(size: u32): void {
    this.sizeAndFlags = size | IN_USE | (this.sizeAndFlags & PREVIOUS_IN_USE);
  }

  /** Makes it a free one of `size` bytes, with both tags. What is before it is in use: free neighbours are joined. */
  @inline release(size: u32): void {
    this.sizeAndFlags = size | PREVIOUS_IN_USE;
    store<u32>(changetype<usize>(this) + size - HEADER_SIZE, size);
  }

  @inline setPreviousInUse(): void {
    this.sizeAndFlags |= PREVIOUS_IN_USE;
  }

  @inline clearPreviousInUse(): void {
    this.sizeAndFlags &= ~PREVIOUS_IN_USE;
  }
}

if (offsetof<Chunk>("one") != HEADER_SIZE) ERROR("tagged-chunk.ts: HEADER_SIZE");
if (offsetof<Chunk>() + HEADER_SIZE != CHUNK_SIZE_MIN) ERROR("tagged-chunk.ts: CHUNK_SIZE_MIN");
