// test/system/strategies.test.ts: what every strategy promises, held against each, this package's allocator and, where there are some, brought ones.
// Not here: what only the core promises (test/assembly/).

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ALIGNMENT_MAX } from "../../assembly/layout.js";
import registry from "../../assembly/strategies/strategies.json" with { type: "json" };
import { AllocatorModule, type AllocatorTraits, abilitiesOf } from "../../src/lab/allocator.js";
import { decodeTrace } from "../../src/lab/atr1.js";
import { checkedReplay } from "../../src/lab/checked-replay.js";
import { compileScript } from "../../src/lab/script.js";
import { type TraceEvent, writeAtr1 } from "../support/atr1-writer.js";
import { programs, run } from "../support/program.js";
import { withMaximumPages } from "../support/wasm-memory-limit.js";
import { type WatchedBlock, WatchedHeap } from "../support/watched-heap.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SOURCES = `${ROOT}/assembly/strategies`;
/** Emscripten's allocators, beside the checkout where somebody put them. */
const PEERS = `${ROOT}/../shared/peers`;

const PAGE_SIZE = 1 << 16;
const KIB = 1 << 10;
const MIB = 1 << 20;
const GIB = 1 << 30;
/** Bytes that C's malloc aligns to where `max_align_t` is a double. */
const LEAST_ALIGNMENT = 8;
const STRATEGY_ALIGNMENT = 16;
const CAP_PAGES = 64;

interface Subject {
  readonly name: string;
  readonly file: string;
  readonly wasm: Uint8Array<ArrayBuffer>;
  readonly alignment: number;
  readonly neverFrees: boolean;
  /** Traps where it should return 0: a limit of its own. */
  readonly trapsWhenFull: boolean;
  readonly isBrought: boolean;
}

function subject(name: string, file: string, facts: Partial<Subject> = {}): Subject {
  const wasm = new Uint8Array(readFileSync(file));
  const plain = { alignment: LEAST_ALIGNMENT, neverFrees: false, trapsWhenFull: false, isBrought: false };
  return { ...plain, ...facts, name, file, wasm };
}

const strategies = Object.entries(registry as Record<string, AllocatorTraits>)
  .filter(([, { isFake }]) => !isFake)
  .map(([name, { neverFrees = false }]) =>
    subject(name, `${ROOT}/build/strategies/${name}.wasm`, {
      ...{ alignment: STRATEGY_ALIGNMENT, neverFrees, trapsWhenFull: name === "tlsf" },
    }),
  );
const peers = (existsSync(PEERS) ? readdirSync(PEERS) : [])
  .filter((file) => file.endsWith(".wasm"))
  .map((file) => subject(basename(file, ".wasm"), `${PEERS}/${file}`, { isBrought: true }));
const subjects = [subject("pymalloc", `${ROOT}/build/pymalloc.wasm`), ...strategies, ...peers];

test("every file of a strategy is registered, with one line about it, and nothing else is", () => {
  const files = readdirSync(SOURCES).filter((file) => file.endsWith(".ts") && file !== "interface.ts");
  expect(Object.keys(registry).toSorted()).toEqual(files.map((file) => basename(file, ".ts")).toSorted());
  for (const { description } of Object.values(registry)) expect(description).toMatch(/^[^\n]{10,80}$/);
});

test("what is built is what is registered", () => {
  for (const folder of ["build", "dist"]) {
    const files = readdirSync(`${ROOT}/${folder}/strategies`).filter((file) => file.endsWith(".wasm"));
    expect(files.map((file) => basename(file, ".wasm")).toSorted()).toEqual(Object.keys(registry).toSorted());
  }
});

