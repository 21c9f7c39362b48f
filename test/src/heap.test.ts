// test/src/heap.test.ts: allocation on plain numbers (src/allocator-heap.ts): what it accepts, copies and keeps apart; where heaps come from.
// Not here: objects (object-heap.test.ts, and one file a type).

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PAGE_COUNT_MAX, PAGE_SIZE } from "../../assembly/layout.js";
import { InvalidArgumentError, MemoryError } from "../../src/errors.js";
import { createHeap, createHeapSync, type Heap } from "../../src/heap.js";
import { newHeap, newObjectHeap, OBJECT_WASM, WASM } from "../support/checked-core.js";
import { programs, run } from "../support/program.js";
import { ShadowHeap } from "../support/shadow-heap.js";

const NO_U32: readonly unknown[] = [
  ...[Number.NaN, -1, 1.5, 2 ** 32, Number.POSITIVE_INFINITY, 1e300, "8", "", null, undefined, true, {}],
];

describe("an argument that is no integer from 0 to 2^32 - 1 is refused, and nothing changes", () => {
  const heap = newHeap("checked");
  const block = heap.malloc(100);
  const calls: Record<string, (value: never) => unknown> = {
    "malloc's size": (value) => heap.malloc(value),
    "calloc's count": (value) => heap.calloc(value, 1),
    "calloc's size": (value) => heap.calloc(1, value),
    "realloc's address": (value) => heap.realloc(value, 1),
    "realloc's size": (value) => heap.realloc(block, value),
    "free's address": (value) => heap.free(value),
    "alignedAlloc's size": (value) => heap.alignedAlloc(8, value),
    "alignedAlloc's alignment": (value) => heap.alignedAlloc(value, 8),
    "usableSize's address": (value) => heap.usableSize(value),
  };

  test.each(Object.entries(calls))("%s", (what, call) => {
    const before = Buffer.from(heap.memory.u8);
    const argument = what.split(" ")[1];
    for (const value of NO_U32) {
      expect(() => call(value as never), String(value)).toThrow(InvalidArgumentError);
      expect(() => call(value as never)).toThrow(expect.objectContaining({ argument, value }));
    }
    expect(before.equals(heap.memory.u8)).toBe(true);
  });
});

describe("maximumBytes", () => {
  test.each([
    0,
    1,
    PAGE_SIZE - 1,
    -PAGE_SIZE,
    Number.NaN,
    2 ** 32 + PAGE_SIZE,
    Number.POSITIVE_INFINITY,
    "x",
  ])("of %s is refused", (maximumBytes) => {
    expect(() => newHeap("release", { maximumBytes: maximumBytes as number })).toThrow(
      expect.objectContaining({ name: "InvalidArgumentError", argument: "maximumBytes" }),
    );
  });

  test("counts whole pages", () => {
    expect(newHeap("release", { maximumBytes: 2 * PAGE_SIZE - 1 }).maximumBytes).toBe(PAGE_SIZE);
    expect(newHeap("release", { maximumBytes: PAGE_SIZE }).maximumBytes).toBe(PAGE_SIZE);
  });

  test("is all of 4 GiB by default", () => {
    expect(newHeap("release").maximumBytes).toBe(PAGE_COUNT_MAX * PAGE_SIZE);
    expect(newHeap("release", { maximumBytes: 2 ** 32 }).maximumBytes).toBe(2 ** 32);
  });

  test("of one page leaves room for a few blocks, and no more", () => {
    const heap = newHeap("checked", { maximumBytes: PAGE_SIZE });
    const block = heap.malloc(20);
    expect(() => heap.malloc(PAGE_SIZE)).toThrow(MemoryError);
    expect(heap.memory.u8.length).toBe(PAGE_SIZE);
    heap.free(block);
    heap.verify();
  });
});

describe("a heap comes from", () => {
  const url = new URL("../../build/pymalloc.wasm", import.meta.url);

  test.each([
    ["bytes", WASM.release],
    ["an ArrayBuffer", WASM.release.buffer],
    ["a module", new WebAssembly.Module(WASM.release)],
    ["a module with objects", new WebAssembly.Module(OBJECT_WASM.release)],
    ["a file URL", url],
    ["a file URL as text", url.href],
    ["a data URL", `data:application/wasm;base64,${Buffer.from(WASM.release).toString("base64")}`],
  ])("%s", async (_, wasm) => {
    const heap = await createHeap({ wasm, maximumBytes: 4 * PAGE_SIZE });
    expect(heap.maximumBytes).toBe(4 * PAGE_SIZE);
    heap.free(heap.malloc(100));
    heap.verify();
  });

  test("bytes or a module, at once", () => {
    for (const wasm of [WASM.release, new WebAssembly.Module(WASM.release)]) {
      const heap = createHeapSync(wasm, { maximumBytes: PAGE_SIZE });
      expect(heap.malloc(1)).toBeGreaterThan(0);
      expect(heap.maximumBytes).toBe(PAGE_SIZE);
    }
  });
});

