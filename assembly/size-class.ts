// assembly/size-class.ts: a size class: the list that small requests are served from, and the pools that fill it.
// Not here: from size to class (alloc.ts), blocks within a pool (pool.ts).
//
// | state of a pool | blocks               | is on                    | leaves it when                            |
// |-----------------|----------------------|--------------------------|-------------------------------------------|
// | active          | any                  | its class's `active`     | refill finds no free block: full          |
// | full            | all used             | nothing                  | a block is given (countdown 1): partial   |
// | partial         | some used, some free | its class's partial list | refill wants it: active; its last used    |
// |                 |                      |                          | block is given (countdown = used): free   |
// | free            | none                 | its arena's freePools    | taken by any class: active                |
//
// So neither taking a block nor giving one counts anything but a countdown, and an active pool that merely
// becomes empty stays. Partial pools wait first-in first-out: the longer a pool waits, the more blocks it has.

import { Arena } from "./arena";
import {
  ALIGNMENT,
  ALIGNMENT_LOG2,
  BLOCK_FREE,
  CLASS_TABLE_ADDRESS,
  CLASSES_PER_DOUBLING_LOG2,
  FAULT_DOUBLE_FREE,
  FAULT_INTERIOR_POINTER,
  FAULT_OBJECT_POINTER,
  KIND_CLASS_COUNT,
  KIND_CLASSES_ADDRESS,
  KIND_CLASSES_SIZE,
  POOL_HEADER_SIZE,
  POOL_STATE_ACTIVE,
  POOL_STATE_FREE,
  POOL_STATE_FULL,
  POOL_STATE_PARTIAL,
  RAW_CLASS_COUNT,
  RULE_BLOCK_LINK,
  RULE_POOL_BLOCKS,
  RULE_POOL_COUNTDOWN,
  RULE_POOL_HEADER,
  RULE_POOL_LIST,
  RULE_SIZE_CLASSES,
  SIZE_CLASS_ACTIVE,
  SIZE_CLASS_BLOCK_SIZE,
  SIZE_CLASS_COUNT,
  SIZE_CLASS_FIRST,
  SIZE_CLASS_FREE,
  SIZE_CLASS_LAST,
  SIZE_CLASS_SIZE,
  SIZE_CLASS_SIZE_LOG2,
  SIZE_CLASSES_ADDRESS,
} from "./layout";
import { isInMemory } from "./memory";
import { Block, Pool } from "./pool";
import { broken } from "./rule";

/** Record of one class; drawn in layout.ts. Raw classes serve malloc, those of a kind the parts of objects. */
@unmanaged
export class SizeClass {
  /** Free blocks of the active pool, next to be taken. */
  free: usize;
  active: usize;
  /** Partial pools, longest waiting first. */
  first: usize;
  last: usize;
  blockSize: u32;

  /** Blocks that the last refill left on the list. */
  static listed: u32 = 0;

  /** The class of a request of up to SMALL_REQUEST_MAX bytes. */
  @inline static of(size: usize): SizeClass {
    const units = (size + (ALIGNMENT - 1)) >>> ALIGNMENT_LOG2;
    return changetype<SizeClass>(
      <usize>SIZE_CLASSES_ADDRESS + <usize>load<u16>(<usize>CLASS_TABLE_ADDRESS + (units << 1)),
    );
  }

  /** The class of a kind's blocks of `size` bytes, from 1 to SMALL_REQUEST_MAX. */
  @inline static ofKind(kind: u32, size: usize): SizeClass {
    const units = <u32>((size + (ALIGNMENT - 1)) >>> ALIGNMENT_LOG2);
    return SizeClass.ofKinds((kind - 1) * KIND_CLASS_COUNT + units - 1);
  }

  /** The record of class number `index` of the kinds'. */
  @inline private static ofKinds(index: u32): SizeClass {
    return changetype<SizeClass>(load<usize>(KIND_CLASSES_ADDRESS) + (index << SIZE_CLASS_SIZE_LOG2));
  }

