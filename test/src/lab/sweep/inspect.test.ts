import { describe, expect, test } from "vitest";
import { AllocatorModule } from "../../../../src/lab/allocator.js";
import { decodeTrace } from "../../../../src/lab/atr1.js";
import { ReplayTasks } from "../../../../src/lab/replay-tasks.js";
import { inspect } from "../../../../src/lab/sweep/inspect.js";
import type { MemoryResult } from "../../../../src/lab/sweep/result.js";
import { type TraceEvent, writeAtr1 } from "../../../support/atr1-writer.js";
import { fakeAllocator } from "../../../support/fake-allocator.js";

type Breakage = Parameters<typeof fakeAllocator>[1];

async function look(events: readonly TraceEvent[], breakage?: Breakage): Promise<MemoryResult> {
  const trace = decodeTrace(writeAtr1(events), "t.atr");
  const allocator = fakeAllocator("fake", breakage);
  return inspect(allocator, new ReplayTasks(trace, {}).for(allocator), trace);
}

/** Blocks at given addresses, in the order of the calls. */
function at(...addresses: number[]): Breakage {
  let next = 0;
  return () => ({
    malloc: () => addresses[next++]!,
    free: () => {},
    realloc: () => addresses[next++]!,
    usableSize: (address) => (address === 1000 ? 24 : 16),
  });
}

describe("looking at a replay", () => {
  test("tells where every byte is at the peak: requested, slack, headers, free", async () => {
    const { peak } = await look(
      [
        { op: "malloc", slot: 0, size: 20 },
        { op: "malloc", slot: 1, size: 16 },
        { op: "malloc", slot: 2, size: 10 },
        { op: "free", slot: 1 },
      ],
      // 1000 + 24 usable, a header of 8, 1032 + 16, a gap of 152, 1200 + 16
      at(1000, 1032, 1200),
    );
    expect(peak).toMatchObject({ event: 2, liveBlocks: 3, requestedBytes: 46, slackBytes: 10 });
    expect(peak.metadataBytes).toBe(1000 + 8);
    expect(peak.requestedBytes + peak.slackBytes + peak.metadataBytes + peak.freeBytes).toBe(
      peak.footprintBytes,
    );
    expect(peak.largestGapBytes).toBe(peak.footprintBytes - 1216);
  });

  test("draws what live blocks cover", async () => {
    const { peak } = await look([{ op: "malloc", slot: 0, size: 96 }], at(32));
    const { cellBytes, coverage } = peak.map;
    expect(cellBytes % 64).toBe(0);
    expect(coverage.length).toBe(Math.ceil(peak.footprintBytes / cellBytes));
    const coveredBytes = coverage.reduce((sum, part) => sum + (part / 100) * cellBytes, 0);
    expect(coveredBytes).toBeCloseTo(96, -1);
    expect(coverage.slice(Math.ceil(128 / cellBytes))).toEqual(
      coverage.slice(Math.ceil(128 / cellBytes)).map(() => 0),
    );
  });

  test("counts reallocs, and those that moved", async () => {
    const result = await look(
      [
        { op: "malloc", slot: 0, size: 8 },
        { op: "realloc", slot: 0, size: 16 },
        { op: "realloc", slot: 0, size: 32 },
      ],
      at(64, 64, 128),
    );
    expect(result).toMatchObject({ reallocs: 2, reallocMoves: 1 });
  });

  test("counts lines and pages once a window", async () => {
    const calls = 1000;
    const events: TraceEvent[] = [];
    for (let i = 0; i < calls / 2; i += 1)
      events.push({ op: "malloc", slot: 0, size: 8 }, { op: "free", slot: 0 });
    const { locality } = await look(events, () => ({ malloc: () => 60, free: () => {} }));
    // bytes 60 to 67 are in two lines
    expect(locality).toEqual({ linesPerThousand: 2, pagesPerThousand: 1, touched: null });
  });

  test("follows the footprint through growth, and ends at it", async () => {
    const module = await AllocatorModule.read("build/pymalloc.wasm");
    const allocator = await module.instantiate();
    const events = Array.from({ length: 3000 }, (_, slot) => ({ op: "malloc", slot, size: 100 }) as const);
    const trace = decodeTrace(writeAtr1(events), "t.atr");
    const { curve, growCalls, footprintBytes, freshBytes, end } = await inspect(
      allocator,
      new ReplayTasks(trace, {}).for(allocator),
      trace,
    );
    expect(curve[0]).toEqual({ event: 0, footprintBytes: freshBytes, liveBytes: 0 });
    expect(curve.at(-1)).toEqual({ event: 3000, footprintBytes, liveBytes: 300_000 });
    const footprints = curve.map((sample) => sample.footprintBytes);
    expect(footprints).toEqual(footprints.toSorted((a, b) => a - b));
    expect(growCalls).toBeGreaterThan(0);
    expect(footprintBytes).toBe(allocator.memory.buffer.byteLength);
    // 100 bytes are served from blocks of 112 or less, which usable_size tells
    expect(end.slackBytes / end.liveBlocks).toBeGreaterThanOrEqual(4);
    expect(end.slackBytes / end.liveBlocks).toBeLessThanOrEqual(12);
  });

  test("ends with the event at which there is no memory", async () => {
    await expect(look([{ op: "malloc", slot: 0, size: 8 }], () => ({ malloc: () => 0 }))).rejects.toThrow(
      "event 0: malloc of 8 bytes returned null",
    );
  });
});
