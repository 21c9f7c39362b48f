// src/heap-map.ts: the only reader of the allocator's raw structures: chunks, arenas, pools, classes, counters. For statistics, tools, tests.
// Reads are copies of the moment; nothing here writes.

import {
  ARENA_FOOTER,
  ARENA_FREE_POOLS,
  ARENA_SIZE,
  BLOCK_FREE,
  BLOCK_KIND_ATOMIC,
  BLOCK_KIND_BUFFER,
  BLOCK_KIND_CONTAINER,
  BLOCK_KIND_RAW,
  BLOCK_MARK,
  BLOCK_NEXT,
  CHUNK_ARENA,
  CHUNK_ATOMIC,
  CHUNK_CONTAINER,
  CHUNK_FLAGS_MASK,
  CHUNK_HEADER_SIZE,
  CHUNK_IN_USE,
  CHUNK_SIZE_AND_FLAGS,
  CHUNK_USE_MASK,
  COUNTER_ARENAS_HIGHWATER,
  COUNTER_ARENAS_IN_USE,
  COUNTER_ARENAS_TOTAL,
  COUNTER_GROW_CALLS,
  COUNTER_LARGE_BLOCKS,
  COUNTER_LARGE_BYTES,
  COUNTER_POOLS_IN_USE,
  COUNTER_WIDE_POOLS_IN_USE,
  COUNTERS_ADDRESS,
  HEAP_ADDRESS,
  KIND_CLASS_COUNT,
  KIND_CLASSES_ADDRESS,
  POOL_BLOCK_SIZE,
  POOL_CAPACITY,
  POOL_CLASS,
  POOL_COUNTDOWN,
  POOL_FIRST,
  POOL_RETURNED,
  POOL_SIZE,
  POOL_STATE,
  POOL_STATE_ACTIVE,
  POOL_STATE_FREE,
  POOL_STATE_FULL,
  POOLS_PER_ARENA,
  RAW_CLASS_COUNT,
  SENTINEL_ADDRESS,
  SIZE_CLASS_BLOCK_SIZE,
  SIZE_CLASS_COUNT,
  SIZE_CLASS_FREE,
  SIZE_CLASS_SIZE,
  SIZE_CLASSES_ADDRESS,
  TOP_ADDRESS,
  WIDE_ADDRESS,
} from "../assembly/layout.js";
import { OBJECT_REFCOUNT, REFCOUNT_ALIVE_MAX } from "../assembly/object-layout.js";
import { CorruptHeapError } from "./errors.js";

/** An arena's byte address. Branded: a pool's or block's address can't pass for it. */
export type ArenaAddress = number & { readonly brand: "ArenaAddress" };
/** A pool's byte address. */
export type PoolAddress = number & { readonly brand: "PoolAddress" };

/** One stretch of the heap; all of them together are all memory from HEAP_ADDRESS to the sentinel. */
export interface ChunkState {
  readonly address: number;
  /** Bytes, header included. */
  readonly size: number;
  readonly kind: "large" | "arena" | "free" | "top";
  /** A large block that is an object which may refer to others. */
  readonly isContainer: boolean;
  /** A large block that is an object which refers to no others. */
  readonly isAtomic: boolean;
}

/** What the blocks of a class, or of a pool, hold: see BLOCK_KIND_. */
export type BlockKind = "raw" | "container" | "atomic" | "buffer";

export interface PoolState {
  readonly address: PoolAddress;
  readonly state: "free" | "active" | "partial" | "full";
  readonly sizeClass: number;
  /** Bytes. */
  readonly blockSize: number;
  readonly usedBlocks: number;
  /** Blocks that the pool holds when full. */
  readonly capacity: number;
  /** Offset of the first block. */
  readonly first: number;
  /** Offset past the last byte that is the pool's. */
  readonly end: number;
}

/** The counters that the core keeps; see assembly/counters.ts. */
export interface CounterState {
  readonly arenasInUse: number;
  readonly arenasHighwater: number;
  readonly arenasTotal: number;
  /** Wide pools not among them. */
  readonly poolsInUse: number;
  readonly widePoolsInUse: number;
  readonly largeBlocks: number;
  readonly largeBytes: number;
  readonly growCalls: number;
}

const BLOCK_KINDS: Readonly<Record<number, BlockKind>> = {
  [BLOCK_KIND_RAW]: "raw",
  [BLOCK_KIND_CONTAINER]: "container",
  [BLOCK_KIND_ATOMIC]: "atomic",
  [BLOCK_KIND_BUFFER]: "buffer",
};

