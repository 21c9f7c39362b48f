import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { AllocatorModule } from "../../../../src/lab/allocator.js";
import { decodeTrace } from "../../../../src/lab/atr1.js";
import { ReplayTasks } from "../../../../src/lab/replay-tasks.js";
import type { TouchedResult } from "../../../../src/lab/sweep/result.js";
import { WatchedModule } from "../../../../src/lab/sweep/touches.js";
import { type TraceEvent, writeAtr1 } from "../../../support/atr1-writer.js";

const EVENTS: TraceEvent[] = Array.from({ length: 500 }, () => [
  { op: "malloc" as const, slot: 0, size: 48 },
  { op: "free" as const, slot: 0 },
]).flat();

async function watch(file: string, events = EVENTS): Promise<TouchedResult> {
  const trace = decodeTrace(writeAtr1(events), "t.atr");
  const module = await WatchedModule.of("it", await readFile(file));
  const allocator = await (await AllocatorModule.read(file)).instantiate();
  return module!.watch(new ReplayTasks(trace, {}).for(allocator));
}

describe("watching what an allocator touches", () => {
  test("counts its loads and stores: none of an empty one, one store a block of bump's", async () => {
    expect(await watch("build/strategies/null.wasm")).toMatchObject({ accessesPerEvent: 0, events: 1000 });
    // bump writes each block's capacity before it, and does nothing to free one
    expect((await watch("build/strategies/bump.wasm")).accessesPerEvent).toBe(0.5);
  });

  test("adds its lines to those of the blocks", async () => {
    const { linesPerThousand, pagesPerThousand, accessesPerEvent } = await watch("build/pymalloc.wasm");
    expect(accessesPerEvent).toBeGreaterThan(2);
    expect(linesPerThousand).toBeGreaterThan(1);
    expect(pagesPerThousand).toBeGreaterThanOrEqual(1);
  });

  test("sees blocks where they lie", async () => {
    const events = Array.from({ length: 300 }, (_, slot) => ({ op: "malloc" as const, slot, size: 64 * 64 }));
    const { linesPerThousand } = await watch("build/strategies/bump.wasm", events);
    // a header of 4 bytes, a multiple of 16 from block to block: the last line of one may be the first of the next
    expect(linesPerThousand).toBeGreaterThanOrEqual(300);
    expect(linesPerThousand).toBeLessThanOrEqual(600);
  });

  test("is left out for what is no module", async () => {
    expect(await WatchedModule.of("it", new TextEncoder().encode("fake"))).toBeUndefined();
  });
});
