// assembly/chunk.ts: a chunk: header and flags of one stretch of the heap, its neighbours, and the bins of the free ones.
// Not here: which chunk serves a request (large.ts).
// Source: boundary tags: Knuth, TAOCP 1, 2.5; bins: Masmano et al., "TLSF", 2004.

import {
  BIN_BITS_ADDRESS,
  BIN_COUNT,
  BIN_PROBES_MAX,
  BIN_ROW_BITS_ADDRESS,
  BIN_ROW_COUNT,
  BINS_ADDRESS,
  BINS_PER_ROW,
  BINS_PER_ROW_LOG2,
  CHUNK_ALIGNMENT_LOG2,
  CHUNK_ARENA,
  CHUNK_CONTAINER,
  CHUNK_FLAGS_MASK,
  CHUNK_HEADER_SIZE,
  CHUNK_IN_USE,
  CHUNK_NEXT,
  CHUNK_PREVIOUS,
  CHUNK_PREVIOUS_IN_USE,
  CHUNK_PREVIOUS_SIZE,
  CHUNK_SIZE_AND_FLAGS,
  CHUNK_SIZE_MIN,
  CHUNK_USE_MASK,
  RULE_BIN_BITS,
  RULE_BIN_LINKS,
  RULE_CHUNK_BINNED,
} from "./layout";
import { isInMemory } from "./memory";
import { broken } from "./rule";

/** Drawn in layout.ts. */
@unmanaged
export class Chunk {
  /** Size of the chunk before this one, in bytes. */
  previousSize: u32;
  sizeAndFlags: u32;
  /** Next free chunk of the same bin; 0 ends the list. Payload while in use. */
  next: usize;
  /** Free chunk before this one in its bin; 0 in the first. Payload while in use. */
  previous: usize;

  @inline static at(address: usize): Chunk {
    return changetype<Chunk>(address);
  }

  @inline static ofPayload(payload: usize): Chunk {
    return changetype<Chunk>(payload - CHUNK_HEADER_SIZE);
  }

  @inline get address(): usize {
    return changetype<usize>(this);
  }

  @inline get payload(): usize {
    return changetype<usize>(this) + CHUNK_HEADER_SIZE;
  }

  /** Bytes, header included. */
  @inline get size(): u32 {
    return this.sizeAndFlags & ~CHUNK_FLAGS_MASK;
  }

  @inline get payloadSize(): u32 {
    return this.size - CHUNK_HEADER_SIZE;
  }

  @inline get flags(): u32 {
    return this.sizeAndFlags & CHUNK_FLAGS_MASK;
  }

  @inline get isInUse(): bool {
    return (this.sizeAndFlags & CHUNK_IN_USE) != 0;
  }

  @inline get isPreviousInUse(): bool {
    return (this.sizeAndFlags & CHUNK_PREVIOUS_IN_USE) != 0;
  }

  @inline get isArena(): bool {
    return (this.sizeAndFlags & CHUNK_USE_MASK) == CHUNK_ARENA;
  }

  /** Handed out by malloc as a large block. */
  @inline get isLargeBlock(): bool {
    return (this.sizeAndFlags & (CHUNK_IN_USE | CHUNK_USE_MASK)) == CHUNK_IN_USE;
  }

  /** One large object. */
  @inline get isObject(): bool {
    return (this.sizeAndFlags & (CHUNK_IN_USE | CHUNK_CONTAINER)) == (CHUNK_IN_USE | CHUNK_CONTAINER);
  }

  /** One large object that may hold references. */
  @inline get isContainer(): bool {
    return (this.sizeAndFlags & (CHUNK_IN_USE | CHUNK_USE_MASK)) == (CHUNK_IN_USE | CHUNK_CONTAINER);
  }

  /** The chunk after this one, or the sentinel. */
  @inline get following(): Chunk {
    return changetype<Chunk>(changetype<usize>(this) + this.size);
  }

  /** The chunk before this one; there is none before the first, whose previous counts as in use. */
  @inline get preceding(): Chunk {
    return changetype<Chunk>(changetype<usize>(this) - this.previousSize);
  }
}

if (offsetof<Chunk>("previousSize") != CHUNK_PREVIOUS_SIZE) ERROR("layout.ts: CHUNK_PREVIOUS_SIZE");
if (offsetof<Chunk>("sizeAndFlags") != CHUNK_SIZE_AND_FLAGS) ERROR("layout.ts: CHUNK_SIZE_AND_FLAGS");
if (offsetof<Chunk>("next") != CHUNK_NEXT) ERROR("layout.ts: CHUNK_NEXT");
if (offsetof<Chunk>("previous") != CHUNK_PREVIOUS) ERROR("layout.ts: CHUNK_PREVIOUS");

/** Free chunks by size: rows of powers of two, cut into BINS_PER_ROW. The top chunk is in no bin. */
export class Bins {
  /** The bin of chunks of `size` bytes. */
  @inline static of(size: u32): u32 {
    const units = size >> CHUNK_ALIGNMENT_LOG2;
    if (units < <u32>BINS_PER_ROW) return units;
    const log2: u32 = 31 - clz(units);
    return ((log2 - BINS_PER_ROW_LOG2) << BINS_PER_ROW_LOG2) + (units >> (log2 - BINS_PER_ROW_LOG2));
  }

  @inline static first(bin: u32): usize {
    return load<usize>(BINS_ADDRESS + (bin << 2));
  }

  @inline static rowBits(row: u32): u32 {
    return load<u32>(BIN_BITS_ADDRESS + (row << 2));
  }