/** The kind of a size class. */
export function kindOfClass(sizeClass: number): BlockKind {
  const kind = BLOCK_KIND_CONTAINER + Math.floor((sizeClass - RAW_CLASS_COUNT) / KIND_CLASS_COUNT);
  return BLOCK_KINDS[Math.max(kind, BLOCK_KIND_RAW)]!;
}

const POOL_STATES: Readonly<Record<number, PoolState["state"]>> = {
  [POOL_STATE_FREE]: "free",
  [POOL_STATE_ACTIVE]: "active",
  [POOL_STATE_FULL]: "full",
};

function view(memory: WebAssembly.Memory): DataView {
  return new DataView(memory.buffer); // never kept: memory.grow detaches buffers
}

/** The counters now. O(1). */
export function readCounters(memory: WebAssembly.Memory): CounterState {
  const heap = view(memory);
  const counter = (offset: number): number => heap.getUint32(COUNTERS_ADDRESS + offset, true);
  return {
    arenasInUse: counter(COUNTER_ARENAS_IN_USE),
    arenasHighwater: counter(COUNTER_ARENAS_HIGHWATER),
    arenasTotal: counter(COUNTER_ARENAS_TOTAL),
    poolsInUse: counter(COUNTER_POOLS_IN_USE),
    widePoolsInUse: counter(COUNTER_WIDE_POOLS_IN_USE),
    largeBlocks: counter(COUNTER_LARGE_BLOCKS),
    largeBytes: counter(COUNTER_LARGE_BYTES),
    growCalls: counter(COUNTER_GROW_CALLS),
  };
}

/**
 * The heap's chunks in address order.
 *
 * @throws {CorruptHeapError} where a size can't be followed.
 */
export function* readChunks(memory: WebAssembly.Memory): Generator<ChunkState> {
  const heap = view(memory);
  const top = heap.getUint32(TOP_ADDRESS, true);
  const sentinel = heap.getUint32(SENTINEL_ADDRESS, true);
  for (let address: number = HEAP_ADDRESS; address < sentinel; ) {
    const word = heap.getUint32(address + CHUNK_SIZE_AND_FLAGS, true);
    const size = (word & ~CHUNK_FLAGS_MASK) >>> 0;
    if (size === 0 || address + size > sentinel) {
      throw new CorruptHeapError("a chunk ends where the next begins", address);
    }
    const use = word & CHUNK_USE_MASK;
    const kind =
      address === top ? "top" : !(word & CHUNK_IN_USE) ? "free" : use === CHUNK_ARENA ? "arena" : "large";
    const isLarge = kind === "large";
    yield {
      address,
      size,
      kind,
      isContainer: isLarge && use === CHUNK_CONTAINER,
      isAtomic: isLarge && use === CHUNK_ATOMIC,
    };
    address += size;
  }
}

/** Address of the arena that a chunk of kind "arena" holds. */
export function arenaOf(chunk: ChunkState): ArenaAddress {
  return (chunk.address + CHUNK_HEADER_SIZE) as ArenaAddress;
}

/** The pools of an arena, free ones too, in address order; a single one if the arena is wide. */
export function readPools(memory: WebAssembly.Memory, arena: ArenaAddress): PoolState[] {
  if (arena >= WIDE_ADDRESS) return [readPool(memory, arena as number as PoolAddress)];
  const free = view(memory).getUint32(arena + ARENA_FOOTER + ARENA_FREE_POOLS, true);
  return Array.from({ length: POOLS_PER_ARENA }, (_, index) => {
    const address = (arena + index * POOL_SIZE) as PoolAddress;
    return (free >>> index) & 1 ? freePool(address) : readPool(memory, address);
  });
}

function freePool(address: PoolAddress): PoolState {
  const end = endOf(address);
  return { address, state: "free", sizeClass: 0, blockSize: 0, usedBlocks: 0, capacity: 0, first: 0, end };
}

/** Offset in a pool past its last byte: an arena ends in its footer, which a wide one lacks, and the next chunk's header. */
function endOf(pool: PoolAddress): number {
  if (pool >= WIDE_ADDRESS) return ARENA_SIZE - CHUNK_HEADER_SIZE;
  return Math.min(POOL_SIZE, ARENA_FOOTER - (pool % ARENA_SIZE));
}

/**
 * One pool in use.
 *
 * @throws {CorruptHeapError} if `pool` is unaligned.
 */
