// assembly/pool.ts: one POOL_SIZE page cut into equal blocks of one size class.
// Not here: choosing a pool (size-class.ts), where pools come from (arena.ts).
// Source: CPython Objects/obmalloc.c, pymalloc pools; the two lists are mimalloc's (Leijen, Zorn, de Moura 2019).

import {
  ARENA_FOOTER,
  ARENA_SIZE,
  BLOCK_FREE,
  BLOCK_KIND_ATOMIC,
  BLOCK_KIND_CONTAINER,
  BLOCK_MARK,
  BLOCK_NEXT,
  CHUNK_HEADER_SIZE,
  KIND_CLASS_COUNT,
  KIND_POOL_HEADER_SIZE,
  POOL_BLOCK_SIZE,
  POOL_BOUND,
  POOL_BUFFER_BOUND,
  POOL_CAPACITY,
  POOL_CLASS,
  POOL_COUNTDOWN,
  POOL_FIRST,
  POOL_HEADER_SIZE,
  POOL_INVERSE,
  POOL_NEXT,
  POOL_OBJECT_BOUND,
  POOL_PREVIOUS,
  POOL_RETURNED,
  POOL_SIZE,
  POOL_STATE,
  RAW_CLASS_COUNT,
  RULE_BLOCK_LINK,
} from "./layout";
import { broken } from "./rule";

/** A free block; drawn in layout.ts. */
@unmanaged
export class Block {
  mark: u32;
  next: usize;

  @inline static at(address: usize): Block {
    return changetype<Block>(address);
  }
}

if (offsetof<Block>("mark") != BLOCK_MARK) ERROR("layout.ts: BLOCK_MARK");
if (offsetof<Block>("next") != BLOCK_NEXT) ERROR("layout.ts: BLOCK_NEXT");

/** Header at the pool's start; drawn in layout.ts. */
@unmanaged
export class Pool {
  /** Blocks given back since the pool's free blocks were last collected. */
  returned: usize;
  /** Gives until somebody has to look: see the states in size-class.ts. */
  countdown: i32;
  sizeClass: u8;
  /** POOL_STATE_. */
  state: u8;
  /** Blocks that fit; fewer in an arena's last pool, which the arena's footer shortens, more in a wide pool. */
  capacity: u16;
  /** See isBlock. */
  inverse: u32;
  /** See isBlock; 0 in a free pool, and in one of another kind than raw. */
  bound: u32;
  next: usize;
  previous: usize;
  /** Offset of the first block: as aligned as the block size is. */
  first: u16;
  /** Bytes a block. */
  blockSize: u16;
  /** As bound, in a pool of objects; like the next part of the first block in a raw pool. */
  objectBound: u32;
  /** As bound, in a pool of buffers. */
  bufferBound: u32;

  @inline static at(address: usize): Pool {
    return changetype<Pool>(address);
  }

  @inline get address(): usize {
    return changetype<usize>(this);
  }

  /**
   * Whether a block starts at `block`, which lies in this pool: one product tells position and limits at once.
   *
   * With inverse = floor(2^32 / blockSize) + 1 and excess = inverse * blockSize - 2^32, which is at least 1, an
   * offset of q blocks times inverse is q * excess modulo 2^32, and bound = capacity * excess is below inverse.
   * Any offset between two blocks gives at least inverse, and one before the first block almost 2^32.
   * After D. Lemire, O. Kaser, N. Kurz, "Faster remainder by direct computation", 2019.
   */
  @inline isBlock(block: usize): bool {
    return (u32(block - this.address) - this.first) * this.inverse < this.bound;
  }

  /** As isBlock, and whether the block is an object's own, or was. */
  @inline isObjectBlock(block: usize): bool {
    return (u32(block - this.address) - this.first) * this.inverse < this.objectBound;
  }

  /** Whether malloc's blocks are in it: those of all other kinds are parts of objects. */
  @inline get isRaw(): bool {
    return this.sizeClass < <u8>RAW_CLASS_COUNT;
  }

  /** Whether container objects are in it: what the collector walks. */
  @inline get isOfContainers(): bool {
    return <u32>this.sizeClass - RAW_CLASS_COUNT < <u32>(BLOCK_KIND_CONTAINER * KIND_CLASS_COUNT);
  }

  @inline private get isOfBuffers(): bool {
    return this.sizeClass >= <u8>(RAW_CLASS_COUNT + BLOCK_KIND_ATOMIC * KIND_CLASS_COUNT);
  }

  /** Writes the bound where the pool's kind has it. */
  private setBound(bound: u32): void {
    this.bound = this.isRaw ? bound : 0;
    if (this.isRaw) return;
    this.objectBound = this.isOfBuffers ? 0 : bound;
    this.bufferBound = this.isOfBuffers ? bound : 0;
  }

  /** Whether `bound` is written where the pool's kind has it, and nowhere else. */
  hasBound(bound: u32): bool {
    if (this.isRaw) return this.bound == bound;
    return (
      !this.bound &&
      this.objectBound == (this.isOfBuffers ? 0 : bound) &&
      this.bufferBound == (this.isOfBuffers ? bound : 0)
    );
  }

