// test/src/record/watched-heap.test.ts: what is recorded of a heap is what the program did: each call, in order, whatever else looks on.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TracingError } from "../../../src/errors.js";
import type { Heap } from "../../../src/heap.js";
import type { Trace } from "../../../src/lab/trace.js";
import { BUILDS, newHeap, newObjectHeap } from "../../support/checked-core.js";
import { eventsOf, type ReadEvent, RecordedHeap } from "../../support/recorded-heap.js";
import { TracedProgram, tracedPrograms } from "../../support/traced-programs.js";

const KINDS = ["none", "raw", "object", "part"];

interface RawStep {
  readonly call: "malloc" | "calloc" | "realloc" | "free" | "alignedAlloc";
  readonly pick: number;
  readonly size: number;
}

const rawPrograms: fc.Arbitrary<RawStep[]> = fc.array(
  fc.record({
    call: fc.constantFrom("malloc", "malloc", "calloc", "realloc", "free", "free", "alignedAlloc"),
    pick: fc.nat(1000),
    size: fc.oneof(fc.nat(600), fc.nat(100_000)),
  }) as fc.Arbitrary<RawStep>,
  { maxLength: 200, size: "max" },
);

/** Makes the calls. @returns what a trace has to say of them: op, size, alignment, and the block as the number of its birth. */
function runRaw(heap: Heap, steps: readonly RawStep[]): [string, number, number, number][] {
  const live: { address: number; birth: number }[] = [];
  const calls: [string, number, number, number][] = [];
  let births = 0;
  const born = (op: string, size: number, log2: number, address: number): void => {
    live.push({ address, birth: births });
    calls.push([op, size, log2, births]);
    births += 1;
  };
  for (const { call, pick, size } of steps) {
    const index = pick % (live.length + 1);
    const block = live[index];
    if (call === "malloc") born("malloc", size, 0, heap.malloc(size));
    else if (call === "calloc") born("calloc", 3 * size, 0, heap.calloc(3, size));
    else if (call === "alignedAlloc") {
      const log2 = pick % 13;
      born(log2 === 0 ? "malloc" : "memalign", size, log2, heap.alignedAlloc(2 ** log2, size));
    } else if (call === "realloc" && block === undefined) {
      born("reallocNull", size, 0, heap.realloc(0, size));
    } else if (call === "realloc") {
      block!.address = heap.realloc(block!.address, size);
      calls.push(["realloc", size, 0, block!.birth]);
    } else if (block === undefined) {
      heap.free(0);
    } else {
      heap.free(block.address);
      live.splice(index, 1);
      calls.push(["free", 0, 0, block.birth]);
    }
  }
  return calls;
}

/** A trace's events, blocks as the numbers of their births. */
function callsOf(trace: Trace): [string, number, number, number][] {
  const births: number[] = [];
  let count = 0;
  return eventsOf(trace).map(({ op, slot, size, alignmentLog2 }) => {
    if (op !== "free" && op !== "realloc") {
      births[slot] = count;
      count += 1;
    }
    return [op, size, alignmentLog2, births[slot]!];
  });
}

/** Live blocks at the end, by kind. */
function liveByKind(events: readonly ReadEvent[]): Map<string, number> {
  const kinds = new Map<number, string>();
  for (const { op, slot, site } of events) {
    if (op === "free") kinds.delete(slot);
    else kinds.set(slot, KINDS[site]!);
  }
  const counts = new Map<string, number>();
  for (const kind of kinds.values()) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return counts;
}

function usedBlocks(heap: Heap): number {
  const { classes, large } = heap.stats();
  return classes.reduce((sum, { usedBlocks }) => sum + usedBlocks, large.blocks);
}

/** Replays a trace's calls on a heap. */
function replay(trace: Trace, heap: Heap): void {
  const addresses: number[] = [];
  for (const { op, slot, size, alignmentLog2 } of eventsOf(trace)) {
    if (op === "free") heap.free(addresses[slot]!);
    else if (op === "realloc") addresses[slot] = heap.realloc(addresses[slot]!, size);
    else if (op === "memalign") addresses[slot] = heap.alignedAlloc(2 ** alignmentLog2, size);
    else addresses[slot] = op === "calloc" ? heap.calloc(1, size) : heap.malloc(size);
  }
}

