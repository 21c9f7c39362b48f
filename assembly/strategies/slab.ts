// assembly/strategies/slab.ts: slabs: runs of pages cut into equal blocks, a bit for each that is free; large blocks are runs themselves.
// Not here: runs and the page table, which leads from a block to its slab (parts/page-runs.ts).
// Contract: interface.ts. Source: J. Bonwick, "The Slab Allocator", 1994; bits in the slab as in J. Evans, "A Scalable
// Concurrent malloc(3) Implementation for FreeBSD" (jemalloc), 2006.
//
// Slab
//
//   0        4           8       12     16            20          24   24 + 4 * WORDS   first
//   ┌────────┬───────────┬───────┬──────┬─────────────┬───────────┬─────────────────┬───┬───────┬───────┬─ ─
//   │ next   │ previous  │ class │ used │ filled      │ unused    │ free            │   │ block │ block │
//   │ slab ► │ ◄ slab    │       │      │ bit a word  │           │ bit a block     │   │       │       │
//   └────────┴───────────┴───────┴──────┴─────────────┴───────────┴─────────────────┴───┴───────┴───────┴─ ─
//    address   address    address  count  u32           u32         u32[WORDS]
//
// | slab    | blocks               | is on                                              |
// |---------|----------------------|----------------------------------------------------|
// | partial | some free            | its class's list                                   |
// | full    | all used             | nothing                                            |
// | empty   | all free             | its class's list as the only one, else given back  |

import { ALIGNMENT } from "./interface";
import { memoryEnd } from "./parts/growth";
import { PAGE, PAGE_LOG2, PageRuns, RUN_LARGE, RUN_MASK, RUN_SLAB } from "./parts/page-runs";

/** Bytes. Larger blocks are runs. */
const SMALL_MAX: usize = 7168;
/** Bytes. Blocks up to this are ALIGNMENT apart, from there 2^STEPS_LOG2 sizes a doubling. */
const LINEAR_MAX_LOG2: u32 = 7;
const STEPS_LOG2: u32 = 2;
const LINEAR_COUNT: u32 = (1 << LINEAR_MAX_LOG2) / ALIGNMENT;
const CLASS_COUNT: u32 = 31;
const WORDS: u32 = 8;
/** Pages. A slab has as few as waste no more than 1/2^WASTE_SHIFT of it. */
const SLAB_PAGES_MAX: u32 = 8;
const WASTE_SHIFT: u32 = 3;
/** A block's number in its slab is its offset times `inverse` over 2^this. */
const INVERSE_SHIFT: u32 = 16;
/** As u32, 4 GiB less 1 MiB: no such request can succeed, and refusing it first keeps all sums below 2^32. */
const REQUEST_LIMIT: usize = -(1 << 20);

@unmanaged
class SlabClass {
  /** Address of the first partial slab. */
  partial: usize;
  blockSize: u32;
  slabSize: u32;
  /** Offset of the first block: as aligned as the block size is. */
  first: u32;
  capacity: u32;
  inverse: u32;

  @inline static at(index: u32): SlabClass {
    return changetype<SlabClass>(classes + index * offsetof<SlabClass>());
  }

  /** The class of a request of up to SMALL_MAX bytes. */
  @inline static of(size: usize): SlabClass {
    const last = max<u32>(<u32>size, 1) - 1;
    if (last < 1 << LINEAR_MAX_LOG2) return SlabClass.at(last / ALIGNMENT);
    const log2: u32 = 31 - clz(last);
    const step = (last >>> (log2 - STEPS_LOG2)) - (1 << STEPS_LOG2);
    return SlabClass.at(LINEAR_COUNT + ((log2 - LINEAR_MAX_LOG2) << STEPS_LOG2) + step);
  }

  static prepare(): void {
    let blockSize: u32 = 0;
    for (let index: u32 = 0; index < CLASS_COUNT; index++) {
      blockSize += index < LINEAR_COUNT ? ALIGNMENT : 1 << (31 - clz(blockSize) - STEPS_LOG2);
      SlabClass.at(index).lay(blockSize);
    }
  }

