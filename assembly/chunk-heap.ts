// assembly/chunk-heap.ts: the heap as one row of chunks, from HEAP_ADDRESS to the sentinel: takes, gives back, resizes them, and grows
// memory when none fits. Not here: what a chunk is used for (large.ts: blocks, arena.ts: pools).
//
// A chunk is used, free (in a bin, its neighbours used) or the top: free, in no bin, last before the sentinel.
// Whatever is freed beside a free chunk or the top becomes part of it, so no two free chunks ever touch.
// Source: Knuth, TAOCP 1, 2.5, algorithm C; the top chunk is Doug Lea's "wilderness".

import { CHECKS } from "./build-flags";
import { Bins, Chunk } from "./chunk";
import {
  CHUNK_ALIGNMENT,
  CHUNK_HEADER_SIZE,
  CHUNK_IN_USE,
  CHUNK_PREVIOUS_IN_USE,
  CHUNK_SIZE_MIN,
  CHUNK_USE_MASK,
  HEAP_ADDRESS,
  PAGE_COUNT_MAX,
  PAGE_SIZE_LOG2,
  RULE_CHUNK_COALESCED,
  RULE_CHUNK_FLAGS,
  RULE_CHUNK_PREVIOUS_IN_USE,
  RULE_CHUNK_PREVIOUS_SIZE,
  RULE_CHUNK_SIZE,
  RULE_TOP,
  RULE_UNTOUCHED,
  SENTINEL_ADDRESS,
  TOP_ADDRESS,
  UNTOUCHED_ADDRESS,
} from "./layout";
import { growMemory, setPageLimit } from "./memory";
import { broken, mustHold } from "./rule";

export class ChunkHeap {
  /** Makes all memory from HEAP_ADDRESS on one top chunk. Once, before anything else. */
  static prepare(): void {
    setPageLimit(PAGE_COUNT_MAX);
    ChunkHeap.moveTop(HEAP_ADDRESS);
    Chunk.at(HEAP_ADDRESS).previousSize = 0;
    store<usize>(UNTOUCHED_ADDRESS, HEAP_ADDRESS + CHUNK_HEADER_SIZE);
    ChunkHeap.end(<u32>memory.size());
    ChunkHeap.closeTop();
  }

  @inline static get top(): usize {
    return load<usize>(TOP_ADDRESS);
  }

  @inline private static moveTop(address: usize): void {
    store<usize>(TOP_ADDRESS, address);
  }

  @inline static get sentinel(): usize {
    return load<usize>(SENTINEL_ADDRESS);
  }

  /** Memory from here on was never written. */
  @inline static get untouched(): usize {
    return load<usize>(UNTOUCHED_ADDRESS);
  }

  /** Bytes of chunk that hold `size` bytes of payload. */
  @inline static chunkSize(size: usize): u32 {
    return <u32>((size + (CHUNK_HEADER_SIZE + CHUNK_ALIGNMENT - 1)) & ~(CHUNK_ALIGNMENT - 1));
  }

  /** Takes a chunk of at least `size` bytes (a chunk size), marked in use; null when memory can't grow. */
  static take(size: u32): Chunk {
    let chunk = Bins.take(size);
    if (chunk) {
      ChunkHeap.use(chunk, size);
      if (CHECKS) ChunkHeap.check(chunk);
      return chunk;
    }
    chunk = Chunk.at(ChunkHeap.top);
    if (!ChunkHeap.reserve(chunk.address + size)) return Chunk.at(0);
    ChunkHeap.cutTop(chunk, size);
    if (CHECKS) ChunkHeap.check(chunk);
    return chunk;
  }

  /** As take, with the payload at a multiple of `alignment`, a power of two above CHUNK_ALIGNMENT. */
  static takeAligned(alignment: u32, size: u32): Chunk {
    const last = Bins.of(size + alignment);
    for (let bin = Bins.filledFrom(Bins.of(size)); bin >= 0; bin = Bins.filledFrom(bin + 1)) {
      // in a bin past `last` any chunk will do; before, only the first is worth a look
      const found = Chunk.at(Bins.first(bin));
      const start = ChunkHeap.aligned(found, alignment);
      // in offsets, not addresses: an end past 4 GiB would look like a low one
      if (start >= found.address && <u32>(start - found.address) + size <= found.size) {
        Bins.remove(found);
        return ChunkHeap.useFrom(found, start, size);
      }
      if (<u32>bin > last) break;
    }
    const top = Chunk.at(ChunkHeap.top);
    const start = ChunkHeap.aligned(top, alignment);
    if (start < top.address || !ChunkHeap.reserve(start + size)) return Chunk.at(0);
    if (start == top.address) {
      ChunkHeap.cutTop(top, size);
      return top;
    }
    const gap = <u32>(start - top.address);
    ChunkHeap.cutTop(top, gap + size);
    top.sizeAndFlags = gap | CHUNK_PREVIOUS_IN_USE;
    Bins.add(top);
    const chunk = Chunk.at(start);
    chunk.previousSize = gap;
    chunk.sizeAndFlags = size | CHUNK_IN_USE;
    chunk.following.previousSize = size;
    if (CHECKS) ChunkHeap.check(chunk);
    return chunk;
  }