describe.each(subjects)("$name:", (it) => {
  const newHeap = (mayFail = false): WatchedHeap =>
    new WatchedHeap(it.wasm, { alignment: it.alignment, mayFail });
  const cappedHeap = (): WatchedHeap =>
    new WatchedHeap(withMaximumPages(it.wasm, CAP_PAGES), { alignment: it.alignment, mayFail: true });
  const unlessBrought = test.skipIf(it.isBrought);
  const unlessItTraps = test.skipIf(it.trapsWhenFull);
  const unlessItNeverFrees = test.skipIf(it.neverFrees);

  test("blocks of any size are aligned, apart, and as large as was asked for", () => {
    const heap = newHeap();
    for (let size = 0; size < 3000; size += 1) heap.malloc(size);
    for (let size = 3000; size < MIB; size = Math.ceil(size * 1.01)) heap.malloc(size);
    heap.check();
    heap.freeAll();
  });

  unlessBrought("a block of no bytes is a block of its own", () => {
    const heap = newHeap();
    const addresses = Array.from({ length: 9 }, () => heap.malloc(0)!.address);
    expect(new Set(addresses).size).toBe(9);
    heap.calloc(0, 5);
    heap.calloc(5, 0);
    heap.freeAll();
  });

  test("address 0 may be freed, and reallocated as if it were malloc", () => {
    const { exports } = newHeap();
    exports.free(0);
    const address = exports.realloc(0, 100) >>> 0;
    expect(address).toBeGreaterThan(0);
    expect(exports.malloc(100) >>> 0).not.toBe(address);
    expect((exports.usable_size ?? exports.malloc_usable_size)!(0)).toBe(0);
  });

  test.skipIf(it.name === "tlsf")("a block is aligned to any power of two asked for", () => {
    const heap = newHeap();
    for (let alignment = 1; alignment <= ALIGNMENT_MAX; alignment *= 2) {
      for (const size of [1, 24, 100, alignment, alignment + 1, 5000, 70_000]) {
        heap.malloc(size);
        heap.alignedAlloc(alignment, size);
      }
    }
    heap.check();
    heap.freeAll();
  });

  test.skipIf(it.isBrought || it.name === "tlsf")("an alignment of less than a pointer's is one too", () => {
    const { exports } = newHeap();
    for (const alignment of [1, 2]) expect(exports.aligned_alloc!(alignment, 5)).not.toBe(0);
  });

  test("realloc keeps what both sizes have, growing and shrinking, step by step and at once", () => {
    const heap = newHeap();
    const sizes = [1, 2, 15, 16, 17, 40, 100, 500, 513, 3000, 4096, 5000, 40_000, 200_000, MIB];
    for (const order of [sizes, sizes.toReversed(), [1, MIB, 1, 600, 100_000, 600, 20]]) {
      let block = heap.malloc(order[0]!)!;
      for (const size of order.slice(1)) {
        heap.malloc(50); // what stands in the way
        block = heap.realloc(block, size)!;
      }
      heap.check();
    }
    heap.freeAll();
  });

  unlessBrought("a large block shrinks where it is", () => {
    const heap = newHeap();
    const block = heap.malloc(100_000)!;
    heap.malloc(100);
    expect(heap.realloc(block, 60_000)!.address).toBe(block.address);
  });

  test.skipIf(it.isBrought || it.neverFrees)("a large block grows into the free one behind it", () => {
    const heap = newHeap();
    const blocks = Array.from({ length: 16 }, () => heap.malloc(8100)!);
    const [even, odd] = [0, 1].map((rest) => blocks.filter((_, index) => index % 2 === rest));
    for (const block of odd!) heap.free(block);
    const stayed = even!.filter((block) => heap.realloc(block, 12_000)!.address === block.address);
    expect(stayed.length).toBeGreaterThanOrEqual(4); // the twin of a buddy may be the one before
  });

  test("calloc gives zeros, also where blocks were before", () => {
    const heap = newHeap();
    for (let round = 0; round < 3; round += 1) {
      for (const size of [1, 8, 24, 100, 512, 600, 5000, 70_000, 300_000]) {
        heap.malloc(size);
        heap.calloc(3, size);
        heap.calloc(size, 1);
      }
      heap.freeAll();
    }
  });

  unlessBrought("a product past 4 GiB is refused", () => {
    const { exports, footprintBytes } = newHeap();
    const before = footprintBytes;
    for (const [count, size] of [
      [PAGE_SIZE, PAGE_SIZE],
      [0x8000_0001, 2],
      [3, 0x5555_5556],
      [-1, -1],
      [-1, 2],
    ] as const) {
      expect(exports.calloc(count, size)).toBe(0);
      expect(exports.calloc(size, count)).toBe(0);
    }
    expect(exports.memory.buffer.byteLength).toBe(before);
  });

  test.skipIf(it.isBrought || it.trapsWhenFull)(
    "requests that no memory could hold are refused, and nothing is lost",
    () => {
      const heap = newHeap();
      const block = heap.malloc(MIB)!;
      heap.malloc(MIB);
      const { exports } = heap;
      for (const size of [-1, -2, -8, -15, -16, -17, -4095, -4096, -PAGE_SIZE, -PAGE_SIZE - 1, -MIB + 1]) {
        expect(exports.malloc(size)).toBe(0);
        expect(exports.calloc(1, size)).toBe(0);
        expect(exports.realloc(block.address, size)).toBe(0);
        expect(exports.aligned_alloc!(4096, size)).toBe(0);
      }
      heap.check();
      expect(heap.malloc(1000)).toBeDefined();
    },
  );

  unlessItTraps("memory that is full is told by 0, and all of it is intact and usable", () => {
    const heap = cappedHeap();
    const blocks = fill(heap, [300_000, 50_000, 5000, 600, 100, 16, 1]);
    expect(heap.footprintBytes).toBeLessThanOrEqual(CAP_PAGES * PAGE_SIZE);
    const [first] = blocks;
    const failures = heap.failures;
    expect([
      heap.malloc(300_000),
      heap.calloc(3, 100_000),
      heap.alignedAlloc(4096, 300_000),
      heap.realloc(first!, 2 * MIB),
    ]).toEqual([undefined, undefined, undefined, undefined]);
    expect(heap.failures).toBe(failures + 4);
    heap.check();
    if (it.neverFrees) return;
    for (const block of blocks.filter((_, index) => index % 2 === 0)) heap.free(block);
    for (const size of [1, 16, 100, 600]) expect(heap.malloc(size)).toBeDefined();
    heap.check();
    heap.freeAll();
    // at most half of memory may be in pieces that were kept for smaller blocks
    expect(fill(heap, [100_000]).length).toBeGreaterThan((CAP_PAGES * PAGE_SIZE) / 100_000 / 2 - 2);
  });

  unlessItTraps("any program survives in memory that is too small for it", () => {
    let failures = 0;
    fc.assert(
      fc.property(programs(60), (steps) => {
        const heap = cappedHeap();
        // by the last round these alone are more than there is
        for (let round = 0; round * 400_000 < CAP_PAGES * PAGE_SIZE; round += 1) {
          heap.malloc(400_000 + round);
          for (const step of steps) run(step, heap);
        }
        heap.check();
        heap.freeAll();
        failures += heap.failures;
      }),
      { numRuns: 40 },
    );
    expect(failures).toBeGreaterThan(0);
  });

  test("any program finds its blocks as it left them", () => {
    fc.assert(
      fc.property(programs(120), (steps) => {
        const heap = newHeap();
        for (const step of steps) run(step, heap);
        heap.check();
        heap.freeAll();
      }),
      { numRuns: 60 },
    );
  });

  unlessItNeverFrees("what was freed serves again: a program that is repeated needs no more memory", () => {
    const [steps] = fc.sample(programs(200), { seed: 7, numRuns: 1 });
    const heap = newHeap();
    const footprints = Array.from({ length: 12 }, () => {
      for (const step of steps!) run(step, heap);
      heap.freeAll();
      return heap.footprintBytes;
    });
    expect(footprints.at(-1)).toBe(footprints[1]);
  });

  unlessItNeverFrees("freed small blocks, in any order, serve large ones", () => {
    const heap = newHeap();
    const sizes = [10, 24, 40, 100, 120, 200, 500];
    for (let bytes = 0; bytes < 8 * MIB; ) {
      const size = sizes[heap.blocks.length % sizes.length]!;
      heap.malloc(size);
      bytes += size;
    }
    const { footprintBytes } = heap;
    for (const stride of [3, 2, 1]) {
      for (let i = heap.blocks.length - 1; i >= 0; i -= stride) heap.free(heap.blocks[i]!);
    }
    for (let i = 0; i < 4; i += 1) heap.malloc(900_000);
    expect(heap.footprintBytes).toBe(footprintBytes);
  });

  test("a recorded program, replayed with every byte watched", async () => {
    const seed = 20_240_817;
    const trace = decodeTrace(writeAtr1(recording(seed, it.alignment)), `seed-${seed}.atr`);
    const module = await AllocatorModule.compile(it.name, it.file, it.wasm);
    const allocator = await module.instantiate();
    const script = compileScript(trace.words, trace.maxSlots, abilitiesOf(allocator));
    await checkedReplay(allocator, { trace: trace.name, maxSlots: trace.maxSlots, script });
  });

  unlessBrought("addresses above 2 GiB are like any others", () => {
    const heap = new WatchedHeap(it.wasm, { alignment: it.alignment, mayFail: true });
    const ballast = occupyLow(heap, it);
    const above = ballast.filter((address) => address > 2 * GIB);
    // room above, none below
    if (!it.neverFrees) for (const address of above.slice(0, 4)) heap.exports.free(address | 0);
    const [steps] = fc.sample(programs(60), { seed: 11, numRuns: 1 });
    for (const step of steps!) run(step, heap);
    const blocks = [20, 600, 5000, 100_000, 4 * MIB].map((size) => heap.malloc(size)!);
    expect(blocks.at(-1)!.address).toBeGreaterThan(2 * GIB);
    expect(heap.blocks.filter(({ address }) => address > 2 * GIB).length).toBeGreaterThan(5);
    for (const block of blocks) heap.realloc(block, block.size * 2 + 7);
    heap.check();
    heap.freeAll();
  });

  test.skipIf(it.isBrought || it.trapsWhenFull)("memory can be used up to 4 GiB, and then is full", () => {
    const heap = newHeap(true);
    const { exports } = heap;
    const addresses: number[] = [];
    for (let size = GIB; size >= PAGE_SIZE; size /= 4) {
      for (let address = exports.malloc(size); address !== 0; address = exports.malloc(size)) {
        addresses.push(address >>> 0);
      }
    }
    expect(new Set(addresses).size).toBe(addresses.length);
    expect(heap.footprintBytes).toBe(4 * GIB);
    const last = Math.max(...addresses);
    expect(last + (exports.usable_size!(last | 0) >>> 0)).toBeGreaterThan(4 * GIB - 2 * MIB);
    expect(exports.realloc(addresses[0]! | 0, 3 * GIB)).toBe(0);
    expect(exports.aligned_alloc!(PAGE_SIZE, PAGE_SIZE)).toBe(0);
    for (const address of addresses) exports.free(address | 0);
    if (!it.neverFrees) expect(exports.malloc(GIB)).not.toBe(0);
  });
});

