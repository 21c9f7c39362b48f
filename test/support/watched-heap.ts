// test/support/watched-heap.ts: any Wasm module with C's allocation functions, each call checked: blocks apart, aligned, as large as asked for, and intact.
// Not here: the core's own heap, of which more can be told (shadow-heap.ts).

import { OccupiedBytes } from "../../src/lab/occupied-bytes.js";
import { firstDamage, firstNonZero, patternStart, writePattern } from "../../src/lab/pattern.js";
import { standIns } from "../../src/lab/wasm-imports.js";

/** What a module exports, C's signatures. Addresses are wasm's i32, signed. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  malloc(size: number): number;
  calloc(count: number, size: number): number;
  realloc(address: number, size: number): number;
  free(address: number): void;
  aligned_alloc?(alignment: number, size: number): number;
  usable_size?(address: number): number;
  malloc_usable_size?(address: number): number;
  _initialize?(): void;
}

/** One live block. */
export interface WatchedBlock {
  /** Unsigned. */
  readonly address: number;
  /** Bytes asked for. */
  readonly size: number;
  readonly usableSize: number;
  /** Where its pattern starts. */
  readonly start: number;
}

export interface WatchedHeapOptions {
  /** Bytes. What malloc aligns a block to; one of fewer bytes only to its own size, rounded down to a power of two. */
  readonly alignment: number;
  /** Calls may return 0: then nothing may have changed. */
  readonly mayFail?: boolean;
}

/** A fresh heap. Live blocks hold a pattern each. */
export class WatchedHeap {
  readonly blocks: WatchedBlock[] = [];
  /** Calls that returned 0. */
  failures = 0;
  readonly exports: Exports;
  readonly #occupied = new OccupiedBytes();
  #bytes = Buffer.alloc(0);
  #births = 0;

  constructor(
    wasm: Uint8Array<ArrayBuffer>,
    readonly options: WatchedHeapOptions,
  ) {
    const instance = new WebAssembly.Instance(new WebAssembly.Module(wasm), standIns(wasm).imports);
    this.exports = instance.exports as unknown as Exports;
    this.exports._initialize?.();
  }

  get footprintBytes(): number {
    return this.exports.memory.buffer.byteLength;
  }

  malloc(size: number): WatchedBlock | undefined {
    return this.#born(this.exports.malloc(size), size, this.options.alignment);
  }

  calloc(count: number, size: number): WatchedBlock | undefined {
    const address = this.exports.calloc(count, size) >>> 0;
    const dirty = address === 0 ? -1 : firstNonZero(this.#memory(), address, count * size);
    must(dirty < 0, address, `calloc left byte ${dirty} of ${count * size} not zero`);
    return this.#born(address, count * size, this.options.alignment);
  }

  /** Where the module has none, malloc. Sizes are multiples of the alignment, as C11 wants it, and not 0, for which 0 may be returned; alignments are a pointer's at least, as POSIX wants it. */
  alignedAlloc(wantedAlignment: number, size: number): WatchedBlock | undefined {
    const alignment = Math.max(wantedAlignment, Uint32Array.BYTES_PER_ELEMENT);
    if (this.exports.aligned_alloc === undefined) return this.malloc(size);
    const rounded = Math.ceil(Math.max(size, 1) / alignment) * alignment;
    return this.#born(this.exports.aligned_alloc(alignment, rounded), rounded, alignment);
  }

  /** To size 0, which C leaves open, is to 1. */
  realloc(block: WatchedBlock, newSize: number): WatchedBlock | undefined {
    const size = Math.max(newSize, 1);
    this.checkContents(block);
    const address = this.exports.realloc(block.address | 0, size) >>> 0;
    if (address === 0) {
      this.#fail(`realloc from ${block.size} to ${size}`);
      this.checkContents(block);
      return undefined;
    }
    this.#forget(block);
    const damage = firstDamage(this.#memory(), address, Math.min(block.size, size), block.start);
    must(damage < 0, address, `realloc from ${block.size} to ${size} lost its contents at byte ${damage}`);
    return this.#born(address, size, this.options.alignment);
  }

  free(block: WatchedBlock): void {
    this.checkContents(block);
    this.#forget(block);
    this.exports.free(block.address | 0);
  }

  freeAll(): void {
    while (this.blocks.length > 0) this.free(this.blocks.at(-1)!);
  }

  /** Every live block is as it was written. */
  check(): void {
    for (const block of this.blocks) this.checkContents(block);
  }

  checkContents(block: WatchedBlock): void {
    const damage = firstDamage(this.#memory(), block.address, block.size, block.start);
    must(damage < 0, block.address, `byte ${damage} of ${block.size} changed while the block was live`);
    const usableSize = this.#usableSize(block.address, block.size);
    must(usableSize >= block.size, block.address, `of its ${block.size} bytes, ${usableSize} are usable now`);
  }

  #usableSize(address: number, size: number): number {
    const { usable_size, malloc_usable_size } = this.exports;
    const call = usable_size ?? malloc_usable_size;
    return call === undefined ? size : call(address | 0) >>> 0;
  }

  /** Checks a block that was handed out, and fills it. */
  #born(signedAddress: number, size: number, alignment: number): WatchedBlock | undefined {
    const address = signedAddress >>> 0;
    if (address === 0) {
      this.#fail(`${size} bytes, aligned to ${alignment}`);
      return undefined;
    }
    const isNarrow = alignment <= this.options.alignment && size < alignment;
    must(isNarrow || address % alignment === 0, address, `not aligned to ${alignment} bytes, size ${size}`);
    const usableSize = this.#usableSize(address, size);
    must(usableSize >= size, address, `only ${usableSize} of ${size} bytes usable`);
    const covered = Math.max(usableSize, 1);
    const memory = this.#memory();
    must(address + usableSize <= memory.length, address, `its ${usableSize} bytes leave memory`);
    const shared = this.#occupied.firstOccupied(address, covered);
    must(shared < 0, address, `its ${usableSize} bytes overlap a live block's at 0x${shared.toString(16)}`);
    this.#occupied.claim(address, covered);
    this.#births += 1;
    const block = { address, size, usableSize, start: patternStart(address, this.#births) };
    writePattern(memory, address, 0, size, block.start);
    this.blocks.push(block);
    return block;
  }

  #forget(block: WatchedBlock): void {
    this.blocks.splice(this.blocks.indexOf(block), 1);
    this.#occupied.release(block.address, Math.max(block.usableSize, 1));
  }

  #fail(what: string): void {
    must(this.options.mayFail === true, 0, `${what}: 0 returned`);
    this.failures += 1;
  }

  #memory(): Buffer {
    const { buffer } = this.exports.memory;
    if (this.#bytes.buffer !== buffer) this.#bytes = Buffer.from(buffer);
    return this.#bytes;
  }
}

function must(holds: boolean, address: number, what: string): void {
  if (!holds) throw new Error(`block 0x${address.toString(16)}: ${what}`);
}