describe.each(BUILDS)("%s:", (build) => {
  test.each([
    ["with objects", newObjectHeap],
    ["of the allocator alone", newHeap],
  ])("every raw call of a heap %s is in the trace as it was made", async (_, create) => {
    await fc.assert(
      fc.asyncProperty(rawPrograms, async (steps) => {
        const heap = create(build);
        const recorded = new RecordedHeap(heap);
        const before = usedBlocks(heap);
        const calls = runRaw(heap, steps);
        const trace = await recorded.trace();
        recorded.end();
        expect(callsOf(trace)).toEqual(calls);
        expect(trace.liveBlocksAtEnd).toBe(usedBlocks(heap) - before);
        heap.verify();
      }),
      { numRuns: 40 },
    );
  });

  test("a replay has the same blocks of the same sizes", async () => {
    await fc.assert(
      fc.asyncProperty(rawPrograms, async (steps) => {
        const heap = newHeap(build);
        const recorded = new RecordedHeap(heap);
        runRaw(heap, steps);
        const again = newHeap(build);
        replay(await recorded.trace(), again);
        recorded.end();
        expect(again.stats()).toEqual(heap.stats());
      }),
      { numRuns: 40 },
    );
  });

  test("of objects, what is alive in the trace is alive in the heap, though tracemalloc is used meanwhile", async () => {
    await fc.assert(
      fc.asyncProperty(tracedPrograms, async (steps) => {
        const heap = newObjectHeap(build);
        const recorded = new RecordedHeap(heap);
        const counter = heap.tracemalloc.countBytes();
        const program = new TracedProgram(heap);
        for (const step of steps) {
          try {
            program.run(step);
          } catch (error) {
            expect(error).toBeInstanceOf(TracingError); // no sample, while every block is looked at
          }
        }
        // before anything is awaited: JavaScript may collect handles then
        const [running, counted, objects] = [recorded.trace(), counter.read(), program.objects().length];
        program.end();
        const [ended, countedAtEnd] = [recorded.trace(), counter.read()];
        expect(recorded.spooled().facts).toMatchObject({ missedFrees: 0 });
        recorded.end();
        expect((await running).liveBytesAtEnd).toBe(counted);
        expect((await ended).liveBytesAtEnd).toBe(countedAtEnd);
        expect(liveByKind(eventsOf(await running)).get("object") ?? 0).toBeGreaterThanOrEqual(objects);
      }),
      { numRuns: 60 },
    );
  });
});

test("objects that live are in the trace, and their parts", async () => {
  const heap = newObjectHeap("release");
  const recorded = new RecordedHeap(heap);
  const list = heap.list(Array.from({ length: 100 }, (_, index) => index + 0.5));
  heap.malloc(10);
  expect(liveByKind(eventsOf(await recorded.trace()))).toEqual(
    new Map([
      ["object", 101],
      ["part", 1],
      ["raw", 1],
    ]),
  );
  list.dispose();
  expect(liveByKind(eventsOf(await recorded.trace()))).toEqual(new Map([["raw", 1]]));
  recorded.end();
});

test("the tracebacks of a program that traces itself don't have the recorder in them", () => {
  const heap = newObjectHeap("release");
  const recorded = new RecordedHeap(heap);
  heap.tracemalloc.start(25);
  const blocks = [heap.calloc(1, 5), heap.realloc(0, 5), heap.alignedAlloc(64, 5), heap.malloc(5)];
  for (const block of blocks) {
    const traceback = heap.tracemalloc.getObjectTraceback(block)!;
    expect(traceback.frames.at(-1)!.filename).toContain("watched-heap.test.ts");
  }
  recorded.end();
});

test("a program's sample is refused with what to do about it", () => {
  const heap = newObjectHeap("release");
  const recorded = new RecordedHeap(heap);
  expect(() => heap.tracemalloc.start({ sampleBytes: 100 })).toThrow(TracingError);
  expect(() => heap.tracemalloc.start({ sampleBytes: 100 })).toThrow(
    "a profiler or recorder is told of every block of this heap: end it, or trace without sampleBytes",
  );
  recorded.end();
});

test("a heap that is closed goes on with malloc and its like, and they are recorded", async () => {
  const heap = newObjectHeap("release");
  const recorded = new RecordedHeap(heap);
  const early = heap.malloc(1);
  heap.free(heap.malloc(2));
  heap.close();
  heap.free(early);
  heap.realloc(heap.calloc(2, 5), 20);
  expect(eventsOf(await recorded.trace()).map(({ op, size }) => `${op} ${size}`)).toEqual([
    "malloc 1",
    "malloc 2",
    "free 0",
    "free 0",
    "calloc 10",
    "realloc 20",
  ]);
  recorded.end();
});