  /** Classes that there are by now. */
  static get count(): u32 {
    return load<usize>(KIND_CLASSES_ADDRESS) ? SIZE_CLASS_COUNT : RAW_CLASS_COUNT;
  }

  /** Lays out the raw classes. Once, before anything else. */
  static prepare(): void {
    let blockSize: u32 = 0;
    store<u16>(SizeClass.tableEntry(0), 0); // size 0 is served as size 1
    for (let index: u32 = 0; index < <u32>RAW_CLASS_COUNT; index++) {
      const last = blockSize + SizeClass.spacingFrom(blockSize);
      while (blockSize < last) {
        blockSize += ALIGNMENT;
        store<u16>(SizeClass.tableEntry(blockSize), <u16>(index << SIZE_CLASS_SIZE_LOG2));
      }
      SizeClass.at(index).blockSize = blockSize;
    }
  }

  /** Lays out the kinds' classes in a block of KIND_CLASSES_SIZE bytes, which they keep. Once, before any object. */
  static prepareKinds(records: usize): void {
    memory.fill(records, 0, KIND_CLASSES_SIZE);
    store<usize>(KIND_CLASSES_ADDRESS, records);
    for (let index: u32 = RAW_CLASS_COUNT; index < <u32>SIZE_CLASS_COUNT; index++)
      SizeClass.at(index).blockSize = SizeClass.kindBlockSize(index);
  }

  /** Bytes a block in a class that is not raw. */
  private static kindBlockSize(index: u32): u32 {
    return (((index - RAW_CLASS_COUNT) % KIND_CLASS_COUNT) + 1) << ALIGNMENT_LOG2;
  }

  /** Bytes from one block size to the next: ALIGNMENT, then CLASSES_PER_DOUBLING steps to each doubling. */
  private static spacingFrom(blockSize: u32): u32 {
    if (blockSize < <u32>(ALIGNMENT << (CLASSES_PER_DOUBLING_LOG2 + 1))) return ALIGNMENT;
    return 1 << (31 - clz(blockSize) - CLASSES_PER_DOUBLING_LOG2);
  }

  /** Address of the class table's entry for a multiple of ALIGNMENT. */
  @inline private static tableEntry(size: u32): usize {
    return CLASS_TABLE_ADDRESS + ((size >>> ALIGNMENT_LOG2) << 1);
  }

  /** The classes and their table are as prepare() made them. Returns 0 or a rule. */
  static verifyTable(): i32 {
    let blockSize: u32 = 0;
    if (load<u16>(SizeClass.tableEntry(0))) return broken(RULE_SIZE_CLASSES, SizeClass.tableEntry(0));
    for (let index: u32 = 0; index < <u32>RAW_CLASS_COUNT; index++) {
      const last = blockSize + SizeClass.spacingFrom(blockSize);
      while (blockSize < last) {
        blockSize += ALIGNMENT;
        const entry = SizeClass.tableEntry(blockSize);
        if (load<u16>(entry) != <u16>(index << SIZE_CLASS_SIZE_LOG2)) return broken(RULE_SIZE_CLASSES, entry);
      }
      const sizeClass = SizeClass.at(index);
      if (sizeClass.blockSize != last) return broken(RULE_SIZE_CLASSES, changetype<usize>(sizeClass));
    }
    for (let index: u32 = RAW_CLASS_COUNT; index < SizeClass.count; index++) {
      const sizeClass = SizeClass.at(index);
      if (sizeClass.blockSize != SizeClass.kindBlockSize(index))
        return broken(RULE_SIZE_CLASSES, changetype<usize>(sizeClass));
    }
    return 0;
  }

  @inline static at(index: u32): SizeClass {
    if (index >= <u32>RAW_CLASS_COUNT) return SizeClass.ofKinds(index - RAW_CLASS_COUNT);
    return changetype<SizeClass>(SIZE_CLASSES_ADDRESS + (index << SIZE_CLASS_SIZE_LOG2));
  }

