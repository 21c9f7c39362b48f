// test/support/fake-allocator.ts: a right but simple allocator in JavaScript, to be broken in one place by a test.

import type { Allocator, AllocatorSource } from "../../src/lab/allocator.js";
import { Emulation } from "../../src/lab/emulation.js";

const MEMORY_SIZE = 1 << 20;
const ALIGNMENT = 16;

/** Calls of the fake that a test may replace; each gets the right one to build on. */
export type Breakage = (right: Allocator & { readonly bytes: Uint8Array }) => Partial<Allocator>;

/** A fresh heap of 1 MiB that reuses no bytes but the last block's. */
export function fakeAllocator(name = "fake", breakage: Breakage = () => ({})): Allocator {
  const memory = { buffer: new ArrayBuffer(MEMORY_SIZE) };
  const bytes = new Uint8Array(memory.buffer);
  const sizes = new Map<number, number>();
  let top = ALIGNMENT;
  const alignedAlloc = (alignment: number, size: number): number => {
    const address = Math.ceil(top / alignment) * alignment;
    if (address + size > MEMORY_SIZE) return 0;
    sizes.set(address, size);
    top = address + Math.max(size, 1);
    return address;
  };
  const malloc = (size: number): number => alignedAlloc(ALIGNMENT, size);
  const isLast = (address: number): boolean => address + Math.max(sizes.get(address) ?? 0, 1) === top;
  const free = (address: number): void => {
    if (isLast(address)) top = address;
  };
  const calls = { memory, malloc, free };
  const right = {
    ...calls,
    name,
    bytes,
    calloc: (count: number, size: number) => {
      const block = malloc(count * size);
      bytes.fill(0, block, block + count * size);
      return block;
    },
    realloc: (address: number, size: number) => {
      if (isLast(address)) {
        free(address);
        return malloc(size);
      }
      const moved = malloc(size);
      if (moved !== 0) bytes.copyWithin(moved, address, address + Math.min(size, sizes.get(address) ?? 0));
      return moved;
    },
    alignedAlloc,
    usableSize: undefined,
    emulation: new Emulation(calls),
  };
  return { ...right, ...breakage(right) };
}

/** A source of such heaps. */
export function fakeSource(name = "fake", breakage?: Breakage): AllocatorSource {
  return {
    name,
    wasmBytes: 100,
    isFake: false,
    neverFrees: false,
    instantiate: async () => fakeAllocator(name, breakage),
  };
}
