import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { AllocatorModule, abilitiesOf, allocatorName } from "../../../src/lab/allocator.js";
import { AllocatorModuleError } from "../../../src/lab/replay-errors.js";
import { wat, watAllocator } from "../../support/wat.js";

const compile = (bytes: Uint8Array<ArrayBuffer>) => AllocatorModule.compile("mine", "dir/mine.wasm", bytes);

async function faultOf(bytes: Uint8Array<ArrayBuffer>): Promise<AllocatorModuleError> {
  const fault: unknown = await compile(bytes).catch((error: unknown) => error);
  expect(fault).toBeInstanceOf(AllocatorModuleError);
  return fault as AllocatorModuleError;
}

describe("a module with malloc, free and memory", () => {
  test("is enough; what it lacks is known", async () => {
    const module = await compile(watAllocator());
    const allocator = await module.instantiate();
    expect(abilitiesOf(allocator)).toEqual({ hasRealloc: false, hasAlignedAlloc: false });
    expect(allocator.malloc(8)).toBe(64);
    expect(allocator.memory.buffer.byteLength).toBe(2 << 16);
    expect(module.wasmBytes).toBe(watAllocator().length);
  });

  test("starts afresh with every instance", async () => {
    const module = await compile(watAllocator());
    const first = await module.instantiate();
    first.malloc(100);
    expect((await module.instantiate()).malloc(1)).toBe(64);
  });

  test("is named after its file", async () => {
    const folder = await mkdtemp(join(tmpdir(), "allocator-"));
    const file = join(folder, "my-malloc.v2.wasm");
    await writeFile(file, watAllocator());
    expect((await AllocatorModule.read(file)).name).toBe("my-malloc.v2");
    expect(allocatorName("/a/b/c.wasm")).toBe("c");
    await rm(folder, { recursive: true });
  });

  test("has its own calls called, not wrappers, and memalign serves as aligned_alloc", async () => {
    const bytes = watAllocator('(func (export "memalign") (param i32 i32) (result i32) (i32.const 4096))');
    const allocator = await (await compile(bytes)).instantiate();
    expect(allocator.alignedAlloc!(64, 1)).toBe(4096);
    expect(allocator.malloc.name).toMatch(/^\d+$/); // engine-made: an exported function is named by its index
  });
});

describe("imports", () => {
  test("of functions get stand-ins that return zero of any type", async () => {
    const bytes = watAllocator(`
      (import "env" "grown" (func $grown (param i32)))
      (import "env" "clock" (func $clock (result i64)))
      (import "wasi" "fd" (func $fd (result f64)))
      (func (export "_initialize") (call $grown (i32.const 1)) (drop (call $clock)) (drop (call $fd)))`);
    const allocator = await (await compile(bytes)).instantiate();
    expect(allocator.malloc(1)).toBe(64);
  });

  test("of memory, table and globals get objects of the declared shape", async () => {
    const bytes = watAllocator(
      `(import "env" "table" (table 3 9 funcref))
       (import "env" "base" (global $base i32))
       (import "env" "wide" (global $wide (mut i64)))
       (import "env" "memory" (memory 3 300))`,
      "",
    );
    const module = await compile(bytes);
    const allocator = await module.instantiate();
    expect(allocator.memory.buffer.byteLength).toBe(3 << 16);
    expect((await module.instantiate()).memory).not.toBe(allocator.memory);
  });

  test("without a stand-in are refused by name", async () => {
    const bytes = watAllocator('(import "env" "oops" (tag (param i32)))');
    // An engine without exceptions refuses the module itself.
    expect((await faultOf(bytes)).message).toMatch(/env\.oops|not a Wasm module/);
  });
});

test("_initialize runs before the first call", async () => {
  const bytes = watAllocator('(func (export "_initialize") (global.set $top (i32.const 1024)))');
  expect((await (await compile(bytes)).instantiate()).malloc(1)).toBe(1024);
});

describe("an unusable module is refused by file and reason", () => {
  test("not Wasm", async () => {
    expect((await faultOf(new TextEncoder().encode("hello"))).message).toMatch(
      /^dir\/mine\.wasm: not a Wasm module/,
    );
    expect((await faultOf(watAllocator().slice(0, -9))).reason).toContain("not a Wasm module");
  });

  test("no malloc, no free, no memory", async () => {
    expect((await faultOf(wat("(module)"))).reason).toMatch(/^does not export malloc.*; it exports nothing$/);
    const onlyMalloc = wat('(module (func (export "malloc") (param i32) (result i32) (i32.const 0)))');
    expect((await faultOf(onlyMalloc)).reason).toMatch(/^does not export free.*it exports malloc$/);
    expect((await faultOf(watAllocator("", "")).catch(() => undefined))?.reason).toContain("memory");
  });

  test("trapping at its start", async () => {
    const bytes = watAllocator('(func (export "_initialize") unreachable)');
    expect((await faultOf(bytes)).reason).toContain("cannot start: unreachable");
  });
});

describe("calls a module lacks", () => {
  test("are made of malloc and free", async () => {
    const { malloc, memory, emulation, calloc } = await (await compile(watAllocator())).instantiate();
    const bytes = new Uint8Array(memory.buffer);
    bytes.fill(7);
    const zeroed = calloc(3, 5);
    expect([...bytes.subarray(zeroed, zeroed + 16)]).toEqual([...new Array(15).fill(0), 7]);

    const old = malloc(4);
    bytes.set([1, 2, 3, 4], old);
    const grown = emulation.reallocCopy(old, 8, 4);
    expect(grown).not.toBe(old);
    expect([...bytes.subarray(grown, grown + 5)]).toEqual([1, 2, 3, 4, 7]);
    const shrunk = emulation.reallocCopy(grown, 2, 8);
    expect([...bytes.subarray(shrunk, shrunk + 3)]).toEqual([1, 2, 7]);

    for (const alignment of [16, 64, 4096]) expect(emulation.alignedAlloc(alignment, 10) % alignment).toBe(0);
  });

  test("free the block malloc gave, not the aligned address inside it", async () => {
    const freed: number[] = [];
    const { Emulation } = await import("../../../src/lab/emulation.js");
    const emulation = new Emulation({
      memory: { buffer: new ArrayBuffer(4096) },
      malloc: () => 72,
      free: (address) => freed.push(address),
    });
    const block = emulation.alignedAlloc(64, 10);
    expect(block).toBe(128);
    emulation.freeAligned(block);
    emulation.freeAligned(200);
    expect(freed).toEqual([72, 200]);
  });

  test("return 0 when malloc does", async () => {
    const { Emulation } = await import("../../../src/lab/emulation.js");
    const emulation = new Emulation({
      memory: { buffer: new ArrayBuffer(16) },
      malloc: () => 0,
      free: () => {},
    });
    expect([emulation.calloc(1, 9), emulation.alignedAlloc(64, 9), emulation.reallocCopy(8, 9, 4)]).toEqual([
      0, 0, 0,
    ]);
  });
});
