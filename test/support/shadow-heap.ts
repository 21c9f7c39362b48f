// test/support/shadow-heap.ts: a heap and, beside it, what must be true of it: every live block with its pattern.
// Each call is made on the heap, checked, and remembered. Not here: which calls are made (program.ts).

import {
  ALIGNMENT,
  CHUNK_ALIGNMENT,
  CHUNK_HEADER_SIZE,
  HEAP_ADDRESS,
  SMALL_REQUEST_MAX,
} from "../../assembly/layout.js";
import type { Heap } from "../../src/heap.js";
import { firstDamage, firstNonZero, patternStart, writePattern } from "../../src/lab/pattern.js";

/** One live block. */
export interface ShadowBlock {
  address: number;
  /** Bytes asked for. */
  size: number;
  /** Bytes that may be used. */
  usableSize: number;
  /** Where its pattern starts. */
  start: number;
}

export class ShadowHeap {
  /** Live blocks in address order. */
  readonly blocks: ShadowBlock[] = [];
  #births = 0;
  #bytes = Buffer.alloc(0);
  readonly #ballast: number[];

  /** @param ballastBytes - taken first, never written nor freed: all other blocks lie behind it. */
  constructor(
    readonly heap: Heap,
    ballastBytes = 0,
  ) {
    this.#ballast = ballastBytes > 0 ? [heap.malloc(ballastBytes)] : [];
  }

  malloc(size: number): ShadowBlock {
    return this.#born(this.heap.malloc(size), size, alignmentOf(size));
  }

  calloc(count: number, size: number): ShadowBlock {
    const address = this.heap.calloc(count, size);
    const dirty = firstNonZero(this.#memory(), address, count * size);
    must(dirty < 0, address, `calloc left byte ${dirty} of ${count * size} not zero`);
    return this.#born(address, count * size, alignmentOf(count * size));
  }

  alignedAlloc(alignment: number, size: number): ShadowBlock {
    return this.#born(this.heap.alignedAlloc(alignment, size), size, alignment);
  }

  realloc(block: ShadowBlock, size: number): ShadowBlock {
    const { start } = block;
    const kept = Math.min(block.size, size);
    const address = this.heap.realloc(block.address, size);
    this.#forget(block);
    const damage = firstDamage(this.#memory(), address, kept, start);
    must(damage < 0, address, `realloc from ${block.size} to ${size} lost its contents at byte ${damage}`);
    return this.#born(address, size, ALIGNMENT);
  }

  free(block: ShadowBlock): void {
    this.checkContents(block);
    this.#forget(block);
    this.heap.free(block.address);
  }

  freeAll(): void {
    while (this.blocks.length > 0) this.free(this.blocks.at(-1)!);
  }

  /** The block is as it was written, and still as large. */
  checkContents(block: ShadowBlock): void {
    const damage = firstDamage(this.#memory(), block.address, block.size, block.start);
    must(damage < 0, block.address, `byte ${damage} of ${block.size} changed while the block was live`);
  }

  /** All that must hold of the whole heap. O(heap). */
  check(): void {
    this.heap.verify();
    for (const block of this.blocks) {
      this.checkContents(block);
      must(
        this.heap.usableSize(block.address) === block.usableSize,
        block.address,
        `usableSize changed from ${block.usableSize}`,
      );
    }
    this.checkConservation();
  }

  /** Every byte of memory and every live block is counted exactly once. O(heap). */
  checkConservation(): void {
    const { bytes, footprintBytes, classes, large } = this.heap.stats();
    const sum = Object.values(bytes).reduce((sum: number, part: number) => sum + part, 0);
    must(sum === footprintBytes, 0, `bytes by use are ${sum} together, memory is ${footprintBytes}`);
    const used = classes.reduce((sum, { usedBlocks }) => sum + usedBlocks, large.blocks);
    const live = this.blocks.length + this.#ballast.length;
    must(used === live, 0, `${used} blocks counted, ${live} are live`);
    const ballast = this.#ballast.reduce((sum, address) => sum + this.heap.usableSize(address), 0);
    const usable = this.blocks.reduce((sum, block) => sum + block.usableSize, ballast);
    const usedBytes = bytes.usedBlocks + bytes.largeBlocks;
    must(usable === usedBytes, 0, `${usedBytes} bytes counted in blocks, ${usable} are in live ones`);
  }

  /** Checks a block that was handed out, and fills it. */
  #born(address: number, size: number, alignment: number): ShadowBlock {
    must(address % alignment === 0, address, `not aligned to ${alignment} bytes, size ${size}`);
    const usableSize = this.heap.usableSize(address);
    must(usableSize >= size, address, `only ${usableSize} of ${size} bytes usable`);
    must(address >= HEAP_ADDRESS + CHUNK_HEADER_SIZE, address, "below the heap");
    const memory = this.#memory();
    must(address + usableSize <= memory.length, address, `its ${usableSize} bytes leave memory`);
    const index = this.#firstFrom(address);
    const before = this.blocks[index - 1];
    const after = this.blocks[index];
    must(!before || before.address + before.usableSize <= address, address, "overlaps the block before");
    must(!after || address + usableSize <= after.address, address, "overlaps the block after");
    this.#births += 1;
    const block = { address, size, usableSize, start: patternStart(address, this.#births) };
    writePattern(memory, address, 0, size, block.start);
    this.blocks.splice(index, 0, block);
    // whoever lies next to it is hurt first
    if (before) this.checkContents(before);
    if (after) this.checkContents(after);
    return block;
  }

  #forget(block: ShadowBlock): void {
    const index = this.#firstFrom(block.address);
    must(this.blocks[index] === block, block.address, "the test itself forgot this block");
    this.blocks.splice(index, 1);
  }

  /** Index of the first live block at or after `address`. */
  #firstFrom(address: number): number {
    let low = 0;
    let high = this.blocks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.blocks[middle]!.address < address) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #memory(): Buffer {
    const { buffer } = this.heap.memory.memory;
    if (this.#bytes.buffer !== buffer) this.#bytes = Buffer.from(buffer);
    return this.#bytes;
  }
}

/** What malloc promises of a block of `size` bytes. */
export function alignmentOf(size: number): number {
  const rounded = Math.ceil(Math.max(size, 1) / ALIGNMENT) * ALIGNMENT;
  return size > SMALL_REQUEST_MAX || rounded % CHUNK_ALIGNMENT === 0 ? CHUNK_ALIGNMENT : ALIGNMENT;
}

function must(holds: boolean, address: number, what: string): void {
  if (!holds) throw new Error(`block 0x${address.toString(16)}: ${what}`);
}