  /** Puts a free chunk first in its bin. O(1). */
  static add(chunk: Chunk): void {
    const bin = Bins.of(chunk.size);
    const slot = BINS_ADDRESS + (bin << 2);
    const first = load<usize>(slot);
    chunk.next = first;
    chunk.previous = 0;
    store<usize>(slot, chunk.address);
    if (first) {
      Chunk.at(first).previous = chunk.address;
    } else {
      const row = bin >> BINS_PER_ROW_LOG2;
      const bits = BIN_BITS_ADDRESS + (row << 2);
      store<u32>(bits, load<u32>(bits) | (1 << (bin & (BINS_PER_ROW - 1))));
      store<u32>(BIN_ROW_BITS_ADDRESS, load<u32>(BIN_ROW_BITS_ADDRESS) | (1 << row));
    }
  }

  /** Takes a free chunk out of its bin. O(1). */
  static remove(chunk: Chunk): void {
    const next = chunk.next;
    const previous = chunk.previous;
    if (previous) {
      Chunk.at(previous).next = next;
      if (next) Chunk.at(next).previous = previous;
    } else {
      Bins.removeFirst(Bins.of(chunk.size), next);
    }
  }

  /** Takes the first chunk out of a bin, where `next` is the second. O(1). */
  @inline private static removeFirst(bin: u32, next: usize): void {
    store<usize>(BINS_ADDRESS + (bin << 2), next);
    if (next) {
      Chunk.at(next).previous = 0;
      return;
    }
    const row = bin >> BINS_PER_ROW_LOG2;
    const address = BIN_BITS_ADDRESS + (row << 2);
    const bits = load<u32>(address) & ~(1 << (bin & (BINS_PER_ROW - 1)));
    store<u32>(address, bits);
    if (!bits) store<u32>(BIN_ROW_BITS_ADDRESS, load<u32>(BIN_ROW_BITS_ADDRESS) & ~(1 << row));
  }

  /** The first filled bin from `bin` on, or -1. O(1). */
  @inline static filledFrom(bin: u32): i32 {
    const row = bin >> BINS_PER_ROW_LOG2;
    const bits = Bins.rowBits(row) & (-1 << (bin & (BINS_PER_ROW - 1)));
    if (bits) return (row << BINS_PER_ROW_LOG2) + ctz(bits);
    const rows = load<u32>(BIN_ROW_BITS_ADDRESS) & (-2 << row);
    if (!rows) return -1;
    const filled: u32 = ctz(rows);
    return (filled << BINS_PER_ROW_LOG2) + ctz(Bins.rowBits(filled));
  }

  /**
   * Takes a free chunk of at least `size` bytes out of its bin; null if there is none. Of the bin that `size` falls
   * into only the first BIN_PROBES_MAX are looked at; from any larger bin the first will do. O(1).
   */
  static take(size: u32): Chunk {
    const bin = Bins.of(size);
    let address = Bins.first(bin);
    for (let probes = BIN_PROBES_MAX; address && probes; probes--) {
      const chunk = Chunk.at(address);
      if (chunk.size >= size) {
        Bins.remove(chunk);
        return chunk;
      }
      address = chunk.next;
    }
    const larger = Bins.filledFrom(bin + 1);
    if (larger < 0) return Chunk.at(0);
    const chunk = Chunk.at(Bins.first(larger));
    Bins.removeFirst(larger, chunk.next);
    return chunk;
  }

  /**
   * Every list is linked both ways, holds free chunks of its bin's sizes, and has its bit set iff it is not empty.
   * Returns 0 or a rule. O(free chunks).
   */
  static verify(): i32 {
    for (let row: u32 = 0; row < <u32>BIN_ROW_COUNT; row++) {
      for (let index: u32 = 0; index < <u32>BINS_PER_ROW; index++) {
        const bin = (row << BINS_PER_ROW_LOG2) + index;
        let previous: usize = 0;
        for (let address = Bins.first(bin); address; address = Chunk.at(address).next) {
          if (!isInMemory(address, CHUNK_SIZE_MIN))
            return broken(RULE_BIN_LINKS, previous ? previous : BINS_ADDRESS + (bin << 2));
          const chunk = Chunk.at(address);
          if (chunk.previous != previous) return broken(RULE_BIN_LINKS, address);
          if (chunk.isInUse || Bins.of(chunk.size) != bin) return broken(RULE_CHUNK_BINNED, address);
          previous = address;
        }
        if (((Bins.rowBits(row) >> index) & 1) != u32(previous != 0))
          return broken(RULE_BIN_BITS, BINS_ADDRESS + (bin << 2));
      }
      const isRowFilled = Bins.rowBits(row) != 0;
      if (((load<u32>(BIN_ROW_BITS_ADDRESS) >> row) & 1) != u32(isRowFilled)) {
        return broken(RULE_BIN_BITS, BIN_BITS_ADDRESS + (row << 2));
      }
    }
    const strayBits = load<u32>(BIN_ROW_BITS_ADDRESS) >> BIN_ROW_COUNT;
    return strayBits ? broken(RULE_BIN_BITS, BIN_ROW_BITS_ADDRESS) : 0;
  }

  /** Chunks in all bins. O(free chunks). */
  static count(): u32 {
    let count: u32 = 0;
    for (let bin: u32 = 0; bin < <u32>BIN_COUNT; bin++) {
      for (let address = Bins.first(bin); address; address = Chunk.at(address).next) count += 1;
    }
    return count;
  }
}
