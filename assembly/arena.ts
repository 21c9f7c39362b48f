// assembly/arena.ts: arenas: aligned chunks cut into pools. Claims and returns them, hands out pools, answers "is this a pool's?".
// Not here: what a pool holds (pool.ts).
// Source: CPython Objects/obmalloc.c, usable_arenas: the arena with the fewest free pools serves first, so that
// the others can empty.

import { Chunk } from "./chunk";
import { ChunkHeap } from "./chunk-heap";
import { counters } from "./counters";
import {
  ARENA_COUNT_MAX,
  ARENA_FOOTER,
  ARENA_FOOTER_SIZE,
  ARENA_FREE_POOLS,
  ARENA_LISTS_ADDRESS,
  ARENA_MAP_SIZE,
  ARENA_NEXT,
  ARENA_PREVIOUS,
  ARENA_SIZE,
  ARENA_SIZE_LOG2,
  CHUNK_ARENA,
  POOL_SIZE,
  POOL_SIZE_LOG2,
  POOL_STATE_FREE,
  POOLS_PER_ARENA,
  RULE_ARENA_LIST,
  RULE_ARENA_MAP,
  RULE_POOL_HEADER,
  WIDE_ADDRESS,
} from "./layout";
import { isInMemory } from "./memory";
import { Pool } from "./pool";
import { broken } from "./rule";

/** Footer in an arena's last bytes; drawn in layout.ts. */
@unmanaged
export class Arena {
  /** Next arena with as many free pools; 0 ends the list. */
  next: usize;
  previous: usize;
  /** Bit i: pool i is free. */
  freePools: u32;
  reserved: u32;

  @inline static at(start: usize): Arena {
    return changetype<Arena>(start + ARENA_FOOTER);
  }

  /** The arena that an address in one of its pools belongs to. */
  @inline static of(address: usize): Arena {
    return Arena.at(address & ~(ARENA_SIZE - 1));
  }

  /** Whether an address lies in an arena. One load. */
  @inline static holds(address: usize): bool {
    const index = u32(address >>> ARENA_SIZE_LOG2);
    return ((load<u32>(Arena.mapWord(index)) >>> index) & 1) != 0; // shifts are modulo 32
  }

  /** Whether the arena that an address lies in is a single pool. */
  @inline static isWide(address: usize): bool {
    return address >= <usize>WIDE_ADDRESS;
  }

  /** The pool that a block in an arena belongs to. */
  @inline static poolOf(block: usize): Pool {
    return Pool.at(block & (Arena.isWide(block) ? -ARENA_SIZE : -POOL_SIZE));
  }

  /** Number of the first arena from number `index` on, counted from address 0; ARENA_COUNT_MAX if there is none. */
  static indexFrom(index: u32): u32 {
    while (index < <u32>ARENA_COUNT_MAX) {
      const bits = load<u32>(Arena.mapWord(index)) >>> (index & 31);
      if (bits) return index + ctz(bits);
      index = (index | 31) + 1;
    }
    return ARENA_COUNT_MAX;
  }

  /** Address of the word of the arena map that has an arena's bit. */
  @inline private static mapWord(index: u32): usize {
    return (index >>> 5) << 2;
  }

  /** Turns an arena's bit in the map. */
  private static flip(start: usize): void {
    const index = u32(start >>> ARENA_SIZE_LOG2);
    store<u32>(Arena.mapWord(index), load<u32>(Arena.mapWord(index)) ^ (1 << index));
  }

  /** Address of the arena's first pool. */
  @inline get start(): usize {
    return changetype<usize>(this) - ARENA_FOOTER;
  }

  /** Takes a pool from the fullest arena that has one; 0 when memory can't grow. The pool is not prepared. */
  static takePool(): usize {
    let free: u32 = 1;
    while (free <= <u32>POOLS_PER_ARENA && !Arena.firstWith(free)) free += 1;
    let arena: Arena;
    if (free <= <u32>POOLS_PER_ARENA) {
      arena = changetype<Arena>(Arena.firstWith(free));
      arena.unlink(free);
    } else {
      const start = Arena.claim();
      if (!start) return 0;
      if (Arena.isWide(start)) {
        counters.widePoolsInUse += 1;
        return start;
      }
      arena = Arena.at(start);
      free = POOLS_PER_ARENA;
    }
    const index = <usize>ctz(arena.freePools);
    arena.freePools &= arena.freePools - 1;
    if (free > 1) arena.link(free - 1);
    counters.poolsInUse += 1;
    return arena.start + (index << POOL_SIZE_LOG2);
  }

  /** Gives an empty pool back to its arena, and the arena back to the chunks when that was its last. */
  static givePool(pool: Pool): void {
    pool.state = <u8>POOL_STATE_FREE;
    pool.bound = 0;
    if (Arena.isWide(pool.address)) {
      counters.widePoolsInUse -= 1;
      Arena.giveBack(pool.address);
      return;
    }
    const arena = Arena.of(pool.address);
    const free = popcnt(arena.freePools);
    counters.poolsInUse -= 1;
    if (free) arena.unlink(free);
    arena.freePools |= 1 << (u32(pool.address - arena.start) >> POOL_SIZE_LOG2);
    if (free + 1 == POOLS_PER_ARENA) Arena.giveBack(arena.start);
    else arena.link(free + 1);
  }

