// assembly/verify.ts: walks the whole heap and finds the first broken rule.
// Not here: the rules of one structure; they stand with it. Here: what holds between structures.

import { Arena } from "./arena";
import { Bins, Chunk } from "./chunk";
import { ChunkHeap } from "./chunk-heap";
import { counters } from "./counters";
import {
  ARENA_LISTS_ADDRESS,
  COUNTERS_ADDRESS,
  HEAP_ADDRESS,
  POOL_SIZE,
  POOL_STATE_PARTIAL,
  POOLS_PER_ARENA,
  RULE_ARENA_LIST,
  RULE_ARENA_MAP,
  RULE_CHUNK_BINNED,
  RULE_COUNTERS,
  RULE_POOL_LIST,
  SIZE_CLASSES_ADDRESS,
} from "./layout";
import { Pool } from "./pool";
import { broken } from "./rule";
import { SizeClass } from "./size-class";

/** What a walk over the chunks has seen; static, as the core has no objects. */
class Seen {
  static freeChunks: u32 = 0;
  static largeBlocks: u32 = 0;
  static largeBytes: u32 = 0;
  static arenas: u32 = 0;
  static listedArenas: u32 = 0;
  static pools: u32 = 0;
  static widePools: u32 = 0;
  static partialPools: u32 = 0;

  static reset(): void {
    Seen.freeChunks = 0;
    Seen.largeBlocks = 0;
    Seen.largeBytes = 0;
    Seen.arenas = 0;
    Seen.listedArenas = 0;
    Seen.pools = 0;
    Seen.widePools = 0;
    Seen.partialPools = 0;
  }
}

/** The first broken rule of the heap, its address at BROKEN_ADDRESS; 0 if all hold. O(heap). */
export function verify(): i32 {
  Seen.reset();
  let rule = ChunkHeap.verifyTop();
  if (!rule) rule = SizeClass.verifyTable();
  return rule ? rule : verifyChunks();
}

function verifyChunks(): i32 {
  for (let chunk = Chunk.at(HEAP_ADDRESS); chunk.address != ChunkHeap.top; chunk = chunk.following) {
    let rule = ChunkHeap.verifyChunk(chunk);
    if (rule) return rule;
    if (chunk.isArena) {
      const start = chunk.payload;
      rule = Arena.isWide(start) ? verifyPool(start) : verifyArena(Arena.at(start));
      Seen.arenas += 1;
      if (rule) return rule;
    } else if (chunk.isInUse) {
      Seen.largeBlocks += 1;
      Seen.largeBytes += chunk.size;
    } else {
      Seen.freeChunks += 1;
    }
  }
  const rule = Bins.verify();
  if (rule) return rule;
  if (Bins.count() != Seen.freeChunks) return broken(RULE_CHUNK_BINNED, HEAP_ADDRESS);
  return verifyLists();
}

function verifyArena(arena: Arena): i32 {
  const rule = arena.verify();
  if (rule) return rule;
  if (arena.freePools) Seen.listedArenas += 1;
  for (let i: u32 = 0; i < <u32>POOLS_PER_ARENA; i++) {
    if ((arena.freePools >> i) & 1) continue;
    const rule = verifyPool(arena.start + i * POOL_SIZE);
    if (rule) return rule;
  }
  return 0;
}

function verifyPool(address: usize): i32 {
  const pool = Pool.at(address);
  const rule = SizeClass.verifyPool(pool);
  if (rule) return rule;
  if (Arena.isWide(address)) Seen.widePools += 1;
  else Seen.pools += 1;
  if (pool.state == POOL_STATE_PARTIAL) Seen.partialPools += 1;
  return 0;
}

function verifyLists(): i32 {
  for (let index: u32 = 0; index < SizeClass.count; index++) {
    const rule = SizeClass.at(index).verify();
    if (rule) return rule;
  }
  if (SizeClass.countPartial() != Seen.partialPools) return broken(RULE_POOL_LIST, SIZE_CLASSES_ADDRESS);
  if (Arena.countListed() != Seen.listedArenas) return broken(RULE_ARENA_LIST, ARENA_LISTS_ADDRESS);
  if (Arena.countMapped() != Seen.arenas) return broken(RULE_ARENA_MAP, 0);
  const isCounted =
    counters.arenasInUse == Seen.arenas &&
    counters.arenasHighwater >= Seen.arenas &&
    counters.arenasTotal >= counters.arenasHighwater &&
    counters.poolsInUse == Seen.pools &&
    counters.widePoolsInUse == Seen.widePools &&
    counters.largeBlocks == Seen.largeBlocks &&
    counters.largeBytes == Seen.largeBytes;
  return isCounted ? 0 : broken(RULE_COUNTERS, COUNTERS_ADDRESS);
}
