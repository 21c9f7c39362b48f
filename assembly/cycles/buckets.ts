// assembly/cycles/buckets.ts: references on the way to being counted, sorted by the part of the heap that they lead to. In a large heap the
// sides don't fit in a processor's caches: counted a bucket at a time, those of one part do.
// After the idea of radix partitioning: Manegold, Boncz, Kersten, "Optimizing main-memory join on modern hardware", 2002.

import { KindBlock } from "../kind-block";
import { SATURATED, Sides, UNIT_LOG2 } from "./sides";

/** A bucket is for so many bytes of heap; its buffer is aligned, so that the address tells when it is full. */
const REGION_SIZE_LOG2 = 24;
const BUFFER_SIZE_LOG2 = 13;
const BUFFER_SIZE: usize = 1 << BUFFER_SIZE_LOG2;
/** Smaller heaps are counted faster without. */
const HEAP_SIZE_MIN: usize = 64 << 20;

export class Buckets {
  private static block: usize = 0;
  private static buffers: usize = 0;
  /** Addresses of where each buffer ends, one a bucket. */
  static ends: usize = 0;
  private static count: u32 = 0;

  /** Makes buckets if the heap is large and there is memory for them; without, isOpen is false. */
  static open(): void {
    if (Sides.end < HEAP_SIZE_MIN) return;
    const count = <u32>(Sides.end >> REGION_SIZE_LOG2) + 1;
    Buckets.block = KindBlock.takeBuffer(((<usize>(count + 1)) << BUFFER_SIZE_LOG2) + ((<usize>count) << 2));
    if (!Buckets.block) return;
    Buckets.count = count;
    Buckets.buffers = (Buckets.block + (BUFFER_SIZE - 1)) & -BUFFER_SIZE;
    Buckets.ends = Buckets.buffers + ((<usize>count) << BUFFER_SIZE_LOG2);
    for (let i: u32 = 0; i < count; i++) Buckets.empty(i);
  }

  @inline static get isOpen(): bool {
    return Buckets.block != 0;
  }

  /** Counts what is left. */
  static close(): void {
    if (!Buckets.block) return;
    for (let i: u32 = 0; i < Buckets.count; i++) Buckets.flush(i);
    Buckets.discard();
  }

  static discard(): void {
    if (Buckets.block) KindBlock.give(Buckets.block);
    Buckets.block = 0;
  }

  @inline private static empty(i: u32): void {
    store<usize>(Buckets.ends + ((<usize>i) << 2), Buckets.buffers + ((<usize>i) << BUFFER_SIZE_LOG2));
  }

  /** Puts a reference, to an address below Sides.end, into its bucket; `ends` is the static of this name. */
  @inline static add(target: usize, ends: usize): void {
    const slot = ends + ((target >> REGION_SIZE_LOG2) << 2);
    const end = load<usize>(slot);
    store<usize>(end, target);
    store<usize>(slot, end + 4);
    if (!((end + 4) & (BUFFER_SIZE - 1))) Buckets.flush(<u32>(target >> REGION_SIZE_LOG2));
  }

  private static flush(i: u32): void {
    const end = load<usize>(Buckets.ends + ((<usize>i) << 2));
    const base = Sides.base;
    for (let at = Buckets.buffers + ((<usize>i) << BUFFER_SIZE_LOG2); at < end; at += 4) {
      const target = load<usize>(at);
      const side = base + (target >> UNIT_LOG2);
      const state = <u32>load<u8>(side);
      if (state == SATURATED) Sides.countHub(target);
      else store<u8>(side, <u8>(state + u32(state < SATURATED)));
    }
    Buckets.empty(i);
  }
}
