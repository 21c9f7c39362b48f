// assembly/cycles/sides.ts: what a collection of the whole heap notes of each object: a byte beside the heap, for every 16 bytes of it.
// So counting and marking touch a sixteenth of the memory that the objects take; which variants were slower: docs/decisions/.
//
// | side               | of an object means                                                                 |
// |--------------------|------------------------------------------------------------------------------------|
// | 0 … SATURATED - 1  | so many references to it were found in the objects examined                        |
// | SATURATED          | that many; further ones are in the table of hubs                                   |
// | GREY               | reachable; what it refers to is looked at when the walk comes by                   |
// | REACHED            | reachable; what it refers to was looked at, or is about to be                      |
// | OUTSIDE            | no container's, or one's that is not examined                                      |
//
// So once all reachable objects are marked, the unreachable are those whose sides are still counts.

import { Arena } from "../arena";
import { ChunkHeap } from "../chunk-heap";
import { KindBlock } from "../kind-block";
import { ARENA_COUNT_MAX, ARENA_SIZE, ARENA_SIZE_LOG2, POOL_SIZE, POOL_STATE_FREE } from "../layout";
import { COLLECTOR_SWEEPING } from "../object-layout";
import { largeTable } from "../object-table";
import { Pool } from "../pool";
import { collector } from "./collector";

export const UNIT_LOG2 = 4;
export const SATURATED: u32 = 251;
/** Even: REACHED differs in the last bit alone. */
export const GREY: u32 = 252;
export const REACHED: u32 = GREY | 1;
export const OUTSIDE: u32 = 255;

/** An entry of the table of hubs: an object's address, and references found past SATURATED. */
const HUB_SIZE_LOG2 = 3;
const HUBS_LOG2_FIRST: u32 = 5;
const SPREAD: u32 = 0x9e3779b1;

export class Sides {
  /** Address of the side of address 0. */
  static base: usize = 0;
  /** Addresses from here on have no sides: memory that came later. */
  static end: usize = 0;
  private static hubs: usize = 0;
  private static hubCount: u32 = 0;
  private static hubsLog2: u32 = 0;
  /** Memory for a hub could not be had: counts are wrong. */
  static hasFailed: bool = false;

  /** Makes room for the sides of all memory that is in use. False when memory can't grow. O(1). */
  static open(): bool {
    Sides.end = ChunkHeap.top;
    Sides.base = KindBlock.takeBuffer((Sides.end >> UNIT_LOG2) + 1);
    Sides.hubs = 0;
    Sides.hubCount = 0;
    Sides.hasFailed = false;
    return Sides.base != 0;
  }

  static close(): void {
    if (Sides.base) KindBlock.give(Sides.base);
    if (Sides.hubs) KindBlock.give(Sides.hubs);
    Sides.base = 0;
    Sides.hubs = 0;
  }

  @inline static of(o: usize): usize {
    return Sides.base + (o >> UNIT_LOG2);
  }

  /** As of, for any address: one that has no side of its own is told from the first bytes of memory, which are no object's. */
  @inline static ofAny(address: usize): usize {
    return Sides.of(select<usize>(address, 0, Sides.has(address)));
  }

  /** Once all that is reachable is marked: whether an object that is examined, and unreachable, is at an address. */
  @inline static isUnreachable(address: usize): bool {
    return <u32>load<u8>(Sides.ofAny(address)) < GREY;
  }

  /**
   * Has the collection in increments leave an object alone that has come to the oldest generation. Not while it
   * sweeps: what it frees still refers to such places.
   */
  static exclude(o: usize): void {
    if (collector.increment != COLLECTOR_SWEEPING && Sides.has(o)) store<u8>(Sides.of(o), <u8>OUTSIDE);
  }

  /** Whether an address has a side. */
  @inline static has(o: usize): bool {
    return o < Sides.end;
  }

  @inline private static fill(from: usize, size: usize, side: u32): void {
    memory.fill(Sides.of(from), <u8>side, size >> UNIT_LOG2);
  }

  /** Lays out the sides of so many arenas from `from` on, and in the end of large objects. Returns where to go on; 0: all is laid out. */
  static prepareArenas(from: u32, arenas: u32): u32 {
    const next = min(from + arenas, Sides.arenaCount);
    for (let index = from; index < next; index++) Sides.prepare(index);
    if (next < Sides.arenaCount) return next;
    Sides.prepareLarge();
    return 0;
  }