/** Blocks of each size in turn until there is no room. */
function fill(heap: WatchedHeap, sizes: readonly number[]): WatchedBlock[] {
  const blocks: WatchedBlock[] = [];
  for (const size of sizes) {
    for (let block = heap.malloc(size); block !== undefined; block = heap.malloc(size)) blocks.push(block);
  }
  return blocks;
}

/** Takes the memory up to 2 GiB and more, untouched. Returns the addresses. */
function occupyLow({ exports }: WatchedHeap, { trapsWhenFull, neverFrees }: Subject): number[] {
  const addresses: number[] = [];
  if (neverFrees || trapsWhenFull) {
    while ((addresses.at(-1) ?? 0) < 2 * GIB + 64 * MIB) addresses.push(exports.malloc(128 * MIB) >>> 0);
    return addresses;
  }
  for (let size = 128 * MIB; size >= 64 * KIB; size /= 2) {
    for (let address = exports.malloc(size); address !== 0; address = exports.malloc(size)) {
      addresses.push(address >>> 0);
    }
  }
  return addresses;
}

/** Calls of all kinds, with few large blocks and many small ones. */
function recording(seed: number, alignment: number): TraceEvent[] {
  const random = fc.sample(fc.array(fc.nat(), { minLength: 30_000, maxLength: 30_000, size: "max" }), {
    seed,
    numRuns: 1,
  })[0]!;
  const events: TraceEvent[] = [];
  const dead: number[] = [];
  const live: number[] = [];
  for (let i = 0; i + 2 < random.length; i += 3) {
    const [what, which, how] = [random[i]! % 10, random[i + 1]!, random[i + 2]!];
    const size = how % (which % 50 === 0 ? 200_000 : which % 5 === 0 ? 3000 : 200);
    if (what < 6) {
      const slot = dead.pop() ?? live.length;
      live.push(slot);
      if (what === 0) events.push({ op: "calloc", slot, size });
      else if (what === 1) {
        const alignmentLog2 = Math.log2(alignment) + (how % 8);
        events.push({ op: "memalign", slot, size, alignmentLog2 });
      } else if (what === 2) events.push({ op: "reallocNull", slot, size });
      else events.push({ op: "malloc", slot, size });
    } else if (live.length > 0) {
      const index = which % live.length;
      if (what === 6) events.push({ op: "realloc", slot: live[index]!, size });
      else {
        const [slot] = live.splice(index, 1);
        events.push({ op: "free", slot: slot! });
        dead.push(slot!);
      }
    }
  }
  return events;
}