  /** Gives a used chunk back; it joins its free neighbours. */
  static give(chunk: Chunk): void {
    if (CHECKS) ChunkHeap.check(chunk);
    let start = chunk;
    let size = chunk.size;
    const following = chunk.following;
    // a second give of the same chunk must find this, wherever the header ends up
    chunk.sizeAndFlags &= ~CHUNK_IN_USE;
    if (!chunk.isPreviousInUse) {
      start = chunk.preceding;
      size += start.size;
      Bins.remove(start);
    }
    if (following.address == ChunkHeap.top) {
      ChunkHeap.moveTop(start.address);
      ChunkHeap.closeTop();
      return;
    }
    if (!following.isInUse) {
      size += following.size;
      Bins.remove(following);
    }
    start.sizeAndFlags = size | CHUNK_PREVIOUS_IN_USE;
    const after = Chunk.at(start.address + size);
    after.previousSize = size;
    after.sizeAndFlags &= ~CHUNK_PREVIOUS_IN_USE;
    Bins.add(start);
    if (CHECKS) ChunkHeap.check(start);
  }

  /** The checked build's look at a chunk about to change or just changed, and at the one before it. */
  private static check(chunk: Chunk): void {
    if (chunk.address != HEAP_ADDRESS) mustHold(ChunkHeap.verifyChunk(chunk.preceding));
    mustHold(ChunkHeap.verifyChunk(chunk));
  }

  /**
   * Gives a used chunk `size` bytes where it stands, by cutting its tail, or by taking from the free chunk or
   * the top behind it. False, and nothing changed, where there is not enough.
   */
  static resize(chunk: Chunk, size: u32): bool {
    if (CHECKS) ChunkHeap.check(chunk);
    const old = chunk.size;
    if (size > old) {
      const following = chunk.following;
      if (following.address == ChunkHeap.top) {
        if (!ChunkHeap.reserve(chunk.address + size)) return false;
        ChunkHeap.cutTop(chunk, size);
        if (CHECKS) ChunkHeap.check(chunk);
        return true;
      }
      if (following.isInUse || old + following.size < size) return false;
      Bins.remove(following);
      chunk.sizeAndFlags = (old + following.size) | chunk.flags;
      ChunkHeap.use(chunk, size);
    } else if (size < old) {
      chunk.sizeAndFlags = size | chunk.flags;
      const tail = chunk.following;
      tail.previousSize = size;
      tail.sizeAndFlags = (old - size) | CHUNK_IN_USE | CHUNK_PREVIOUS_IN_USE;
      tail.following.previousSize = old - size;
      ChunkHeap.give(tail);
    }
    if (CHECKS) ChunkHeap.check(chunk);
    return true;
  }

  /** Uses the first `size` bytes of a chunk that is in no bin; the rest becomes a free chunk. */
  @inline private static use(chunk: Chunk, size: u32): void {
    const rest = chunk.size - size;
    const flags = chunk.flags | CHUNK_IN_USE;
    const after = chunk.following;
    chunk.sizeAndFlags = size | flags;
    if (!rest) {
      after.previousSize = size;
      after.sizeAndFlags |= CHUNK_PREVIOUS_IN_USE;
      return;
    }
    const free = chunk.following;
    free.previousSize = size;
    free.sizeAndFlags = rest | CHUNK_PREVIOUS_IN_USE;
    after.previousSize = rest;
    Bins.add(free);
  }

  /** Uses `size` bytes from `start` on of a chunk that is in no bin; what is before and behind stays free. */
  private static useFrom(chunk: Chunk, start: usize, size: u32): Chunk {
    const gap = <u32>(start - chunk.address);
    if (!gap) {
      ChunkHeap.use(chunk, size);
      if (CHECKS) ChunkHeap.check(chunk);
      return chunk;
    }
    const used = Chunk.at(start);
    used.previousSize = gap;
    used.sizeAndFlags = chunk.size - gap;
    chunk.sizeAndFlags = gap | CHUNK_PREVIOUS_IN_USE;
    Bins.add(chunk);
    ChunkHeap.use(used, size);
    if (CHECKS) ChunkHeap.check(used);
    return used;
  }

  /** Address from which a chunk in `chunk` has its payload aligned; below `chunk` where addresses end. */
  @inline private static aligned(chunk: Chunk, alignment: u32): usize {
    return ((chunk.payload + (alignment - 1)) & ~(alignment - 1)) - CHUNK_HEADER_SIZE;
  }

