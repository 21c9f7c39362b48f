// src/allocator-heap.ts: one Wasm instance, its memory, and allocation on plain numbers.
// Not here: objects (heap.ts), loading the module (core.ts).

import { ALIGNMENT_MAX, ARENA_SIZE, PAGE_COUNT_MAX, PAGE_SIZE, POOL_SIZE } from "../assembly/layout.js";
import { checkBytes, checkOptions, elementCount, isU32 } from "./arguments.js";
import { type CoreExports, instantiateCore } from "./core.js";
import { InvalidArgumentError, MemoryError } from "./errors.js";
import { readCounters } from "./heap-map.js";
import {
  type AllocationTracer,
  Host,
  hasObjects,
  OBJECT_PAGES_MAX,
  settling,
} from "./objects/object-core.js";
import { type HeapStats, readStats } from "./stats.js";
import { createVerifier } from "./verifier.js";
import { type Address, checkRange, type ElementType, MemoryView, outsideOf, WholeMemory } from "./views.js";

export interface HeapOptions {
  /**
   * The most linear memory that the heap may have, in bytes; whole 64-KiB pages count. Default and most: 4 GiB, less
   * 128 KiB if the module has objects.
   */
  readonly maximumBytes?: number;
}

const PAGES_MIN = 1;
const BYTES_MAX = PAGE_COUNT_MAX * PAGE_SIZE;

/** Allocation in one linear memory of its own. Heaps know nothing of each other. */
export class AllocatorHeap {
  /** All of memory, as typed arrays that stay right when it grows: `heap.memory.u8[address]`. */
  readonly memory: WholeMemory;
  /** Most bytes that linear memory may have. */
  readonly maximumBytes: number;

  protected readonly exports: CoreExports;
  protected readonly hostLink = new Host();
  // one property load a call less than through exports; the traced ones while allocations are traced
  #malloc: CoreExports["malloc"];
  #free: CoreExports["free"];
  #calloc: CoreExports["calloc"];
  #realloc: CoreExports["realloc"];
  #alignedAlloc: CoreExports["aligned_alloc"];
  /** Whether every block is traced: by other functions of the core's. */
  #isEveryTraced = false;
  /** Whoever traces a sample of blocks. */
  #sampler: AllocationTracer | undefined;
  #verify: (() => number) | undefined;

  constructor(module: WebAssembly.Module, options: HeapOptions) {
    checkOptions(options);
    const maximumBytes = options.maximumBytes ?? BYTES_MAX;
    let pages = typeof maximumBytes === "number" ? Math.floor(maximumBytes / PAGE_SIZE) : 0;
    if (!(pages >= PAGES_MIN && pages <= PAGE_COUNT_MAX)) {
      throw new InvalidArgumentError("maximumBytes", maximumBytes, `from ${PAGE_SIZE} to ${BYTES_MAX}`);
    }
    const core = instantiateCore(module, this.hostLink.imports);
    if (hasObjects(core)) pages = Math.min(pages, OBJECT_PAGES_MAX);
    core.setPageLimit(pages);
    this.exports = core;
    this.#malloc = hasObjects(core) ? core.host_malloc : core.malloc;
    this.#free = core.free;
    this.#calloc = core.calloc;
    this.#realloc = core.realloc;
    this.#alignedAlloc = core.aligned_alloc;
    this.maximumBytes = pages * PAGE_SIZE;
    this.memory = new WholeMemory(core.memory);
  }

  /**
   * A block of at least `size` bytes, content undefined, owned by the caller until freed. Aligned for any value
   * of its size: a multiple of 8, and of 16 where `size` is.
   *
   * @throws {MemoryError} if there is no room; nothing has changed then.
   * @throws {InvalidArgumentError} if `size` is no integer from 0 to 2^32 - 1.
   */
  malloc(size: number): Address {
    if (!isU32(size)) throw notU32("size", size);
    const address = this.#malloc(size) >>> 0;
    if (address === 0) return this.#mallocAgain(size) >>> 0; // of one representation with the other: a tenth of the time of a call
    return address;
  }

