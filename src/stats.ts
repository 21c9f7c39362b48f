// src/stats.ts: what a heap's memory is used for: every byte of it, in one place.
// Not here: reading raw structures (heap-map.ts), printing (sys.ts).

import {
  ARENA_FOOTER_SIZE,
  ARENA_SIZE,
  CHUNK_HEADER_SIZE,
  HEAP_ADDRESS,
  KIND_POOL_HEADER_SIZE,
  POOL_HEADER_SIZE,
  POOL_SIZE,
  WIDE_ADDRESS,
} from "../assembly/layout.js";
import {
  arenaOf,
  type BlockKind,
  kindOfClass,
  readBlockSizes,
  readChunks,
  readCounters,
  readPools,
} from "./heap-map.js";

/** One size class. */
export interface ClassStats {
  /** What its blocks hold: what malloc handed out, objects that refer to others, objects that don't, parts of objects. */
  readonly kind: BlockKind;
  /** Bytes a block; requests up to this, and above the class before, are served from here. */
  readonly blockBytes: number;
  readonly pools: number;
  readonly usedBlocks: number;
  /** Blocks that the pools still hold ready. */
  readonly freeBlocks: number;
}

/** Bytes of linear memory by use, at this moment; together they are footprintBytes. */
export interface ByteStats {
  /** In small blocks that are handed out, rounding to the block size included. */
  readonly usedBlocks: number;
  readonly freeBlocks: number;
  readonly freePools: number;
  /** In large blocks that are handed out. */
  readonly largeBlocks: number;
  readonly freeChunks: number;
  /** Behind the last chunk: granted by memory.grow, not used yet. */
  readonly top: number;
  /** Lost to headers of pools, arenas and chunks. */
  readonly headers: number;
  /** Lost to rounding: a pool's last bytes, too few for a block. CPython calls it quantization. */
  readonly rounding: number;
  /** Lost to alignment: between a pool's header and its first block. */
  readonly alignment: number;
  /** The arena map, size classes, bins, counters. */
  readonly state: number;
}

/** A heap's statistics, as CPython's sys._debugmallocstats() counts them; a copy of the moment. */
export interface HeapStats {
  /** All of linear memory: what memory.grow was asked for. */
  readonly footprintBytes: number;
  /** Arenas now, most at once, and ever claimed. */
  readonly arenas: {
    readonly inUse: number;
    readonly highwater: number;
    readonly total: number;
    readonly bytesEach: number;
  };
  readonly pools: { readonly inUse: number; readonly free: number; readonly bytesEach: number };
  /** Pools as large as an arena, which serve large heaps. */
  readonly widePools: { readonly inUse: number; readonly bytesEach: number };
  readonly classes: readonly ClassStats[];
  /** Of every kind. */
  readonly large: { readonly blocks: number; readonly bytes: number };
  readonly growCalls: number;
  readonly bytes: ByteStats;
}

/** The statistics of the heap in `memory`. O(chunks + pools + free blocks of active pools). */
export function readStats(memory: WebAssembly.Memory): HeapStats {
  const counters = readCounters(memory);
  const classes = readBlockSizes(memory).map((blockBytes, sizeClass) => ({
    kind: kindOfClass(sizeClass),
    blockBytes,
    pools: 0,
    usedBlocks: 0,
    freeBlocks: 0,
  }));
  const bytes = {
    usedBlocks: 0,
    freeBlocks: 0,
    freePools: 0,
    largeBlocks: 0,
    freeChunks: 0,
    top: 0,
    headers: 0,
    rounding: 0,
    alignment: 0,
    state: HEAP_ADDRESS,
  };
  let freePools = 0;

  const footprintBytes = memory.buffer.byteLength;
  bytes.headers += CHUNK_HEADER_SIZE; // the sentinel
  for (const chunk of readChunks(memory)) {
    if (chunk.kind !== "arena") {
      if (chunk.kind === "top") bytes.top += chunk.size;
      else bytes[chunk.kind === "large" ? "largeBlocks" : "freeChunks"] += chunk.size - CHUNK_HEADER_SIZE;
      if (chunk.kind !== "top") bytes.headers += CHUNK_HEADER_SIZE;
      continue;
    }
    const arena = arenaOf(chunk);
    bytes.headers += CHUNK_HEADER_SIZE + (arena >= WIDE_ADDRESS ? 0 : ARENA_FOOTER_SIZE);
    for (const pool of readPools(memory, arena)) {
      if (pool.state === "free") {
        freePools += 1;
        bytes.freePools += pool.end;
        continue;
      }
      const stats = classes[pool.sizeClass]!;
      stats.pools += 1;
      stats.usedBlocks += pool.usedBlocks;
      stats.freeBlocks += pool.capacity - pool.usedBlocks;
      bytes.usedBlocks += pool.usedBlocks * pool.blockSize;
      bytes.freeBlocks += (pool.capacity - pool.usedBlocks) * pool.blockSize;
      const headerSize = stats.kind === "raw" ? POOL_HEADER_SIZE : KIND_POOL_HEADER_SIZE;
      bytes.headers += headerSize;
      bytes.alignment += pool.first - headerSize;
      bytes.rounding += pool.end - pool.first - pool.capacity * pool.blockSize;
    }
  }
  return {
    footprintBytes,
    arenas: {
      inUse: counters.arenasInUse,
      highwater: counters.arenasHighwater,
      total: counters.arenasTotal,
      bytesEach: ARENA_SIZE,
    },
    pools: { inUse: counters.poolsInUse, free: freePools, bytesEach: POOL_SIZE },
    widePools: { inUse: counters.widePoolsInUse, bytesEach: ARENA_SIZE },
    classes,
    large: { blocks: counters.largeBlocks, bytes: bytes.largeBlocks },
    growCalls: counters.growCalls,
    bytes,
  };
}
