// assembly/strategies/segregated-fit.ts: free chunks in bins by size, a bit for each bin that is not empty: a search takes two looks at bits.
// Not here: splitting and joining (parts/tagged-heap.ts).
// Contract: interface.ts. Source: M. Masmano, I. Ripoll, A. Crespo, J. Real, "TLSF: a New Dynamic Memory Allocator for
// Real-Time Systems", 2004.
//
//   rows:    1 1 0 1 …                        a bit a power of two: some bin of the row is filled
//            │ │   │
//   filled:  │ │   └► 0 0 1 0 … 0             a bit a bin: BINS_PER_ROW steps to the next power of two
//            │ │          └► chunk ► chunk
//
// A request is rounded up to the next bin, whose every chunk is large enough: so O(1), and up to one step too large.

import { ALIGNMENT } from "./interface";
import { ChunkList } from "./parts/chunk-list";
import { FreeChunks } from "./parts/free-chunks";
import { Chunk } from "./parts/tagged-chunk";
import { TaggedHeap } from "./parts/tagged-heap";

const BINS_PER_ROW_LOG2: u32 = 5;
const BINS_PER_ROW: u32 = 1 << BINS_PER_ROW_LOG2;
/** Sizes below this, in units of ALIGNMENT, have a bin each: the first row. */
const ALIGNMENT_LOG2: u32 = 4;
/** The last stays empty: what is too large even for the one before is looked for there. */
const ROW_COUNT: u32 = 32 - ALIGNMENT_LOG2 - BINS_PER_ROW_LOG2 + 2;

if (1 << ALIGNMENT_LOG2 != ALIGNMENT) ERROR("segregated-fit.ts: ALIGNMENT_LOG2");

@unmanaged
class SegregatedFit extends FreeChunks {
  /** Bit i: row i has a filled bin. */
  rows: u32;
  // a word of bits for each row, then the lists follow

  /** Address of the row's bits. */
  @inline private bits(row: u32): usize {
    return changetype<usize>(this) + offsetof<SegregatedFit>() + row * sizeof<u32>();
  }

  @inline private list(bin: u32): ChunkList {
    return ChunkList.at(this.bits(ROW_COUNT) + bin * sizeof<usize>());
  }

  /** The bin of chunks of `size` bytes. */
  @inline private binOf(size: u32): u32 {
    const units = size >>> ALIGNMENT_LOG2;
    if (units < BINS_PER_ROW) return units;
    const shift: u32 = 31 - BINS_PER_ROW_LOG2 - clz(units);
    return (shift << BINS_PER_ROW_LOG2) + (units >>> shift);
  }

  /** The first bin whose every chunk has `size` bytes. */
  @inline private binFor(size: u32): u32 {
    const bin = this.binOf(size);
    const units = size >>> ALIGNMENT_LOG2;
    if (units < BINS_PER_ROW) return bin;
    const shift: u32 = 31 - BINS_PER_ROW_LOG2 - clz(units);
    return bin + u32((units & ((1 << shift) - 1)) != 0);
  }

  add(chunk: Chunk): void {
    const bin = this.binOf(chunk.size);
    const row = bin >>> BINS_PER_ROW_LOG2;
    this.list(bin).add(chunk);
    store<u32>(this.bits(row), load<u32>(this.bits(row)) | (1 << (bin & (BINS_PER_ROW - 1))));
    this.rows |= 1 << row;
  }

  remove(chunk: Chunk): void {
    this.removeFrom(this.binOf(chunk.size), chunk);
  }

  take(size: u32): Chunk {
    const from = this.binFor(size);
    let row = from >>> BINS_PER_ROW_LOG2;
    let filled = load<u32>(this.bits(row)) & (-1 << (from & (BINS_PER_ROW - 1)));
    if (!filled) {
      const rows = this.rows & (-2 << row);
      if (!rows) return this.takeTight(size);
      row = ctz(rows);
      filled = load<u32>(this.bits(row));
    }
    const bin = (row << BINS_PER_ROW_LOG2) + ctz(filled);
    const chunk = Chunk.at(this.list(bin).first);
    this.removeFrom(bin, chunk);
    return chunk;
  }

  /** Takes out a chunk of the bin whose chunks may be too small; null if all are. O(the bin's chunks), so for where memory must grow else. */
  private takeTight(size: u32): Chunk {
    const bin = this.binOf(size);
    for (let address = this.list(bin).first; address; address = Chunk.at(address).one) {
      const chunk = Chunk.at(address);
      if (chunk.size < size) continue;
      this.removeFrom(bin, chunk);
      return chunk;
    }
    return Chunk.at(0);
  }

  @inline private removeFrom(bin: u32, chunk: Chunk): void {
    const list = this.list(bin);
    list.remove(chunk);
    if (list.first) return;
    const row = bin >>> BINS_PER_ROW_LOG2;
    const filled = load<u32>(this.bits(row)) & ~(1 << (bin & (BINS_PER_ROW - 1)));
    store<u32>(this.bits(row), filled);
    if (!filled) this.rows &= ~(1 << row);
  }
}

const heap = changetype<TaggedHeap<SegregatedFit>>(
  memory.data(
    <i32>(offsetof<SegregatedFit>() + ROW_COUNT * sizeof<u32>() + ROW_COUNT * BINS_PER_ROW * sizeof<usize>()),
  ),
);
heap.prepare();

export function malloc(size: usize): usize {
  return heap.malloc(size);
}

export function calloc(count: usize, size: usize): usize {
  return heap.calloc(count, size);
}

export function realloc(address: usize, size: usize): usize {
  return heap.realloc(address, size);
}

export function free(address: usize): void {
  heap.free(address);
}

export function aligned_alloc(alignment: usize, size: usize): usize {
  return heap.aligned_alloc(alignment, size);
}

export function usable_size(address: usize): usize {
  return heap.usable_size(address);
}

export function footprint(): f64 {
  return heap.footprint();
}