  /** First arena with `free` free pools, or 0. */
  @inline static firstWith(free: u32): usize {
    return load<usize>(ARENA_LISTS_ADDRESS + (free << 2));
  }

  /** Address of a new arena, its pools free and on no list; 0 when memory can't grow. */
  private static claim(): usize {
    const chunk = ChunkHeap.takeAligned(ARENA_SIZE, ARENA_SIZE);
    if (!chunk) return 0;
    chunk.sizeAndFlags |= CHUNK_ARENA;
    const start = chunk.payload;
    Arena.flip(start);
    if (!Arena.isWide(start)) {
      Arena.at(start).freePools = (1 << POOLS_PER_ARENA) - 1;
      for (let i: usize = 0; i < <usize>POOLS_PER_ARENA; i++) {
        const pool = Pool.at(start + i * POOL_SIZE); // recycled memory: no stale header may look like a pool
        pool.state = <u8>POOL_STATE_FREE;
        pool.bound = 0;
      }
    }
    counters.arenasInUse += 1;
    counters.arenasTotal += 1;
    if (counters.arenasInUse > counters.arenasHighwater) counters.arenasHighwater = counters.arenasInUse;
    return start;
  }

  private static giveBack(start: usize): void {
    Arena.flip(start);
    counters.arenasInUse -= 1;
    const chunk = Chunk.ofPayload(start);
    chunk.sizeAndFlags &= ~CHUNK_ARENA;
    ChunkHeap.give(chunk);
  }

  private link(free: u32): void {
    const list = ARENA_LISTS_ADDRESS + (free << 2);
    const first = load<usize>(list);
    this.next = first;
    this.previous = 0;
    if (first) changetype<Arena>(first).previous = changetype<usize>(this);
    store<usize>(list, changetype<usize>(this));
  }

  private unlink(free: u32): void {
    const next = this.next;
    const previous = this.previous;
    if (next) changetype<Arena>(next).previous = previous;
    if (previous) changetype<Arena>(previous).next = next;
    else store<usize>(ARENA_LISTS_ADDRESS + (free << 2), next);
  }

  /** The rules of one arena, its pools' not among them. Returns 0 or a rule. O(POOLS_PER_ARENA). */
  verify(): i32 {
    const start = this.start;
    if (!Arena.holds(start)) return broken(RULE_ARENA_MAP, start);
    for (let i: u32 = 0; i < <u32>POOLS_PER_ARENA; i++) {
      const pool = Pool.at(start + i * POOL_SIZE);
      const isFree = ((this.freePools >> i) & 1) != 0;
      if ((pool.state == <u8>POOL_STATE_FREE) != isFree) return broken(RULE_POOL_HEADER, pool.address);
    }
    const free = popcnt(this.freePools);
    if (free == POOLS_PER_ARENA) return broken(RULE_ARENA_LIST, start); // it should be a free chunk
    if (!free) return 0;
    if (!isInMemory(this.previous, ARENA_FOOTER_SIZE) || !isInMemory(this.next, ARENA_FOOTER_SIZE))
      return broken(RULE_ARENA_LIST, start);
    const self = changetype<usize>(this);
    const before = this.previous ? changetype<Arena>(this.previous).next : Arena.firstWith(free);
    if (before != self || (this.next && changetype<Arena>(this.next).previous != self)) {
      return broken(RULE_ARENA_LIST, start);
    }
    return 0;
  }

  /** Arenas on all lists, as far as the links can be followed. O(arenas). */
  static countListed(): u32 {
    let count: u32 = 0;
    for (let free: u32 = 0; free <= <u32>POOLS_PER_ARENA; free++) {
      let previous: usize = 0;
      for (let address = Arena.firstWith(free); address; address = changetype<Arena>(address).next) {
        count += 1;
        if (!isInMemory(address, ARENA_FOOTER_SIZE) || changetype<Arena>(address).previous != previous) break;
        previous = address;
      }
    }
    return count;
  }

  /** Bits that are set in the arena map. O(ARENA_MAP_SIZE). */
  static countMapped(): u32 {
    let count: u32 = 0;
    for (let word: usize = 0; word < <usize>ARENA_MAP_SIZE; word += 4) count += popcnt(load<u32>(word));
    return count;
  }
}

if (offsetof<Arena>("next") != ARENA_NEXT) ERROR("layout.ts: ARENA_NEXT");
if (offsetof<Arena>("previous") != ARENA_PREVIOUS) ERROR("layout.ts: ARENA_PREVIOUS");
if (offsetof<Arena>("freePools") != ARENA_FREE_POOLS) ERROR("layout.ts: ARENA_FREE_POOLS");
if (offsetof<Arena>() != ARENA_FOOTER_SIZE) ERROR("layout.ts: ARENA_FOOTER_SIZE");