  private lay(blockSize: u32): void {
    const alignment: u32 = 1 << ctz(blockSize);
    this.blockSize = blockSize;
    this.first = (<u32>offsetof<Slab>() + WORDS * 4 + alignment - 1) & -alignment;
    this.inverse = (1 << INVERSE_SHIFT) / blockSize + 1;
    for (let pages: u32 = 1; pages <= SLAB_PAGES_MAX; pages++) {
      this.slabSize = pages << PAGE_LOG2;
      this.capacity = (this.slabSize - this.first) / blockSize;
      if (this.slabSize - this.capacity * blockSize <= this.slabSize >> WASTE_SHIFT) break;
    }
  }

  /** A block; 0 when memory can't grow. */
  @inline take(): usize {
    let slab = Slab.at(this.partial);
    if (!slab) {
      slab = Slab.make(this);
      if (!slab) return 0;
    }
    return slab.take();
  }
}

@unmanaged
class Slab {
  next: usize;
  previous: usize;
  sizeClass: SlabClass;
  /** Blocks handed out. */
  used: u32;
  /** Bit i: some block of word i is free. */
  filled: u32;
  reserved: u32;
  // the words of bits follow

  @inline static at(address: usize): Slab {
    return changetype<Slab>(address);
  }

  @inline get address(): usize {
    return changetype<usize>(this);
  }

  @inline private word(index: u32): usize {
    return changetype<usize>(this) + offsetof<Slab>() + (index << 2);
  }

  /** A slab of free blocks, on its class's list; null when memory can't grow. */
  static make(sizeClass: SlabClass): Slab {
    const run = PageRuns.take(sizeClass.slabSize);
    const slab = Slab.at(run);
    if (!run) return slab;
    PageRuns.setSlab(run, sizeClass.slabSize);
    slab.sizeClass = sizeClass;
    slab.used = 0;
    const capacity = sizeClass.capacity;
    const words = (capacity + 31) >>> 5;
    for (let index: u32 = 0; index < words; index++) store<u32>(slab.word(index), -1);
    if (capacity & 31) store<u32>(slab.word(words - 1), (1 << (capacity & 31)) - 1);
    slab.filled = (1 << words) - 1;
    slab.link();
    return slab;
  }

  /** The lowest free block; there must be one. */
  @inline take(): usize {
    const index: u32 = ctz(this.filled);
    const word = this.word(index);
    const bits = load<u32>(word);
    const left = bits & (bits - 1);
    store<u32>(word, left);
    this.used += 1;
    if (!left) {
      this.filled &= this.filled - 1;
      if (!this.filled) this.unlink();
    }
    const sizeClass = this.sizeClass;
    return this.address + sizeClass.first + ((index << 5) + <u32>ctz(bits)) * sizeClass.blockSize;
  }

  @inline give(block: usize): void {
    const sizeClass = this.sizeClass;
    const number = (<u32>(block - this.address - sizeClass.first) * sizeClass.inverse) >>> INVERSE_SHIFT;
    const word = this.word(number >>> 5);
    store<u32>(word, load<u32>(word) | (1 << (number & 31)));
    if (!this.filled) this.link();
    this.filled |= 1 << (number >>> 5);
    this.used -= 1;
    if (!this.used && (this.next || this.previous)) this.discard();
  }

  /** Gives an empty slab's pages back. */
  private discard(): void {
    this.unlink();
    PageRuns.give(this.address, this.sizeClass.slabSize);
  }

  /** Gives back the slabs that are kept empty; whether there were any. */
  static discardIdle(): bool {
    let found = false;
    for (let index: u32 = 0; index < CLASS_COUNT; index++) {
      const slab = Slab.at(SlabClass.at(index).partial);
      if (!slab || slab.used) continue; // an empty one is the only one
      slab.discard();
      found = true;
    }
    return found;
  }

  private link(): void {
    const idle = Slab.at(this.sizeClass.partial);
    if (idle && !idle.used) idle.discard(); // one that is empty is only kept while there is no other
    const first = this.sizeClass.partial;
    this.next = first;
    this.previous = 0;
    if (first) Slab.at(first).previous = this.address;
    this.sizeClass.partial = this.address;
  }

  private unlink(): void {
    const next = this.next;
    const previous = this.previous;
    if (next) Slab.at(next).previous = previous;
    if (previous) Slab.at(previous).next = next;
    else this.sizeClass.partial = next;
  }
}

