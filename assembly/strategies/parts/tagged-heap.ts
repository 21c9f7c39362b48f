// assembly/strategies/parts/tagged-heap.ts: C's calls over chunks with boundary tags: split where they are too large, joined when freed.
// Not here: the order of the free chunks, and which of them serves: that is the strategy.
// Source: Knuth, TAOCP 1, 2.5; Wilson et al., "Dynamic Storage Allocation: A Survey and Critical Review", 1995.
//
//   __heap_base                                                     end of memory
//   ┌─────────────┬───────────┬───────────┬─ ─┬───────────┬──────────┐
//   │ < ALIGNMENT │ chunk     │ chunk     │   │ chunk     │ sentinel │    no two free chunks side by side
//   └─────────────┴───────────┴───────────┴─ ─┴───────────┴──────────┘

import { ALIGNMENT } from "../interface";
import { FreeChunks } from "./free-chunks";
import { growTo, memoryEnd } from "./growth";
import { CHUNK_SIZE_MIN, Chunk, HEADER_SIZE } from "./tagged-chunk";

/** As u32, 4 GiB less 1 MiB: no such request can succeed, and refusing it first keeps all sums below 2^32. */
const REQUEST_LIMIT: usize = -(1 << 20);

/** C's calls; contract: interface.ts. Its address is that of its free chunks, and it has nothing else. */
@unmanaged
export class TaggedHeap<Free extends FreeChunks> {
  /** Makes memory one free chunk. Once, before anything else. */
  prepare(): void {
    const first = Chunk.at(((__heap_base + HEADER_SIZE + (ALIGNMENT - 1)) & ~(ALIGNMENT - 1)) - HEADER_SIZE);
    const sentinel = this.sentinel;
    sentinel.use(0);
    first.release(<u32>(sentinel.address - first.address));
    this.chunks.add(first);
  }

  malloc(size: usize): usize {
    if (size >= REQUEST_LIMIT) return 0;
    const needed = this.chunkSize(size);
    const chunk = this.take(needed);
    return chunk ? this.use(chunk, needed) : 0;
  }

  calloc(count: usize, size: usize): usize {
    const bytes = <u64>count * size;
    if (bytes >= <u64>REQUEST_LIMIT) return 0;
    const block = this.malloc(<usize>bytes);
    if (block) memory.fill(block, 0, <usize>bytes);
    return block;
  }

  /** Stays where it is if it becomes smaller, or a free chunk behind it is large enough. */
  realloc(block: usize, size: usize): usize {
    if (!block) return this.malloc(size);
    if (size >= REQUEST_LIMIT) return 0;
    const chunk = Chunk.ofPayload(block);
    const needed = this.chunkSize(size);
    const old = chunk.size;
    if (needed <= old) {
      this.trim(chunk, needed);
      return block;
    }
    const following = chunk.following;
    if (!following.isInUse && <u64>old + following.size >= <u64>needed) {
      this.chunks.remove(following);
      chunk.use(old + following.size);
      chunk.following.setPreviousInUse();
      this.trim(chunk, needed);
      return block;
    }
    const moved = this.malloc(size);
    if (!moved) return 0;
    memory.copy(moved, block, old - HEADER_SIZE);
    this.release(chunk, old);
    return moved;
  }

  free(block: usize): void {
    if (!block) return;
    const chunk = Chunk.ofPayload(block);
    this.release(chunk, chunk.size);
  }

  aligned_alloc(alignment: usize, size: usize): usize {
    if (popcnt(alignment) != 1) return 0;
    if (alignment <= <usize>ALIGNMENT) return this.malloc(size);
    if (<u64>size + alignment >= <u64>REQUEST_LIMIT) return 0;
    const needed = this.chunkSize(size);
    let chunk = this.take(needed + <u32>alignment - ALIGNMENT);
    if (!chunk) return 0;
    const gap = <u32>(-chunk.payload & (alignment - 1));
    if (gap) {
      const rest = chunk.size - gap;
      chunk.release(gap);
      this.chunks.add(chunk);
      chunk = chunk.following;
      chunk.sizeAndFlags = rest;
    }
    return this.use(chunk, needed);
  }

  usable_size(block: usize): usize {
    return block ? <usize>(Chunk.ofPayload(block).size - HEADER_SIZE) : 0;
  }

  footprint(): f64 {
    return <f64>memoryEnd();
  }

  @inline private get chunks(): Free {
    return changetype<Free>(changetype<usize>(this));
  }

  /** The header that ends memory. */
  private get sentinel(): Chunk {
    return Chunk.at(<usize>(memoryEnd() - HEADER_SIZE));
  }

  /** Bytes of a chunk for `size` bytes of payload. */
  @inline private chunkSize(size: usize): u32 {
    return max<u32>((<u32>size + (HEADER_SIZE + ALIGNMENT - 1)) & ~(ALIGNMENT - 1), CHUNK_SIZE_MIN);
  }

  /** A chunk of at least `size` bytes that is in nobody's hands; null when memory can't grow. */
  @inline private take(size: u32): Chunk {
    const chunk = this.chunks.take(size);
    if (chunk) return chunk;
    return this.grow(size) ? this.chunks.take(size) : Chunk.at(0);
  }

  /** Grows memory so that its last chunk has `size` bytes. */
  private grow(size: u32): bool {
    const sentinel = this.sentinel;
    const free = sentinel.isPreviousInUse ? 0 : sentinel.preceding.size;
    if (!growTo(memoryEnd() + size - free)) return false;
    const added = <u32>(this.sentinel.address - sentinel.address);
    this.sentinel.use(0);
    this.release(sentinel, added);
    return true;
  }

  /** Cuts a chunk that is in nobody's hands to `size` bytes; its block. */
  @inline private use(chunk: Chunk, size: u32): usize {
    const all = chunk.size;
    const rest = all - size;
    if (rest) {
      chunk.use(size);
      const tail = chunk.following;
      tail.release(rest);
      this.chunks.add(tail);
    } else {
      chunk.use(all);
      chunk.following.setPreviousInUse();
    }
    return chunk.payload;
  }

  /** Gives back what a chunk in use has beyond `size` bytes. */
  private trim(chunk: Chunk, size: u32): void {
    const rest = chunk.size - size;
    if (!rest) return;
    chunk.use(size);
    const tail = chunk.following;
    tail.sizeAndFlags = 0;
    tail.setPreviousInUse();
    this.release(tail, rest);
  }

  /** Frees `size` bytes from `chunk` on, of whose header only the flag of the chunk before counts. */
  private release(chunk: Chunk, size: u32): void {
    let first = chunk;
    let all = size;
    const following = Chunk.at(chunk.address + size);
    if (!following.isInUse) {
      this.chunks.remove(following);
      all += following.size;
    }
    if (!chunk.isPreviousInUse) {
      first = chunk.preceding;
      this.chunks.remove(first);
      all += first.size;
    }
    first.release(all);
    Chunk.at(first.address + all).clearPreviousInUse();
    this.chunks.add(first);
  }
}