  /** Whether a block of the pool's kind starts at `block`. */
  private isAnyBlock(block: usize): bool {
    const bound = this.isRaw ? this.bound : this.objectBound | this.bufferBound;
    return (u32(block - this.address) - this.first) * this.inverse < bound;
  }

  @inline static inverseOf(blockSize: u32): u32 {
    return <u32>(((<u64>1) << 32) / <u64>blockSize) + 1;
  }

  @inline static boundOf(blockSize: u32, capacity: u32): u32 {
    return capacity * (Pool.inverseOf(blockSize) * blockSize);
  }

  @inline static firstOf(blockSize: u32, isRaw: bool): u32 {
    if (!isRaw) return KIND_POOL_HEADER_SIZE;
    const alignment: u32 = 1 << ctz(blockSize);
    return (<u32>POOL_HEADER_SIZE + alignment - 1) & -alignment;
  }

  /** Blocks that fit into the pool at `pool`. */
  static capacityOf(pool: usize, blockSize: u32, isRaw: bool, isWide: bool): u32 {
    const end = isWide
      ? <u32>(ARENA_SIZE - CHUNK_HEADER_SIZE) // its last bytes are the next chunk's header
      : min<u32>(POOL_SIZE, ARENA_FOOTER - <u32>(pool & (ARENA_SIZE - 1)));
    return (end - Pool.firstOf(blockSize, isRaw)) / blockSize;
  }

  /** Makes the pool one of free blocks of `sizeClass`, all of them linked as returned. O(capacity). */
  prepare(sizeClass: u32, blockSize: u32, isWide: bool): void {
    this.sizeClass = <u8>sizeClass;
    const isRaw = this.isRaw;
    const capacity = Pool.capacityOf(this.address, blockSize, isRaw, isWide);
    const first = Pool.firstOf(blockSize, isRaw);
    this.capacity = <u16>capacity;
    this.inverse = Pool.inverseOf(blockSize);
    this.setBound(Pool.boundOf(blockSize, capacity));
    this.first = <u16>first;
    this.blockSize = <u16>blockSize;
    let block = this.address + first;
    this.returned = block;
    for (let left = capacity; left > 1; left--) {
      const next = block + blockSize;
      Block.at(block).mark = BLOCK_FREE;
      Block.at(block).next = next;
      block = next;
    }
    Block.at(block).mark = BLOCK_FREE;
    Block.at(block).next = 0;
  }

  /** Blocks of a list, each a marked block of this pool; -1, and RULE_BLOCK_LINK told, if not. O(length). */
  verifyList(list: usize): i32 {
    let length = 0;
    for (let block = list; block; block = Block.at(block).next) {
      const isNear = block - this.address < <usize>ARENA_SIZE; // farther off, isBlock's product would wrap
      if (
        !isNear ||
        !this.isAnyBlock(block) ||
        Block.at(block).mark != BLOCK_FREE ||
        length == this.capacity
      ) {
        broken(RULE_BLOCK_LINK, block);
        return -1;
      }
      length += 1;
    }
    return length;
  }
}

if (offsetof<Pool>("returned") != POOL_RETURNED) ERROR("layout.ts: POOL_RETURNED");
if (offsetof<Pool>("countdown") != POOL_COUNTDOWN) ERROR("layout.ts: POOL_COUNTDOWN");
if (offsetof<Pool>("sizeClass") != POOL_CLASS) ERROR("layout.ts: POOL_CLASS");
if (offsetof<Pool>("state") != POOL_STATE) ERROR("layout.ts: POOL_STATE");
if (offsetof<Pool>("capacity") != POOL_CAPACITY) ERROR("layout.ts: POOL_CAPACITY");
if (offsetof<Pool>("inverse") != POOL_INVERSE) ERROR("layout.ts: POOL_INVERSE");
if (offsetof<Pool>("bound") != POOL_BOUND) ERROR("layout.ts: POOL_BOUND");
if (offsetof<Pool>("next") != POOL_NEXT) ERROR("layout.ts: POOL_NEXT");
if (offsetof<Pool>("previous") != POOL_PREVIOUS) ERROR("layout.ts: POOL_PREVIOUS");
if (offsetof<Pool>("first") != POOL_FIRST) ERROR("layout.ts: POOL_FIRST");
if (offsetof<Pool>("blockSize") != POOL_BLOCK_SIZE) ERROR("layout.ts: POOL_BLOCK_SIZE");
if (offsetof<Pool>("objectBound") != POOL_OBJECT_BOUND) ERROR("layout.ts: POOL_OBJECT_BOUND");
if (offsetof<Pool>("bufferBound") != POOL_BUFFER_BOUND) ERROR("layout.ts: POOL_BUFFER_BOUND");
if (POOL_OBJECT_BOUND != POOL_HEADER_SIZE) ERROR("layout.ts: POOL_HEADER_SIZE");
if (offsetof<Pool>() != KIND_POOL_HEADER_SIZE) ERROR("layout.ts: KIND_POOL_HEADER_SIZE");
