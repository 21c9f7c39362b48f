// test/support/damage.ts: a heap with one of everything in it, and a pen that writes over its structures.

import {
  BIN_COUNT,
  BINS_ADDRESS,
  CHUNK_HEADER_SIZE,
  POOL_RETURNED,
  SIZE_CLASS_FREE,
  SIZE_CLASS_SIZE,
  SIZE_CLASSES_ADDRESS,
} from "../../assembly/layout.js";
import type { Heap } from "../../src/heap.js";
import { arenaOf, type PoolState, readChunks, readPools } from "../../src/heap-map.js";
import { newHeap } from "./checked-core.js";

/** Reads and writes u32 anywhere in a heap's memory. */
export class Pen {
  constructor(readonly heap: Heap) {}

  read(address: number): number {
    return this.#view().getUint32(address, true);
  }

  /** Writes `value`, modulo 2^32. */
  write(address: number, value: number): void {
    this.#view().setUint32(address, value, true);
  }

  /** Changes the bits of `mask`. */
  flip(address: number, mask: number): void {
    this.write(address, this.read(address) ^ mask);
  }

  add(address: number, more: number): void {
    this.write(address, this.read(address) + more);
  }

  #view(): DataView {
    return new DataView(this.heap.memory.memory.buffer);
  }
}

/** Where everything is in a furnished heap. */
export interface Furniture {
  readonly pen: Pen;
  /** A large block's chunk with free chunks before and behind it. */
  readonly used: number;
  /** The free chunk before it, alone in its bin, and the address of that bin. */
  readonly free: number;
  readonly bin: number;
  readonly arena: number;
  /** Addresses of two partial pools of one class, in list order; of an active and of a full one. */
  readonly partial: readonly [number, number];
  readonly active: number;
  readonly full: number;
  /** A pool that its arena has free. */
  readonly freePool: number;
  /** A used block; the first block on the active pool's list, and the first returned to it. */
  readonly block: number;
  readonly ready: number;
  readonly returned: number;
  /** Address of the record of the class of them all. */
  readonly record: number;
}

const SIZE = 240;

/** A heap with chunks used and free, and one class with pools in every state. */
export function furnish(heap = newHeap("release")): Furniture {
  const pen = new Pen(heap);
  const blocks = Array.from({ length: 78 }, () => heap.malloc(SIZE));
  const large = [1000, 2000, 1000, 5000, 1000].map((size) => heap.malloc(size));
  heap.free(large[1]!);
  heap.free(large[3]!);
  const pools = poolsOf(heap).filter(({ state }) => state === "full");
  for (const { address, first } of pools.slice(0, 2)) {
    heap.free(address + first);
    heap.free(address + first + 2 * pools[0]!.blockSize);
  }
  const returned = blocks.at(-1)!;
  heap.free(blocks.at(-2)!);
  heap.free(returned);
  const after = poolsOf(heap);
  const [first, second] = after.filter(({ state }) => state === "partial");
  const active = after.find(({ state }) => state === "active")!;
  const full = after.find(({ state }) => state === "full")!;
  const record = SIZE_CLASSES_ADDRESS + active.sizeClass * SIZE_CLASS_SIZE;
  const chunks = [...readChunks(heap.memory.memory)];
  const free = large[1]! - CHUNK_HEADER_SIZE;
  heap.verify();
  return {
    pen,
    used: large[2]! - CHUNK_HEADER_SIZE,
    free,
    bin: Array.from({ length: BIN_COUNT }, (_, index) => BINS_ADDRESS + index * 4).find(
      (bin) => pen.read(bin) === free,
    )!,
    arena: arenaOf(chunks.find(({ kind }) => kind === "arena")!),
    partial: [first!.address, second!.address],
    active: active.address,
    full: full.address,
    freePool: after.find(({ state }) => state === "free")!.address,
    block: full.address + full.first,
    ready: pen.read(record + SIZE_CLASS_FREE),
    returned: pen.read(active.address + POOL_RETURNED),
    record,
  };
}

function poolsOf(heap: Heap): PoolState[] {
  const { memory } = heap.memory;
  return [...readChunks(memory)]
    .filter(({ kind }) => kind === "arena")
    .flatMap((chunk) => readPools(memory, arenaOf(chunk)));
}
