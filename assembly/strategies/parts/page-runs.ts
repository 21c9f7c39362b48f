// assembly/strategies/parts/page-runs.ts: memory in pages, free ones as runs in address order, and a table that tells of each page what it is in.
// Not here: what is in the runs that are taken (slab.ts).
//
// Page table: an entry a page, in leaves of one page each; a region is what a leaf tells of.
//
//   root       leaf: a region's pages               entry
//   ┌──────┐   ┌───────┬───────┬─ ─┬───────┐        31                    12 11      0
//   │    ──┼──►│ entry │ entry │   │ entry │        ┌──────────────────────┬─────────┐
//   ├──────┤   └───────┴───────┴─ ─┴───────┘        │ bytes of the run, or │ RUN_    │
//   │    ──┼──►                                     │ address of its start │         │
//   └──────┘                                        └──────────────────────┴─────────┘
// A run has entries in its first and its last page, as boundary tags; one of a slab has them in all its pages.

import { AddressTree } from "./address-tree";
import { growTo, memoryEnd } from "./growth";
import { Chunk } from "./tagged-chunk";

export const PAGE_LOG2 = 12;
export const PAGE: usize = 1 << PAGE_LOG2;

/** What a page is in. 0: memory that is nobody's to take. */
export const RUN_FREE: u32 = 1;
/** A block of its own: the entry has its bytes. */
export const RUN_LARGE: u32 = 2;
/** Many blocks: the entry has the address of the run. */
export const RUN_SLAB: u32 = 3;
export const RUN_MASK: u32 = (1 << PAGE_LOG2) - 1;

const ENTRY_LOG2 = 2;
const REGION_LOG2: u32 = PAGE_LOG2 + PAGE_LOG2 - ENTRY_LOG2;
const LEAF_MASK: usize = (PAGE >> ENTRY_LOG2) - 1;
/** The last page of 4 GiB is not used: its end would be address 0. */
const END_MAX: u64 = ((<u64>1) << 32) - PAGE;

/** Free runs, of which only the size and the links of a chunk are there. */
@unmanaged
class FreeRuns extends AddressTree {
  @inline take(size: u32): Chunk {
    return this.takeFrom(0, size);
  }
}

const free = changetype<FreeRuns>(memory.data(<i32>offsetof<FreeRuns>()));
/** Addresses of the leaves, by region. */
const root: usize = memory.data(1 << (32 - REGION_LOG2 + ENTRY_LOG2));
/** Regions that have a leaf: all up to there. */
let leafCount: u64 = 0;
/** End of the last run. */
let end: u64 = (__heap_base + (PAGE - 1)) & ~(PAGE - 1);

export class PageRuns {
  /** Takes the memory there is. Once, before anything else. */
  static prepare(): void {
    PageRuns.extend(1);
  }

  /** The entry of the page that an address lies in. */
  @inline static entry(address: usize): u32 {
    return load<u32>(PageRuns.entryAddress(address));
  }

  /** Takes a run of `size` bytes, a multiple of PAGE; its entries are to be set. 0 when memory can't grow. */
  static take(size: u32): usize {
    let run = free.take(size);
    if (!run) {
      if (!PageRuns.grow(size)) return 0;
      run = free.take(size);
    }
    const rest = run.size - size;
    if (rest) PageRuns.add(run.address + size, rest);
    return run.address;
  }

  /** Makes a run that was taken one block. */
  @inline static setLarge(run: usize, size: u32): void {
    store<u32>(PageRuns.entryAddress(run + size - PAGE), RUN_LARGE);
    store<u32>(PageRuns.entryAddress(run), size | RUN_LARGE);
  }

  /** Makes a run that was taken a slab. O(pages). */
  static setSlab(run: usize, size: u32): void {
    for (let page = run; page < run + size; page += PAGE)
      store<u32>(PageRuns.entryAddress(page), <u32>run | RUN_SLAB);
  }

  /** Frees a run, joined with the free ones around it. */
  static give(run: usize, runSize: u32): void {
    let start = run;
    let size = runSize;
    const before = PageRuns.entry(run - 1);
    if ((before & RUN_MASK) == RUN_FREE) {
      start -= before & ~RUN_MASK;
      size += before & ~RUN_MASK;
      free.remove(Chunk.at(start));
    }
    size += PageRuns.takeFollowing(run + runSize);
    PageRuns.add(start, size);
  }

  /** Takes the free run that starts at an address; its bytes, 0 if there is none. */
  static takeFollowing(address: usize): u32 {
    if (<u64>address >= end) return 0;
    const entry = PageRuns.entry(address);
    if ((entry & RUN_MASK) != RUN_FREE) return 0;
    free.remove(Chunk.at(address));
    return entry & ~RUN_MASK;
  }

  /** Bytes of the free run that starts at an address; 0 if there is none. */
  static freeAt(address: usize): u32 {
    if (<u64>address >= end) return 0;
    const entry = PageRuns.entry(address);
    return (entry & RUN_MASK) == RUN_FREE ? entry & ~RUN_MASK : 0;
  }

  /** Adds a free run, no free one beside it. */
  private static add(run: usize, size: u32): void {
    const chunk = Chunk.at(run);
    chunk.sizeAndFlags = size;
    free.add(chunk);
    store<u32>(PageRuns.entryAddress(run), size | RUN_FREE);
    store<u32>(PageRuns.entryAddress(run + size - PAGE), size | RUN_FREE);
  }

  @inline private static entryAddress(address: usize): usize {
    const leaf = load<usize>(root + ((address >>> REGION_LOG2) << ENTRY_LOG2));
    return leaf + (((address >>> PAGE_LOG2) & LEAF_MASK) << ENTRY_LOG2);
  }

  /** Grows memory so that a run of `size` bytes is free; false, and nothing changed, when it can't. */
  private static grow(size: u32): bool {
    const last = PageRuns.entry(<usize>(end - 1));
    const tail = (last & RUN_MASK) == RUN_FREE ? last & ~RUN_MASK : 0;
    let needed = end + size - tail;
    let leaves: u64 = 0;
    for (;;) {
      const missing = PageRuns.regionsOf(needed) - leafCount;
      if (missing <= leaves) break;
      leaves = missing;
      needed = end + leaves * PAGE + size; // leaves come first, so the run starts behind them
    }
    if (needed > END_MAX || !growTo(needed)) return false;
    PageRuns.extend(<u32>leaves);
    return true;
  }

  /** Regions that memory up to an address is in. */
  @inline private static regionsOf(address: u64): u64 {
    return ((address - 1) >> REGION_LOG2) + 1;
  }

  /** Takes the memory behind the end, as far as there is some and leaves tell of it; that many new leaves first. */
  private static extend(leaves: u32): void {
    let start = <usize>end;
    for (let left = leaves; left; left--) {
      store<usize>(root + ((<usize>leafCount) << ENTRY_LOG2), start);
      leafCount += 1;
      start += PAGE;
    }
    end = min(min(memoryEnd(), END_MAX), leafCount << REGION_LOG2);
    PageRuns.give(start, <u32>(end - start));
  }
}