  /** Moves the sentinel up, if need be, so that a chunk may end at `end`. False when memory can't grow. */
  @inline private static reserve(end: usize): bool {
    const sentinel = ChunkHeap.sentinel;
    return end - ChunkHeap.top <= sentinel - ChunkHeap.top || ChunkHeap.grow(end - sentinel);
  }

  private static grow(bytes: usize): bool {
    const old = ChunkHeap.sentinel;
    const pages = growMemory(bytes);
    if (!pages) return false;
    // inside the top the old sentinel would be the only bytes of untouched memory that are not zero
    if (ChunkHeap.top != old) store<u64>(old, 0);
    ChunkHeap.end(pages);
    ChunkHeap.closeTop();
    return true;
  }

  /** Puts the sentinel into the last bytes of `pages` pages. */
  @inline private static end(pages: u32): void {
    store<usize>(SENTINEL_ADDRESS, (pages << PAGE_SIZE_LOG2) - CHUNK_HEADER_SIZE);
  }

  /** Makes all from the top's address to the sentinel the top chunk; its previousSize is set already. */
  private static closeTop(): void {
    const top = Chunk.at(ChunkHeap.top);
    const sentinel = Chunk.at(ChunkHeap.sentinel);
    const size = <u32>(sentinel.address - top.address);
    sentinel.previousSize = size;
    sentinel.sizeAndFlags = CHUNK_IN_USE;
    top.sizeAndFlags = size | CHUNK_PREVIOUS_IN_USE;
  }

  /** Uses `size` bytes from `chunk` on, which is the top or the chunk before it; the top starts behind them. */
  @inline private static cutTop(chunk: Chunk, size: u32): void {
    const flags = chunk.flags | CHUNK_IN_USE;
    const top = chunk.address + size;
    const sentinel = ChunkHeap.sentinel;
    chunk.sizeAndFlags = size | flags;
    Chunk.at(top).previousSize = size;
    Chunk.at(top).sizeAndFlags = <u32>(sentinel - top) | CHUNK_PREVIOUS_IN_USE | u32(top == sentinel);
    if (top != sentinel) Chunk.at(sentinel).previousSize = <u32>(sentinel - top);
    ChunkHeap.moveTop(top);
    if (top + CHUNK_HEADER_SIZE > ChunkHeap.untouched)
      store<usize>(UNTOUCHED_ADDRESS, top + CHUNK_HEADER_SIZE);
  }

  /** The rules of one chunk and its border with the next. Returns 0 or a rule. O(1). */
  static verifyChunk(chunk: Chunk): i32 {
    const size = chunk.size;
    const left = <u32>(ChunkHeap.sentinel - chunk.address);
    if (chunk.address >= ChunkHeap.sentinel || size < <u32>CHUNK_SIZE_MIN || size > left) {
      return broken(RULE_CHUNK_SIZE, chunk.address);
    }
    const following = chunk.following;
    if ((chunk.flags & CHUNK_USE_MASK) != 0 && !chunk.isInUse) return broken(RULE_CHUNK_FLAGS, chunk.address);
    if (following.previousSize != size) return broken(RULE_CHUNK_PREVIOUS_SIZE, following.address);
    if (following.isPreviousInUse != chunk.isInUse)
      return broken(RULE_CHUNK_PREVIOUS_IN_USE, following.address);
    if (!chunk.isInUse && !following.isInUse) return broken(RULE_CHUNK_COALESCED, chunk.address);
    return 0;
  }

  /** The top is the last chunk or the sentinel, the sentinel ends memory, and what is untouched is zero. */
  static verifyTop(): i32 {
    const top = Chunk.at(ChunkHeap.top);
    const sentinel = ChunkHeap.sentinel;
    if (sentinel != ((<usize>memory.size()) << PAGE_SIZE_LOG2) - CHUNK_HEADER_SIZE)
      return broken(RULE_TOP, sentinel);
    if (top.address < <usize>HEAP_ADDRESS || top.address > sentinel) return broken(RULE_TOP, top.address);
    const size = <u32>(sentinel - top.address);
    const end = Chunk.at(sentinel);
    const isEndRight = size
      ? top.sizeAndFlags == (size | CHUNK_PREVIOUS_IN_USE) && end.sizeAndFlags == <u32>CHUNK_IN_USE
      : end.sizeAndFlags == <u32>(CHUNK_IN_USE | CHUNK_PREVIOUS_IN_USE);
    if (!isEndRight || (size && end.previousSize != size)) return broken(RULE_TOP, top.address);
    const untouched = ChunkHeap.untouched;
    if (untouched < top.address + CHUNK_HEADER_SIZE || (untouched & 7) != 0) {
      return broken(RULE_UNTOUCHED, UNTOUCHED_ADDRESS);
    }
    for (let address = untouched; address < sentinel; address += 8) {
      if (load<u64>(address)) return broken(RULE_UNTOUCHED, address);
    }
    return 0;
  }
}
