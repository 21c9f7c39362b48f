// src/lab/occupied-bytes.ts: which bytes of a memory belong to a live block: one bit each, made where needed.

const PAGE_SIZE_LOG2 = 16;
const PAGE_SIZE = 1 << PAGE_SIZE_LOG2;
const WORD_BITS = 32;

/** A set of byte addresses up to 4 GiB. Costs an eighth of the pages ever claimed. */
export class OccupiedBytes {
  /** u32[PAGE_SIZE / WORD_BITS] by page index. */
  private readonly pages: (Uint32Array | undefined)[] = [];

  /** The first byte of the range that is occupied already, or -1. O(size). */
  firstOccupied(address: number, size: number): number {
    return this.walk(address, size, (page, word, mask) => {
      const taken = page[word]! & mask;
      return taken === 0 ? -1 : Math.clz32(taken & -taken) ^ (WORD_BITS - 1);
    });
  }

  /** Adds a range. O(size). */
  claim(address: number, size: number): void {
    this.walk(address, size, (page, word, mask) => {
      page[word]! |= mask;
      return -1;
    });
  }

  /** Removes a range. O(size). */
  release(address: number, size: number): void {
    this.walk(address, size, (page, word, mask) => {
      page[word]! &= ~mask;
      return -1;
    });
  }

  /** Visits the words of a range until one gives a bit; returns that bit's address, or -1. */
  private walk(
    address: number,
    size: number,
    visit: (page: Uint32Array, word: number, mask: number) => number,
  ): number {
    const end = address + size;
    for (let at = address; at < end; ) {
      const pageIndex = Math.floor(at / PAGE_SIZE);
      const page = this.pageAt(pageIndex);
      const offset = at % PAGE_SIZE;
      const word = offset >>> 5;
      const firstBit = offset % WORD_BITS;
      const bits = Math.min(WORD_BITS - firstBit, end - at);
      const bit = visit(page, word, bits === WORD_BITS ? -1 : ((1 << bits) - 1) << firstBit);
      if (bit >= 0) return at - firstBit + bit;
      at += bits;
    }
    return -1;
  }

  private pageAt(index: number): Uint32Array {
    let page = this.pages[index];
    if (page === undefined) {
      page = new Uint32Array(PAGE_SIZE / WORD_BITS);
      this.pages[index] = page;
    }
    return page;
  }
}