  get index(): u32 {
    const address = changetype<usize>(this);
    if (address < <usize>CLASS_TABLE_ADDRESS)
      return <u32>(address - SIZE_CLASSES_ADDRESS) >> SIZE_CLASS_SIZE_LOG2;
    return RAW_CLASS_COUNT + (<u32>(address - load<usize>(KIND_CLASSES_ADDRESS)) >> SIZE_CLASS_SIZE_LOG2);
  }

  /** Takes one block off the list; 0 if it is empty. */
  @inline take(): usize {
    const address = this.takeMarked();
    if (address) Block.at(address).mark = 0;
    return address;
  }

  /** As take; the block still carries the mark of a free one, for the caller to write over. */
  @inline takeMarked(): usize {
    const address = this.free;
    if (address) this.free = Block.at(address).next;
    return address;
  }

  /** Gives a used block back. */
  @inline static give(pool: Pool, address: usize): void {
    const block = Block.at(address);
    block.mark = BLOCK_FREE;
    block.next = pool.returned;
    pool.returned = address;
    const countdown = pool.countdown - 1;
    pool.countdown = countdown;
    if (!countdown) SizeClass.look(pool);
  }

  /** As take, from a list that is empty: finds free blocks for it. 0 when memory can't grow. */
  refill(): usize {
    let pool = Pool.at(this.active);
    let list: usize = 0;
    if (pool) {
      SizeClass.listed = <u32>(i32.MAX_VALUE - pool.countdown) - 1;
      list = SizeClass.collect(pool);
      if (!list) {
        pool.state = <u8>POOL_STATE_FULL;
        pool.countdown = 1;
        this.active = 0;
      }
    }
    if (!list) {
      pool = Pool.at(this.first);
      let used: u32 = 0;
      if (pool) {
        used = <u32>pool.countdown;
        this.unlink(pool);
      } else {
        pool = Pool.at(Arena.takePool());
        if (!pool) return 0;
        pool.prepare(this.index, this.blockSize, Arena.isWide(pool.address));
      }
      pool.state = <u8>POOL_STATE_ACTIVE;
      this.active = pool.address;
      SizeClass.listed = <u32>pool.capacity - used - 1;
      list = SizeClass.collect(pool);
    }
    this.free = list;
    return this.take();
  }

  /** As refill, but leaves at most `most` blocks on the list: `SizeClass.listed` of them. */
  refillAtMost(most: u32): usize {
    const address = this.refill();
    if (!address) return 0;
    const count = SizeClass.listed;
    if (count > most) {
      SizeClass.listed = most;
      this.shorten(most, count);
    }
    return address;
  }

  /** Leaves `most` of the `count` blocks on the list, which has just been filled from the pool, and gives the others back to that. */
  private shorten(most: u32, count: u32): void {
    const pool = Pool.at(this.active);
    let rest = this.free;
    if (most) {
      let last = rest;
      for (let i: u32 = 1; i < most; i++) last = Block.at(last).next;
      rest = Block.at(last).next;
      Block.at(last).next = 0;
    } else {
      this.free = 0;
    }
    pool.returned = rest;
    pool.countdown -= <i32>(count - most);
  }

  /** Gives the blocks of the list back to their pool. O(their number). */
  retire(): void {
    const first = this.free;
    if (!first) return;
    const pool = Pool.at(this.active);
    let last = first;
    let count = 1;
    for (; Block.at(last).next; last = Block.at(last).next) count += 1;
    Block.at(last).next = pool.returned;
    pool.returned = first;
    pool.countdown -= count;
    this.free = 0;
  }

  /** The blocks returned to an active pool whose list has run out; 0 if it is full. */
  @inline private static collect(pool: Pool): usize {
    const returned = pool.returned;
    pool.returned = 0;
    pool.countdown = i32.MAX_VALUE;
    return returned;
  }