test("heaps side by side do not touch each other", () => {
  fc.assert(
    fc.property(programs(40), programs(40), (ours, theirs) => {
      const here = new ShadowHeap(newHeap("release"));
      const there = new ShadowHeap(newHeap("release"));
      for (let i = 0; i < Math.max(ours.length, theirs.length); i += 1) {
        if (ours[i]) run(ours[i]!, here);
        if (theirs[i]) run(theirs[i]!, there);
      }
      here.check();
      there.check();
    }),
    { numRuns: 40 },
  );
});

describe("bytes", () => {
  test("are copied in and out, not shared", () => {
    const heap = newHeap("release");
    const bytes = Uint8Array.of(1, 2, 3);
    const block = heap.mallocBytes(bytes);
    bytes[0] = 9;
    const copy = heap.readBytes(block, 3);
    expect([...copy]).toEqual([1, 2, 3]);
    copy[1] = 9;
    heap.writeBytes(block + 2, Uint8Array.of(7));
    expect([...heap.readBytes(block, 3)]).toEqual([1, 2, 7]);
  });

  test("none may be copied too", () => {
    const heap = newHeap("release");
    const block = heap.mallocBytes(new Uint8Array());
    expect(heap.readBytes(block, 0)).toHaveLength(0);
    heap.free(block);
  });

  test("are copied whole where memory grows for them", () => {
    const heap = newHeap("release");
    const bytes = new Uint8Array(3 * PAGE_SIZE).map((_, index) => index * 7);
    expect(Buffer.compare(heap.readBytes(heap.mallocBytes(bytes), bytes.length), bytes)).toBe(0);
  });

  test.each([
    [-1, 1],
    [0, -1],
    [0.5, 1],
    [0, 1.5],
    [Number.NaN, 1],
    [PAGE_SIZE, 1],
    [PAGE_SIZE - 1, 2],
    [2 ** 32, 0],
  ])("from %s, %s of them, are not in memory", (address, length) => {
    const heap = newHeap("release");
    expect(() => heap.readBytes(address, length)).toThrow(InvalidArgumentError);
    expect(() => heap.readString(address, length)).toThrow(InvalidArgumentError);
    if (length !== 1 && length !== 2) return;
    expect(() => heap.writeBytes(address, new Uint8Array(length))).toThrow(InvalidArgumentError);
  });
});

describe("a string", () => {
  test("comes back as it went in", () => {
    const heap = newHeap("release");
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", size: "large" }), (text) => {
        const { address, byteLength } = heap.mallocString(text);
        expect(byteLength).toBe(Buffer.byteLength(text));
        expect(heap.readString(address, byteLength)).toBe(text);
        heap.free(address);
      }),
    );
  });

  test("that is empty has an address", () => {
    const heap = newHeap("release");
    const { address, byteLength } = heap.mallocString("");
    expect([address > 0, byteLength, heap.readString(address, 0)]).toEqual([true, 0, ""]);
  });

  test("keeps a byte order mark", () => {
    const heap = newHeap("release");
    const { address, byteLength } = heap.mallocString("\ufeffx");
    expect(heap.readString(address, byteLength)).toBe("\ufeffx");
  });
});

describe("bytes of the heap itself, which moves as it grows,", () => {
  const SIZE = 40_000;

  test.each<[string, (heap: Heap, bytes: Uint8Array) => { value: Uint8Array }]>([
    ["bytes", (heap, bytes) => ({ value: heap.bytes(bytes).value as Uint8Array })],
    ["a bytearray", (heap, bytes) => ({ value: heap.bytearray(bytes).bytes })],
    ["a block", (heap, bytes) => ({ value: heap.readBytes(heap.mallocBytes(bytes), SIZE) })],
    ["a list", (heap, bytes) => ({ value: Uint8Array.from(heap.list(bytes).toJS() as number[]) })],
  ])("make %s", (_what, make) => {
    const heap = newObjectHeap("checked");
    const array = heap.bytearray(new Uint8Array(SIZE).fill(7));
    for (let i = 0; i < 20; i += 1) {
      const { value } = make(heap, array.bytes); // some of these make memory grow
      expect(value.length === SIZE && value.every((byte) => byte === 7)).toBe(true);
    }
    heap.verify();
  });
});
