import { describe, expect, test } from "vitest";
import { abilitiesOf } from "../../../src/lab/allocator.js";
import { decodeTrace } from "../../../src/lab/atr1.js";
import { checkedReplay } from "../../../src/lab/checked-replay.js";
import { ReplayCheckError } from "../../../src/lab/replay-errors.js";
import { compileScript } from "../../../src/lab/script.js";
import { type TraceEvent, writeAtr1 } from "../../support/atr1-writer.js";
import { type Breakage, fakeAllocator } from "../../support/fake-allocator.js";

const EVENTS: TraceEvent[] = [
  { op: "malloc", slot: 0, size: 100 },
  { op: "calloc", slot: 1, size: 200 },
  { op: "memalign", slot: 2, size: 30, alignmentLog2: 8 },
  { op: "realloc", slot: 0, size: 150 },
  { op: "realloc", slot: 1, size: 20 },
  { op: "malloc", slot: 3, size: 70000 },
  { op: "malloc", slot: 4, size: 0 },
  { op: "free", slot: 3 },
  { op: "free", slot: 0 },
];

async function check(breakage?: Breakage, events = EVENTS): Promise<void> {
  const trace = decodeTrace(writeAtr1(events), "small.atr");
  const allocator = fakeAllocator("fake", breakage);
  const script = compileScript(trace.words, trace.maxSlots, abilitiesOf(allocator));
  await checkedReplay(allocator, { trace: trace.name, maxSlots: trace.maxSlots, script });
}

async function faultOf(breakage: Breakage, events?: TraceEvent[]): Promise<ReplayCheckError> {
  const fault: unknown = await check(breakage, events).catch((error: unknown) => error);
  expect(fault).toBeInstanceOf(ReplayCheckError);
  return fault as ReplayCheckError;
}

test("a right allocator passes, with its own calls or with emulated ones", async () => {
  await check();
  await check(() => ({ realloc: undefined, alignedAlloc: undefined }));
});

test("null is right for no bytes and wrong for any other number", async () => {
  await check((right) => ({ malloc: (size) => (size === 0 ? 0 : right.malloc(size)) }));
  const fault = await faultOf((right) => ({ malloc: (size) => (size > 1000 ? 0 : right.malloc(size)) }));
  expect(fault).toMatchObject({ event: 5, op: "malloc", slot: 3, address: 0 });
  expect(fault.message).toContain(
    "fake on small: event 5, malloc, slot 3, block 0x0: 70000 bytes asked for, null",
  );
});

describe("the first fault is told when an allocator", () => {
  test("misaligns a block", async () => {
    const fault = await faultOf((right) => ({ malloc: (size) => right.malloc(size + 4) + 4 }));
    expect(fault).toMatchObject({ event: 0, reason: "not aligned to 8 bytes" });
  });

  test("ignores the alignment asked for", async () => {
    const fault = await faultOf((right) => ({
      alignedAlloc: (_, size) => right.alignedAlloc!(256, size + 16) + 16,
    }));
    expect(fault).toMatchObject({ event: 2, op: "aligned_alloc", reason: "not aligned to 256 bytes" });
  });

  test("hands out bytes beyond its memory", async () => {
    const fault = await faultOf(() => ({ calloc: () => (1 << 20) - 64 }));
    expect(fault).toMatchObject({
      event: 1,
      reason: expect.stringContaining("reach past the 1048576 bytes"),
    });
  });

  test("hands out an address in the upper half of memory it does not have", async () => {
    expect((await faultOf(() => ({ malloc: () => -16 }))).address).toBe(0xfffffff0);
  });

  test("hands out a live block again, or one byte of it", async () => {
    for (const offset of [0, 80, 96]) {
      let first = 0;
      const fault = await faultOf(
        (right) => ({
          malloc: (size) => {
            if (first !== 0) return first + offset;
            first = right.malloc(size);
            return first;
          },
        }),
        [
          { op: "malloc", slot: 0, size: 100 },
          { op: "malloc", slot: 1, size: 8 },
        ],
      );
      expect(fault).toMatchObject({
        event: 1,
        slot: 1,
        reason: expect.stringContaining("overlap slot 0, block 0x10 of 100"),
      });
    }
  });

  test("does not clear what calloc gives", async () => {
    for (const dirtyByte of [0, 199]) {
      const fault = await faultOf((right) => ({
        calloc: (count, size) => {
          const block = right.malloc(count * size);
          right.bytes[block + dirtyByte] = 1;
          return block;
        },
      }));
      expect(fault).toMatchObject({ event: 1, reason: `calloc left byte ${dirtyByte} of 200 not zero` });
    }
  });

  test("loses contents when realloc grows or shrinks", async () => {
    const grows = await faultOf((right) => ({ realloc: (_, size) => right.malloc(size) }));
    expect(grows).toMatchObject({
      event: 3,
      op: "realloc",
      reason: expect.stringContaining("realloc lost its contents"),
    });
    const shrinks = await faultOf((right) => ({
      realloc: (address, size) => (size > 100 ? right.realloc!(address, size) : right.malloc(size)),
    }));
    expect(shrinks).toMatchObject({ event: 4, slot: 1 });
  });

  test("writes into a live block, found when that is freed", async () => {
    const fault = await faultOf((right) => ({
      malloc: (size) => {
        const block = right.malloc(size);
        if (size === 0) right.bytes[block - 5000]! ^= 1;
        return block;
      },
    }));
    expect(fault).toMatchObject({ event: 7, op: "free", slot: 3 });
    expect(fault.reason).toMatch(/^its contents changed while it was live, first at byte \d+ of 70000$/);
  });

  test("writes into a block that is never freed, found at the end", async () => {
    const fault = await faultOf((right) => ({
      free: (address) => {
        right.bytes.fill(0, 0, address);
      },
    }));
    expect(fault.event).toBeGreaterThanOrEqual(8);
    expect(fault.reason).toMatch(/its contents (had )?changed/);
  });

  test("traps", async () => {
    const fault = await faultOf(() => ({
      free: () => {
        throw new WebAssembly.RuntimeError("unreachable");
      },
    }));
    expect(fault).toMatchObject({ event: 7, reason: "the call trapped: unreachable" });
  });
});

test("an abort ends the replay with its reason", async () => {
  const trace = decodeTrace(writeAtr1(EVENTS), "small.atr");
  const allocator = fakeAllocator();
  const script = compileScript(trace.words, trace.maxSlots, abilitiesOf(allocator));
  const signal = AbortSignal.abort(new Error("enough"));
  await expect(checkedReplay(allocator, { trace: "small", maxSlots: 5, script, signal })).rejects.toThrow(
    "enough",
  );
});
