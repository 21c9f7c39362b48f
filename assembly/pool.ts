// One POOL_SIZE page cut into equal blocks of one size class.
// Not here: choosing a pool (size-class.ts), where pools come from (arena.ts).
// Source: CPython Objects/obmalloc.c, pymalloc pools; the two lists are mimalloc's (Leijen, Zorn, de Moura 2019).

import {
  ARENA_FOOTER,
  ARENA_SIZE,
  BLOCK_FREE,
  BLOCK_MARK,
  BLOCK_NEXT,
  POOL_BLOCK_SIZE,
  POOL_CAPACITY,
  POOL_CARVE_SIZE,
  POOL_CARVED,
  POOL_CLASS,
  POOL_COUNTDOWN,
  POOL_FIRST,
  POOL_HEADER_SIZE,
  POOL_INVERSE,
  POOL_NEXT,
  POOL_PREVIOUS,
  POOL_RETURNED,
  POOL_SIZE,
  POOL_STATE,
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
  /** Blocks that fit; fewer in an arena's last pool, which the arena's footer shortens. */
  capacity: u16;
  /** ceil(2^32 / blockSize): a multiple of blockSize times this, modulo 2^32, is below it. */
  inverse: u32;
  next: usize;
  previous: usize;
  /** Bytes of blocks that were ever linked, from `first` on. */
  carved: u32;
  /** Offset of the first block: as aligned as the block size is. */
  first: u16;
  /** Bytes a block. */
  blockSize: u16;

  /** The pool that a block belongs to. */
  @inline static of(block: usize): Pool {
    return changetype<Pool>(block & ~(POOL_SIZE - 1));
  }

  @inline static at(address: usize): Pool {
    return changetype<Pool>(address);
  }

  @inline get address(): usize {
    return changetype<usize>(this);
  }

  /**
   * Whether a block starts at `block`, which lies in this pool's page.
   * Source: D. Lemire, O. Kaser, N. Kurz, "Faster remainder by direct computation", 2019.
   */
  @inline isBlock(block: usize): bool {
    const offset = <u32>(block - this.address) - this.first;
    return (i32(offset * this.inverse < this.inverse) & i32(offset < this.carved)) != 0;
  }

  /** Makes the page an empty pool of `sizeClass`, nothing carved. */
  prepare(sizeClass: u32, blockSize: u32): void {
    this.returned = 0;
    this.sizeClass = <u8>sizeClass;
    this.inverse = Pool.inverseOf(blockSize);
    this.carved = 0;
    this.first = <u16>Pool.firstOf(blockSize);
    this.blockSize = <u16>blockSize;
    this.capacity = Pool.capacityOf(this.address, blockSize);
  }

  @inline static inverseOf(blockSize: u32): u32 {
    return u32.MAX_VALUE / blockSize + 1;
  }

  @inline static firstOf(blockSize: u32): u32 {
    const alignment: u32 = 1 << ctz(blockSize);
    return (<u32>POOL_HEADER_SIZE + alignment - 1) & -alignment;
  }

  static capacityOf(pool: usize, blockSize: u32): u16 {
    const end = min<u32>(POOL_SIZE, ARENA_FOOTER - <u32>(pool & (ARENA_SIZE - 1)));
    return <u16>((end - Pool.firstOf(blockSize)) / blockSize);
  }

  /** Blocks of a list, each a marked block of this pool; -1, and RULE_BLOCK_LINK told, if not. O(length). */
  verifyList(list: usize): i32 {
    let length = 0;
    for (let block = list; block; block = Block.at(block).next) {
      const isOurs = (block & ~(POOL_SIZE - 1)) == this.address && this.isBlock(block);
      if (!isOurs || Block.at(block).mark != BLOCK_FREE || length == this.capacity) {
        broken(RULE_BLOCK_LINK, block);
        return -1;
      }
      length += 1;
    }
    return length;
  }

  /** Links up to POOL_CARVE_SIZE bytes of blocks never used before; 0 when all are carved. Owned by the caller. */
  carve(): usize {
    const blockSize = <u32>this.blockSize;
    const left = <u32>this.capacity - this.carved / blockSize;
    if (!left) return 0;
    const count = min<u32>(left, max<u32>(POOL_CARVE_SIZE / blockSize, 1));
    const start = this.address + this.first + this.carved;
    let last = start;
    for (let i: u32 = 1; i < count; i++) {
      const block = Block.at(last);
      last += blockSize;
      block.mark = BLOCK_FREE;
      block.next = last;
    }
    Block.at(last).mark = BLOCK_FREE;
    Block.at(last).next = 0;
    this.carved += count * blockSize;
    return start;
  }
}

if (offsetof<Pool>("returned") != POOL_RETURNED) ERROR("layout.ts: POOL_RETURNED");
if (offsetof<Pool>("countdown") != POOL_COUNTDOWN) ERROR("layout.ts: POOL_COUNTDOWN");
if (offsetof<Pool>("sizeClass") != POOL_CLASS) ERROR("layout.ts: POOL_CLASS");
if (offsetof<Pool>("state") != POOL_STATE) ERROR("layout.ts: POOL_STATE");
if (offsetof<Pool>("capacity") != POOL_CAPACITY) ERROR("layout.ts: POOL_CAPACITY");
if (offsetof<Pool>("inverse") != POOL_INVERSE) ERROR("layout.ts: POOL_INVERSE");
if (offsetof<Pool>("next") != POOL_NEXT) ERROR("layout.ts: POOL_NEXT");
if (offsetof<Pool>("previous") != POOL_PREVIOUS) ERROR("layout.ts: POOL_PREVIOUS");
if (offsetof<Pool>("carved") != POOL_CARVED) ERROR("layout.ts: POOL_CARVED");
if (offsetof<Pool>("first") != POOL_FIRST) ERROR("layout.ts: POOL_FIRST");
if (offsetof<Pool>("blockSize") != POOL_BLOCK_SIZE) ERROR("layout.ts: POOL_BLOCK_SIZE");
if (offsetof<Pool>() != POOL_HEADER_SIZE) ERROR("layout.ts: POOL_HEADER_SIZE");
