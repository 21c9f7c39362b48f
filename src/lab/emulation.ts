// src/lab/emulation.ts: C calls a module lacks, made of its malloc and free.
// Not here: which calls are emulated; script.ts decides, as only it knows a block's old size and how it was born.

/** The calls every allocator has, and the memory they hand out. Addresses are wasm's i32, signed. */
export interface BaseCalls {
  readonly memory: Pick<WebAssembly.Memory, "buffer">;
  readonly malloc: (size: number) => number;
  readonly free: (address: number) => void;
}

/** Emulated calls of one allocator instance. Every one returns 0 when malloc does. */
export class Emulation {
  /** Address malloc gave, by the aligned address handed out in its place. */
  private readonly baseOf = new Map<number, number>();

  constructor(private readonly calls: BaseCalls) {}

  readonly calloc = (count: number, size: number): number => {
    const address = this.calls.malloc(count * size);
    if (address !== 0) this.bytes().fill(0, address >>> 0, (address >>> 0) + (size >>> 0) * count);
    return address;
  };

  /** Over-allocates; the block must be released with freeAligned. */
  readonly alignedAlloc = (alignment: number, size: number): number => {
    const base = this.calls.malloc(size + alignment - 1);
    if (base === 0) return 0;
    const address = (base + alignment - 1) & -alignment;
    this.baseOf.set(address, base);
    return address;
  };

  /** Whether the address is one that alignedAlloc made up, of which the module knows nothing. */
  isMadeUp(address: number): boolean {
    return this.baseOf.has(address);
  }

  readonly freeAligned = (address: number): void => {
    const base = this.baseOf.get(address) ?? address;
    this.baseOf.delete(address);
    this.calls.free(base);
  };

  /** realloc by a new block, a copy and a free; takes blocks of alignedAlloc too. */
  readonly reallocCopy = (address: number, size: number, oldSize: number): number => {
    const moved = this.calls.malloc(size);
    if (moved === 0) return 0;
    const from = address >>> 0;
    const keptBytes = Math.min(oldSize >>> 0, size >>> 0);
    this.bytes().copyWithin(moved >>> 0, from, from + keptBytes);
    this.freeAligned(address);
    return moved;
  };

  /** Made anew each time: growing memory detaches older views. */
  private bytes(): Uint8Array {
    return new Uint8Array(this.calls.memory.buffer);
  }
}