export function readPool(memory: WebAssembly.Memory, pool: PoolAddress): PoolState {
  if (pool % POOL_SIZE !== 0) throw new CorruptHeapError("a pool is POOL_SIZE-aligned", pool);
  const heap = view(memory);
  const state = heap.getUint8(pool + POOL_STATE);
  const sizeClass = heap.getUint8(pool + POOL_CLASS);
  const blockSize = heap.getUint16(pool + POOL_BLOCK_SIZE, true);
  const capacity = heap.getUint16(pool + POOL_CAPACITY, true);
  return {
    address: pool,
    state: POOL_STATES[state] ?? "partial",
    sizeClass,
    blockSize,
    usedBlocks: usedBlocks(),
    capacity,
    first: heap.getUint16(pool + POOL_FIRST, true),
    end: endOf(pool),
  };

  function usedBlocks(): number {
    if (state === POOL_STATE_FULL) return capacity;
    if (state !== POOL_STATE_ACTIVE) return heap.getInt32(pool + POOL_COUNTDOWN, true);
    // an active pool counts nothing: what is on no list is used
    const record = classAddress(heap, sizeClass);
    const ready = length(heap.getUint32(record + SIZE_CLASS_FREE, true));
    return capacity - ready - length(heap.getUint32(pool + POOL_RETURNED, true));
  }

  function length(list: number): number {
    let blocks = 0;
    for (
      let block = list;
      block !== 0 && blocks <= capacity;
      block = heap.getUint32(block + BLOCK_NEXT, true)
    ) {
      blocks += 1;
    }
    return blocks;
  }
}

/** Per block of a pool in address order, whether it is used. Of a pool of objects; a raw block may hold the mark by chance. */
export function readUsedBlocks(memory: WebAssembly.Memory, pool: PoolState): boolean[] {
  const heap = view(memory);
  return Array.from({ length: pool.capacity }, (_, index) => {
    const block = pool.address + pool.first + index * pool.blockSize;
    return heap.getUint32(block + BLOCK_MARK, true) !== BLOCK_FREE;
  });
}

/** The pool that an address lies in; undefined if it is in none. O(chunks). */
export function poolAt(memory: WebAssembly.Memory, address: number): PoolState | undefined {
  for (const chunk of readChunks(memory)) {
    if (chunk.kind !== "arena" || address < chunk.address || address >= chunk.address + chunk.size) continue;
    return readPools(memory, arenaOf(chunk)).find(
      (pool) => address >= pool.address && address < pool.address + pool.end,
    );
  }
  return undefined;
}

/**
 * Addresses of all live objects that may refer to others, in address order. The heap must not change meanwhile.
 *
 * @throws as readChunks.
 */
export function readObjects(memory: WebAssembly.Memory): Generator<number> {
  return readObjectsOf(memory, "container");
}

/**
 * As readObjects, of the objects that refer to no others, but for the immortal ones that are made with the heap.
 *
 * @throws as readChunks.
 */
export function readAtoms(memory: WebAssembly.Memory): Generator<number> {
  return readObjectsOf(memory, "atomic");
}

function* readObjectsOf(memory: WebAssembly.Memory, kind: "container" | "atomic"): Generator<number> {
  const heap = view(memory);
  const isObject = (block: number): boolean =>
    heap.getUint32(block + OBJECT_REFCOUNT, true) <= REFCOUNT_ALIVE_MAX;
  for (const chunk of readChunks(memory)) {
    const payload = chunk.address + CHUNK_HEADER_SIZE;
    if (chunk[kind === "container" ? "isContainer" : "isAtomic"] && isObject(payload)) yield payload;
    if (chunk.kind !== "arena") continue;
    for (const { address, state, sizeClass, first, capacity, blockSize } of readPools(
      memory,
      arenaOf(chunk),
    )) {
      if (state === "free" || kindOfClass(sizeClass) !== kind) continue;
      for (let index = 0; index < capacity; index += 1) {
        const block = address + first + index * blockSize;
        if (isObject(block)) yield block;
      }
    }
  }
}

/** Bytes a block, per size class; those of objects are there once there are objects. */
export function readBlockSizes(memory: WebAssembly.Memory): number[] {
  const heap = view(memory);
  const count = heap.getUint32(KIND_CLASSES_ADDRESS, true) === 0 ? RAW_CLASS_COUNT : SIZE_CLASS_COUNT;
  return Array.from({ length: count }, (_, index) =>
    heap.getUint32(classAddress(heap, index) + SIZE_CLASS_BLOCK_SIZE, true),
  );
}

/** Address of a size class's record. */
function classAddress(heap: DataView, sizeClass: number): number {
  if (sizeClass < RAW_CLASS_COUNT) return SIZE_CLASSES_ADDRESS + sizeClass * SIZE_CLASS_SIZE;
  return heap.getUint32(KIND_CLASSES_ADDRESS, true) + (sizeClass - RAW_CLASS_COUNT) * SIZE_CLASS_SIZE;
}