const classes: usize = memory.data(<i32>(CLASS_COUNT * offsetof<SlabClass>()));

PageRuns.prepare();
SlabClass.prepare();

export function malloc(size: usize): usize {
  if (size >= REQUEST_LIMIT) return 0;
  const block = size <= SMALL_MAX ? SlabClass.of(size).take() : takeRun(size, ALIGNMENT);
  if (block) return block;
  return Slab.discardIdle() ? malloc(size) : 0;
}

/** Bytes of a run for a large block. */
function runSize(size: usize): u32 {
  return <u32>((max<usize>(size, 1) + (PAGE - 1)) & ~(PAGE - 1));
}

/** A large block; 0 when memory can't grow. What is before and behind it goes back. */
function takeRun(size: usize, alignment: usize): usize {
  const bytes = runSize(size);
  const spare = alignment > PAGE ? <u32>(alignment - PAGE) : 0;
  const run = PageRuns.take(bytes + spare);
  if (!run) return 0;
  const gap = <u32>(-run & (max(alignment, PAGE) - 1));
  PageRuns.setLarge(run + gap, bytes);
  if (gap) PageRuns.give(run, gap);
  if (spare > gap) PageRuns.give(run + gap + bytes, spare - gap);
  return run + gap;
}

export function calloc(count: usize, size: usize): usize {
  const bytes = <u64>count * size;
  if (bytes >= <u64>REQUEST_LIMIT) return 0;
  const block = malloc(<usize>bytes);
  if (block) memory.fill(block, 0, <usize>bytes);
  return block;
}

/** Stays where it is in its class, and as a run that becomes smaller or has free pages behind it. */
export function realloc(address: usize, size: usize): usize {
  if (!address) return malloc(size);
  if (size >= REQUEST_LIMIT) return 0;
  const entry = PageRuns.entry(address);
  const isLarge = (entry & RUN_MASK) == RUN_LARGE;
  if (isLarge) {
    if (size > SMALL_MAX && resizeRun(address, entry & ~RUN_MASK, runSize(size))) return address;
  } else if (size <= SMALL_MAX && SlabClass.of(size) == Slab.at(entry & ~RUN_MASK).sizeClass) {
    return address;
  }
  const old = usable_size(address);
  const moved = malloc(size);
  if (!moved) return size <= old ? address : 0;
  memory.copy(moved, address, min(size, old));
  free(address);
  return moved;
}

/** Makes a run shorter or longer where it is; false if it can't be. */
function resizeRun(run: usize, old: u32, size: u32): bool {
  if (size > old) {
    const following = PageRuns.freeAt(run + old);
    if (following < size - old) return false;
    PageRuns.takeFollowing(run + old);
    PageRuns.setLarge(run, size);
    if (old + following > size) PageRuns.give(run + size, old + following - size);
  } else if (size < old) {
    PageRuns.setLarge(run, size);
    PageRuns.give(run + size, old - size);
  }
  return true;
}

export function free(address: usize): void {
  if (!address) return;
  const entry = PageRuns.entry(address);
  if ((entry & RUN_MASK) == RUN_SLAB) Slab.at(entry & ~RUN_MASK).give(address);
  else PageRuns.give(address, entry & ~RUN_MASK);
}

/** A block is as aligned as its size is, a run to pages. */
export function aligned_alloc(alignment: usize, size: usize): usize {
  if (popcnt(alignment) != 1 || <u64>size + alignment >= <u64>REQUEST_LIMIT) return 0;
  const rounded = (max<usize>(size, 1) + alignment - 1) & ~(alignment - 1);
  if (alignment <= <usize>ALIGNMENT || rounded <= SMALL_MAX) return malloc(rounded);
  const block = takeRun(size, alignment);
  if (block) return block;
  return Slab.discardIdle() ? takeRun(size, alignment) : 0;
}

export function usable_size(address: usize): usize {
  if (!address) return 0;
  const entry = PageRuns.entry(address);
  if ((entry & RUN_MASK) == RUN_SLAB) return Slab.at(entry & ~RUN_MASK).sizeClass.blockSize;
  return entry & ~RUN_MASK;
}

export function footprint(): f64 {
  return <f64>memoryEnd();
}