  /** What malloc leaves: blocks that are to be traced as a sample, and a full memory. */
  #mallocAgain(size: number): Address {
    const sampler = this.#sampler;
    sampler?.hold(); // looks at the stack, which has no frames of Wasm here
    const address = sampler === undefined ? 0 : this.exports.malloc(size) >>> 0;
    sampler?.release();
    if (address === 0) throw this.outOfMemory(size);
    return address;
  }

  /** As malloc, for `count` times `size` bytes, all zero. */
  calloc(count: number, size: number): Address {
    if (!isU32(count)) throw notU32("count", count);
    if (!isU32(size)) throw notU32("size", size);
    const address = this.#calloc(count, size) >>> 0;
    if (address === 0) throw this.outOfMemory(count * size);
    return address;
  }

  /**
   * The block at `address` with room for `size` bytes, its content kept as far as both sizes go; moved or not,
   * only the returned address counts. Address 0: malloc. Size 0: a block still.
   *
   * @throws {MemoryError} if there is no room; the block is as it was then.
   * @throws {InvalidPointerError} if no block in use starts at `address`.
   */
  realloc(address: Address, size: number): Address {
    if (!isU32(address)) throw notU32("address", address);
    if (!isU32(size)) throw notU32("size", size);
    const moved = this.#realloc(address, size) >>> 0;
    if (moved === 0) throw this.outOfMemory(size);
    return moved;
  }

  /**
   * Gives a block back. Address 0: nothing.
   *
   * @throws {InvalidPointerError} if no block in use starts at `address`: DoubleFreeError, InteriorPointerError or
   *   ForeignPointerError; nothing has changed then.
   */
  free(address: Address): void {
    if (!isU32(address)) throw notU32("address", address);
    this.#free(address);
  }

  /**
   * As malloc, at a multiple of `alignment`.
   *
   * @param alignment - power of two, up to 64 KiB.
   */
  alignedAlloc(alignment: number, size: number): Address {
    const isPower = isU32(alignment) && alignment !== 0 && (alignment & (alignment - 1)) === 0;
    if (!isPower || alignment > ALIGNMENT_MAX) {
      throw new InvalidArgumentError("alignment", alignment, `a power of two from 1 to ${ALIGNMENT_MAX}`);
    }
    if (!isU32(size)) throw notU32("size", size);
    const address = this.#alignedAlloc(alignment, size) >>> 0;
    if (address === 0) throw this.outOfMemory(size);
    return address;
  }

  /**
   * Bytes that may be used at `address`: at least as many as were asked for. Address 0: 0.
   *
   * @throws {InvalidPointerError} if no block in use starts at `address`.
   */
  usableSize(address: Address): number {
    if (!isU32(address)) throw notU32("address", address);
    return this.exports.usable_size(address) >>> 0;
  }

  /** `count` elements at `address`, in a view that survives growth. Borrowed: freeing the block doesn't end it. */
  view<Type extends ElementType>(type: Type, address: Address, count: number): MemoryView<Type> {
    return new MemoryView(this.memory.memory, type, address, count);
  }

  /** Copies bytes into memory. @throws {InvalidArgumentError} if they would leave it. */
  writeBytes(address: Address, bytes: Uint8Array): void {
    checkBytes("bytes", bytes);
    checkRange(this.memory.memory, address, elementCount(bytes));
    this.memory.u8.set(bytes, address);
  }

  /** A copy of `length` bytes of memory. @throws {InvalidArgumentError} if they are not all in it. */
  readBytes(address: Address, length: number): Uint8Array<ArrayBuffer> {
    checkRange(this.memory.memory, address, length);
    return new Uint8Array(this.memory.u8.subarray(address, address + length));
  }

  /** A new block with a copy of `bytes`. @throws {MemoryError} if there is no room. */
  mallocBytes(bytes: Uint8Array): Address {
    checkBytes("bytes", bytes);
    const content = outsideOf(this.memory.memory, bytes);
    const address = this.malloc(elementCount(content));
    this.memory.u8.set(content, address);
    return address;
  }

  /** A new block with `text` in UTF-8, no terminator. @throws {MemoryError} if there is no room. */
  mallocString(text: string): { address: Address; byteLength: number } {
    if (typeof text !== "string") throw new InvalidArgumentError("text", text, "a string");
    const bytes = new TextEncoder().encode(text);
    return { address: this.mallocBytes(bytes), byteLength: bytes.length };
  }

  /** The string that `byteLength` bytes of UTF-8 spell. @throws {InvalidArgumentError} if they leave memory. */
  readString(address: Address, byteLength: number): string {
    // a copy first: TextDecoder refuses views of resizable memory
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(this.readBytes(address, byteLength));
  }

  /** What memory is used for. O(heap). */
  stats(): HeapStats {
    return readStats(this.memory.memory);
  }

  /** Walks the whole heap. @throws {CorruptHeapError} naming the first broken rule, and where. */
  verify(): void {
    this.countOutsideReferences();
  }

  /** @internal As verify. @returns references to containers, immortal ones aside, that no object holds. */
  countOutsideReferences(): number {
    this.#verify ??= createVerifier(this.memory.memory);
    return this.#verify();
  }

  /** @internal Has raw blocks traced, or not: calls are as fast as ever while they aren't. */
  traceRaw(tracer: AllocationTracer | undefined): void {
    const { exports: core } = this;
    if (!hasObjects(core)) return;
    const isEvery = tracer?.isSampling === false;
    this.#sampler = isEvery ? undefined : tracer;
    if (isEvery === this.#isEveryTraced) return; // engines call faster what was never assigned again
    this.#isEveryTraced = isEvery;
    this.#malloc = isEvery ? settling(core.traced_malloc, tracer) : core.host_malloc;
    this.#calloc = isEvery ? settling(core.traced_calloc, tracer) : core.calloc;
    this.#realloc = isEvery ? settling(core.traced_realloc, tracer) : core.realloc;
    this.#alignedAlloc = isEvery ? settling(core.traced_aligned_alloc, tracer) : core.aligned_alloc;
    this.#free = isEvery ? core.traced_free : core.free;
  }

  /** @internal The error to throw where `size` bytes can't be had. */
  outOfMemory(size: number): MemoryError {
    const { poolsInUse, widePoolsInUse, largeBytes } = readCounters(this.memory.memory);
    const usedBytes = poolsInUse * POOL_SIZE + widePoolsInUse * ARENA_SIZE + largeBytes;
    return new MemoryError(size, usedBytes, this.maximumBytes);
  }
}

/** @throws {InvalidArgumentError} unless the value can be an address, or a size. */
export function checkU32(argument: string, value: unknown): void {
  if (!isU32(value)) throw notU32(argument, value);
}

function notU32(argument: string, value: unknown): InvalidArgumentError {
  return new InvalidArgumentError(argument, value, "an integer from 0 to 4294967295");
}