  /** A pool's countdown has ended. */
  private static look(pool: Pool): void {
    const sizeClass = SizeClass.at(pool.sizeClass);
    const used = <i32>pool.capacity - 1;
    if (pool.state == POOL_STATE_FULL && used) {
      pool.state = <u8>POOL_STATE_PARTIAL;
      pool.countdown = used;
      sizeClass.link(pool);
      return;
    }
    if (pool.state == POOL_STATE_PARTIAL) sizeClass.unlink(pool);
    Arena.givePool(pool);
  }

  /** Used blocks of a pool that is full or partial; -1 of an active one, which does not count them. */
  @inline static usedCount(pool: Pool): i32 {
    if (pool.state == <u8>POOL_STATE_ACTIVE) return -1;
    return pool.state == <u8>POOL_STATE_FULL ? <i32>pool.capacity : pool.countdown;
  }

  /** Gives back a full or partial pool whose blocks nobody uses any more. */
  static discard(pool: Pool): void {
    if (pool.state == <u8>POOL_STATE_PARTIAL) SizeClass.at(pool.sizeClass).unlink(pool);
    Arena.givePool(pool);
  }

  /**
   * Gives back the active pools of which no block is used. Looks at every free block of every active pool: for
   * when memory has run out.
   *
   * @returns whether there were any.
   */
  static releaseIdle(): bool {
    let released = false;
    for (let index: u32 = 0; index < SizeClass.count; index++) {
      const sizeClass = SizeClass.at(index);
      const pool = Pool.at(sizeClass.active);
      if (pool && sizeClass.freeCount() == <u32>pool.capacity) {
        sizeClass.active = 0;
        sizeClass.free = 0;
        Arena.givePool(pool);
        released = true;
      }
    }
    return released;
  }

  /** Free blocks of the active pool. O(free blocks). */
  freeCount(): u32 {
    return SizeClass.length(this.free) + SizeClass.length(Pool.at(this.active).returned);
  }

  /** Blocks of a list of free blocks. */
  static length(list: usize): u32 {
    let length: u32 = 0;
    for (let block = list; block; block = Block.at(block).next) length += 1;
    return length;
  }

  /** 0 if a block starts at `block`, in an arena of pools, and is used; else the fault. */
  @inline static fault(pool: Pool, block: usize): i32 {
    return pool.isBlock(block) && Block.at(block).mark != BLOCK_FREE ? 0 : SizeClass.diagnose(pool, block);
  }

  /** A second look: a used block may hold the mark by chance. O(free blocks). */
  private static diagnose(pool: Pool, block: usize): i32 {
    if (pool.isBlock(block)) return SizeClass.isFree(pool, block) ? FAULT_DOUBLE_FREE : 0;
    if (pool.state == POOL_STATE_FREE) return FAULT_DOUBLE_FREE;
    return pool.isRaw ? FAULT_INTERIOR_POINTER : FAULT_OBJECT_POINTER;
  }

  /** Whether a block is on one of its pool's lists. O(free blocks). */
  static isFree(pool: Pool, address: usize): bool {
    return (
      SizeClass.contains(pool.returned, address) ||
      (pool.state == POOL_STATE_ACTIVE && SizeClass.contains(SizeClass.at(pool.sizeClass).free, address))
    );
  }

  private static contains(list: usize, address: usize): bool {
    for (let block = list; block; block = Block.at(block).next) if (block == address) return true;
    return false;
  }