  /** Lays out the sides of the addresses of one arena, whether or not there is one. */
  private static prepare(index: u32): void {
    const start = (<usize>index) << ARENA_SIZE_LOG2;
    const size = min<usize>(ARENA_SIZE, Sides.end - start);
    if (Arena.indexFrom(index) != index) {
      Sides.fill(start, size, OUTSIDE);
    } else if (Arena.isWide(start)) {
      Sides.fill(start, size, Pool.at(start).isOfContainers ? 0 : OUTSIDE);
    } else {
      for (let pool = start; pool < start + size; pool += POOL_SIZE) {
        const header = Pool.at(pool);
        const isWalked = header.state != <u8>POOL_STATE_FREE && header.isOfContainers;
        Sides.fill(pool, POOL_SIZE, isWalked ? 0 : OUTSIDE);
      }
    }
  }

  /** Arenas' worth of addresses that have sides. */
  @inline static get arenaCount(): u32 {
    return <u32>min<usize>((Sides.end + (ARENA_SIZE - 1)) >> ARENA_SIZE_LOG2, ARENA_COUNT_MAX);
  }

  /** Lays out the sides of large containers, after those of all arenas. */
  static prepareLarge(): void {
    for (let index: u32 = 0; index < largeTable.slotCount; index++) {
      const o = load<usize>(largeTable.slotAt(index));
      if (o && Sides.has(o)) store<u8>(Sides.of(o), 0);
    }
  }

  private static hubOf(o: usize): usize {
    const mask: u32 = (1 << Sides.hubsLog2) - 1;
    let index = (<u32>o * SPREAD) >>> (32 - Sides.hubsLog2);
    while (true) {
      const hub = Sides.hubs + ((<usize>index) << HUB_SIZE_LOG2);
      const key = load<usize>(hub);
      if (!key || key == o) return hub;
      index = (index + 1) & mask;
    }
  }

  /** Notes a reference to the object at an address. */
  @inline static count(address: usize): void {
    const side = Sides.ofAny(address);
    const count = <u32>load<u8>(side);
    if (count < SATURATED) store<u8>(side, <u8>(count + 1));
    else if (count == SATURATED) Sides.countHub(address);
  }

  /** References noted to an object whose side is a count. */
  static countOf(o: usize): u32 {
    const side = <u32>load<u8>(Sides.of(o));
    return side < SATURATED ? side : SATURATED + Sides.countOfHub(o);
  }

  /** Forgets the hubs: all sides are to be counted anew. */
  static forgetHubs(): void {
    if (Sides.hubs) KindBlock.give(Sides.hubs);
    Sides.hubs = 0;
    Sides.hubCount = 0;
  }

  /** Notes a reference to an object whose side is SATURATED. */
  static countHub(o: usize): void {
    if (
      Sides.hasFailed ||
      ((!Sides.hubs || (Sides.hubCount << 1) >> Sides.hubsLog2 != 0) && !Sides.growHubs())
    )
      return;
    const hub = Sides.hubOf(o);
    if (!load<usize>(hub)) {
      store<usize>(hub, o);
      Sides.hubCount += 1;
    }
    store<u32>(hub, load<u32>(hub, 4) + 1, 4);
  }

  /** References noted past SATURATED. */
  static countOfHub(o: usize): u32 {
    return Sides.hubs ? load<u32>(Sides.hubOf(o), 4) : 0;
  }

  private static growHubs(): bool {
    const old = Sides.hubs;
    const oldCount: u32 = old ? 1 << Sides.hubsLog2 : 0;
    const log2 = old ? Sides.hubsLog2 + 1 : HUBS_LOG2_FIRST;
    const bytes = (<usize>1) << (log2 + HUB_SIZE_LOG2);
    const hubs = KindBlock.takeBuffer(bytes);
    if (!hubs) {
      Sides.hasFailed = true;
      return false;
    }
    memory.fill(hubs, 0, bytes);
    Sides.hubs = hubs;
    Sides.hubsLog2 = log2;
    for (let i: u32 = 0; i < oldCount; i++) {
      const from = old + ((<usize>i) << HUB_SIZE_LOG2);
      const o = load<usize>(from);
      if (o) store<u64>(Sides.hubOf(o), load<u64>(from));
    }
    if (old) KindBlock.give(old);
    return true;
  }
}