test("calls that fail are no events, and throw what they throw", async () => {
  const heap = newObjectHeap("release", { maximumBytes: 1 << 20 });
  const recorded = new RecordedHeap(heap);
  const block = heap.malloc(1);
  for (const call of [
    () => heap.malloc(1 << 21),
    () => heap.calloc(1 << 10, 1 << 11),
    () => heap.realloc(block, 1 << 21),
    () => heap.alignedAlloc(64, 1 << 21),
  ]) {
    expect(call).toThrow("out of memory");
  }
  expect(() => heap.calloc(1n as unknown as number, 2)).toThrow("count is");
  expect(() => heap.alignedAlloc(Symbol() as unknown as number, 2)).toThrow("alignment is");
  expect(() => heap.free(block + 1)).toThrow("not the start of a block");
  expect(() => heap.realloc(block + 1, 5)).toThrow();
  heap.free(block);
  expect(eventsOf(await recorded.trace()).map(({ op }) => op)).toEqual(["malloc", "free"]);
  recorded.end();
});

test("a heap too small for the log records malloc and its like alone, and says so", async () => {
  const heap = newObjectHeap("release", { maximumBytes: 1 << 16 });
  const recorded = new RecordedHeap(heap);
  heap.free(heap.malloc(5));
  expect(eventsOf(await recorded.trace()).map(({ op }) => op)).toEqual(["malloc", "free"]);
  expect(recorded.spooled().facts.withoutObjects).toContain("out of memory");
  recorded.end();
});

test("blocks from before are no events", async () => {
  const heap = newObjectHeap("release");
  const early = heap.malloc(5);
  const recorded = new RecordedHeap(heap);
  heap.free(early);
  expect((await recorded.trace()).events).toBe(0);
  expect(recorded.spooled().facts.foreignFrees).toBe(1);
  recorded.end();
});

test("after the most events that are wanted, the others are counted", async () => {
  const heap = newObjectHeap("release");
  const recorded = new RecordedHeap(heap, { eventsMax: 1000 });
  for (let i = 0; i < 2000; i += 1) heap.free(heap.malloc(i));
  expect((await recorded.trace()).events).toBe(1000);
  expect(recorded.spooled().facts.droppedEvents).toBe(3000);
  recorded.end();
});

test("at the end of the stack nothing is recorded that did not happen", async () => {
  for (const frameSize of Array.from({ length: 15 }, (_, index) => index * 4)) {
    const heap = newObjectHeap("release");
    const recorded = new RecordedHeap(heap, { hasSites: frameSize % 8 === 0 });
    const counter = heap.tracemalloc.countBytes();
    const got: number[] = [];
    const down = (...rest: unknown[]): void => {
      got.push(heap.malloc(16), heap.calloc(1, 16));
      if (got.length % 3 === 0) heap.free(got.shift()!);
      got.push(heap.realloc(got.shift()!, 32));
      down(...rest);
    };
    expect(() => down(...Array<number>(frameSize))).toThrow(RangeError);
    const trace = await recorded.trace();
    // a call that was cut off may have taken its block, or given it back, unseen
    expect(Math.abs(trace.liveBlocksAtEnd - got.length)).toBeLessThanOrEqual(2);
    expect(Math.abs(trace.liveBytesAtEnd - counter.read())).toBeLessThanOrEqual(64);
    for (const block of got) heap.free(block);
    expect((await recorded.trace()).liveBlocksAtEnd).toBeLessThanOrEqual(2);
    recorded.end();
  }
});

test("sites are the lines that blocks come from, one for each kind", async () => {
  const heap = newObjectHeap("release");
  const recorded = new RecordedHeap(heap, { hasSites: true });
  heap.malloc(5);
  for (let i = 0; i < 3; i += 1) heap.list([1.5]);
  expect([heap.calloc(1, 5), heap.malloc(5)]).toHaveLength(2); // two columns
  const { sites } = recorded.spooled();
  const lineOf = (site: string): number => Number(/:(\d+)\(/.exec(site)![1]);
  const first = lineOf(sites![0]!);
  expect(sites!.map((site) => site.replace(/^.*:(\d+)/, (_, line) => `+${Number(line) - first}`))).toEqual([
    "+0(raw)",
    "+1(part)",
    "+1(object)",
    "+2(raw)",
  ]);
  expect(sites![0]).toMatch(/^test\/src\/record\/watched-heap\.test\.ts:\d+\(raw\)$/);
  expect((await recorded.trace()).siteCount).toBe(4);
  recorded.end();
});