  /** The rules of one pool that is not free. Returns 0 or a rule. O(free blocks). */
  static verifyPool(pool: Pool): i32 {
    const address = pool.address;
    if (<u32>pool.sizeClass >= SizeClass.count || pool.state > <u8>POOL_STATE_FULL) {
      return broken(RULE_POOL_HEADER, address);
    }
    const sizeClass = SizeClass.at(pool.sizeClass);
    const size = sizeClass.blockSize;
    const isRaw = pool.isRaw;
    const capacity = Pool.capacityOf(address, size, isRaw, Arena.isWide(address));
    const isAsPrepared =
      <u32>pool.blockSize == size &&
      <u32>pool.first == Pool.firstOf(size, isRaw) &&
      <u32>pool.capacity == capacity &&
      pool.inverse == Pool.inverseOf(size) &&
      pool.hasBound(Pool.boundOf(size, capacity));
    if (!isAsPrepared) return broken(RULE_POOL_HEADER, address);
    const isActive = pool.state == <u8>POOL_STATE_ACTIVE;
    if ((sizeClass.active == address) != isActive) return broken(RULE_POOL_LIST, address);
    const returned = pool.verifyList(pool.returned);
    const ready = isActive ? pool.verifyList(sizeClass.free) : 0;
    if (returned < 0 || ready < 0) return RULE_BLOCK_LINK; // verifyList has told where
    const used = <i32>capacity - returned - ready;
    if (used < 0 || (pool.state == <u8>POOL_STATE_FULL && returned)) return broken(RULE_POOL_BLOCKS, address);
    const countdown = isActive ? i32.MAX_VALUE - returned : pool.state == <u8>POOL_STATE_FULL ? 1 : used;
    return pool.countdown == countdown ? 0 : broken(RULE_POOL_COUNTDOWN, address);
  }

  /** The lists of the class: linked both ways, through its own pools in the right state. O(partial pools). */
  verify(): i32 {
    const active = Pool.at(this.active);
    if (!isInMemory(this.active, POOL_HEADER_SIZE)) return broken(RULE_POOL_LIST, changetype<usize>(this));
    if (active && active.state != <u8>POOL_STATE_ACTIVE) return broken(RULE_POOL_LIST, this.active);
    if (!active && this.free) return broken(RULE_POOL_LIST, changetype<usize>(this));
    let previous: usize = 0;
    for (let address = this.first; address; address = Pool.at(address).next) {
      if (!isInMemory(address, POOL_HEADER_SIZE))
        return broken(RULE_POOL_LIST, previous ? previous : changetype<usize>(this));
      const pool = Pool.at(address);
      const isOurs = pool.state == <u8>POOL_STATE_PARTIAL && <u32>pool.sizeClass == this.index;
      if (!isOurs || pool.previous != previous) return broken(RULE_POOL_LIST, address);
      previous = address;
    }
    return this.last == previous ? 0 : broken(RULE_POOL_LIST, changetype<usize>(this));
  }

  /** Partial pools of all classes. O(partial pools). */
  static countPartial(): u32 {
    let count: u32 = 0;
    for (let index: u32 = 0; index < SizeClass.count; index++) {
      for (let address = SizeClass.at(index).first; address; address = Pool.at(address).next) count += 1;
    }
    return count;
  }

  /** Adds a pool at the end of the partial ones. */
  private link(pool: Pool): void {
    const last = this.last;
    pool.next = 0;
    pool.previous = last;
    if (last) Pool.at(last).next = pool.address;
    else this.first = pool.address;
    this.last = pool.address;
  }

  private unlink(pool: Pool): void {
    const next = pool.next;
    const previous = pool.previous;
    if (next) Pool.at(next).previous = previous;
    else this.last = previous;
    if (previous) Pool.at(previous).next = next;
    else this.first = next;
  }
}

if (offsetof<SizeClass>("free") != SIZE_CLASS_FREE) ERROR("layout.ts: SIZE_CLASS_FREE");
if (offsetof<SizeClass>("active") != SIZE_CLASS_ACTIVE) ERROR("layout.ts: SIZE_CLASS_ACTIVE");
if (offsetof<SizeClass>("first") != SIZE_CLASS_FIRST) ERROR("layout.ts: SIZE_CLASS_FIRST");
if (offsetof<SizeClass>("last") != SIZE_CLASS_LAST) ERROR("layout.ts: SIZE_CLASS_LAST");
if (offsetof<SizeClass>("blockSize") != SIZE_CLASS_BLOCK_SIZE) ERROR("layout.ts: SIZE_CLASS_BLOCK_SIZE");
if (<i32>offsetof<SizeClass>() > SIZE_CLASS_SIZE) ERROR("layout.ts: SIZE_CLASS_SIZE");
