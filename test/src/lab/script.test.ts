import { expect, test } from "vitest";
import type { Abilities } from "../../../src/lab/allocator.js";
import { decodeTrace } from "../../../src/lab/atr1.js";
import { freshLoop } from "../../../src/lab/loop.js";
import {
  CALL_ALIGNED,
  CALL_BITS,
  CALL_CALLOC,
  CALL_FREE,
  CALL_FREE_ALIGNED,
  CALL_MALLOC,
  CALL_REALLOC,
  CALL_REALLOC_COPY,
  CALL_REALLOC_NULL,
  compileScript,
  STEP_WORDS,
} from "../../../src/lab/script.js";
import { type TraceEvent, writeAtr1 } from "../../support/atr1-writer.js";

const EVENTS: TraceEvent[] = [
  { op: "malloc", slot: 0, size: 10 },
  { op: "calloc", slot: 1, size: 20 },
  { op: "reallocNull", slot: 2, size: 30 },
  { op: "memalign", slot: 3, size: 40, alignmentLog2: 6 },
  { op: "memalign", slot: 4, size: 3, alignmentLog2: 3 },
  { op: "realloc", slot: 0, size: 0 },
  { op: "realloc", slot: 3, size: 50 },
  { op: "free", slot: 3 },
  { op: "memalign", slot: 3, size: 64, alignmentLog2: 6 },
  { op: "free", slot: 3 },
  { op: "reallocZero", slot: 0 },
];

/** Steps as [call, slot, size, extra]. */
function stepsFor(abilities: Abilities): number[][] {
  const trace = decodeTrace(writeAtr1(EVENTS), "small.atr");
  const script = compileScript(trace.words, trace.maxSlots, abilities);
  expect(script.length).toBe(EVENTS.length * STEP_WORDS);
  return EVENTS.map((_, i) => {
    const [head, size, extra] = script.subarray(i * STEP_WORDS, (i + 1) * STEP_WORDS);
    return [head! & 7, head! >>> CALL_BITS, size!, extra!];
  });
}

test("an allocator with all calls gets each event as its call", () => {
  expect(stepsFor({ hasRealloc: true, hasAlignedAlloc: true })).toEqual([
    [CALL_MALLOC, 0, 10, 0],
    [CALL_CALLOC, 1, 20, 0],
    [CALL_REALLOC_NULL, 2, 30, 0],
    [CALL_ALIGNED, 3, 64, 64],
    [CALL_ALIGNED, 4, 8, 8],
    [CALL_REALLOC, 0, 1, 0],
    [CALL_REALLOC, 3, 50, 0],
    [CALL_FREE, 3, 0, 0],
    [CALL_ALIGNED, 3, 64, 64],
    [CALL_FREE, 3, 0, 0],
    [CALL_FREE, 0, 0, 0],
  ]);
});

test("without realloc, every realloc copies and knows the old size", () => {
  const steps = stepsFor({ hasRealloc: false, hasAlignedAlloc: true });
  expect(steps[2]).toEqual([CALL_MALLOC, 2, 30, 0]);
  expect(steps[5]).toEqual([CALL_REALLOC_COPY, 0, 1, 10]);
  expect(steps[6]).toEqual([CALL_REALLOC_COPY, 3, 50, 64]);
});

test("without aligned_alloc, what it would have made is freed and moved with care, until it is moved", () => {
  const steps = stepsFor({ hasRealloc: true, hasAlignedAlloc: false });
  expect(steps[4]).toEqual([CALL_MALLOC, 4, 8, 0]);
  expect(steps[6]).toEqual([CALL_REALLOC_COPY, 3, 50, 64]);
  expect(steps[7]).toEqual([CALL_FREE, 3, 0, 0]);
  expect(steps[9]).toEqual([CALL_FREE_ALIGNED, 3, 0, 0]);
});

test("the timed loop makes exactly the calls the script names", () => {
  const log: unknown[][] = [];
  let next = 100;
  const note =
    (name: string) =>
    (...args: number[]): number => {
      log.push([name, ...args]);
      next += 1;
      return next;
    };
  const script = Int32Array.from(
    [
      [CALL_MALLOC, 0, 10, 0],
      [CALL_CALLOC, 1, 20, 0],
      [CALL_REALLOC_NULL, 2, 30, 0],
      [CALL_ALIGNED, 3, 64, 32],
      [CALL_REALLOC, 0, 11, 0],
      [CALL_REALLOC_COPY, 1, 21, 20],
      [CALL_FREE, 2, 0, 0],
      [CALL_FREE_ALIGNED, 3, 0, 0],
    ].flatMap(([call, slot, size, extra]) => [(slot! << CALL_BITS) | call!, size!, extra!]),
  );
  const names = ["malloc", "free", "realloc", "calloc", "alignedAlloc", "reallocCopy", "freeAligned"];
  const [malloc, free, realloc, calloc, alignedAlloc, reallocCopy, freeAligned] = names.map(note);
  const slots = new Int32Array(4);
  const end = freshLoop()(
    script,
    0,
    script.length,
    slots,
    malloc!,
    free!,
    realloc!,
    calloc!,
    alignedAlloc!,
    reallocCopy!,
    freeAligned!,
  );
  expect(end).toBe(script.length);
  expect(log).toEqual([
    ["malloc", 10],
    ["calloc", 1, 20],
    ["realloc", 0, 30],
    ["alignedAlloc", 32, 64],
    ["realloc", 101, 11],
    ["reallocCopy", 102, 21, 20],
    ["free", 103],
    ["freeAligned", 104],
  ]);
  expect([...slots]).toEqual([105, 106, 103, 104]);
});

test("the timed loop stops at the first block it does not get, but takes null for no bytes", () => {
  const script = Int32Array.from([CALL_MALLOC, 0, 0, CALL_MALLOC | (1 << CALL_BITS), 5, 0]);
  const none = (): number => 0;
  const stopped = freshLoop()(script, 0, 6, new Int32Array(2), none, none, none, none, none, none, none);
  expect(stopped).toBe(STEP_WORDS);
});

test("every loop is a function of its own", () => {
  expect(freshLoop()).not.toBe(freshLoop());
});
