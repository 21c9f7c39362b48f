// test/src/export/trace-events.test.ts: trace events have the fields that V8's own have, readers of traces build threads and slices of them, and
// they tell what the heap did.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { buildModel } from "@tracerbench/trace-model";
import { describe, expect, test } from "vitest";
import { DisposedError, InvalidArgumentError } from "../../../src/errors.js";
import {
  type CompleteTraceEvent,
  type CounterTraceEvent,
  type TraceEventFile,
  TraceEventRecorder,
} from "../../../src/export/trace-events.js";
import type { GcInfo } from "../../../src/gc/collections.js";
import type { Heap } from "../../../src/heap.js";
import { BUILDS, newHeap, newObjectHeap } from "../../support/checked-core.js";

/** Makes so many cycles that nobody holds. */
function makeCycles(heap: Heap, count: number): void {
  heap.frame(() => {
    for (let index = 0; index < count; index += 1) {
      const list = heap.list();
      list.append(list);
    }
  });
}

const slicesOf = ({ traceEvents }: TraceEventFile): CompleteTraceEvent[] =>
  traceEvents.filter((event) => event.ph === "X");
const countersOf = ({ traceEvents }: TraceEventFile): CounterTraceEvent[] =>
  traceEvents.filter((event) => event.ph === "C");

/** As a reader has it after a file. */
const modelOf = (file: TraceEventFile) => buildModel(JSON.parse(JSON.stringify(file)));

describe.each(BUILDS)("%s:", (build) => {
  test("counters are the heap's statistics when sample() was called", () => {
    const heap = newObjectHeap(build);
    heap.list().dispose(); // for what is made with the first object
    using recorder = new TraceEventRecorder(heap);
    recorder.sample();
    const kept = heap.list([1000, "text", heap.bytes(new Uint8Array(100_000))]);
    heap.malloc(64);
    recorder.sample();
    const before = performance.now() * 1000;
    const counters = countersOf(recorder.toTraceEvents());
    expect(counters.map(({ name }) => name)).toEqual([
      ...["heap bytes", "heap blocks", "handles"],
      ...["heap bytes", "heap blocks", "handles"],
    ]);
    const [bytes, blocks, handles] = counters.slice(3).map(({ args }) => args) as [
      Record<string, number>,
      Record<string, number>,
      Record<string, number>,
    ];
    const stats = heap.stats();
    expect(bytes).toEqual({
      used: stats.bytes.usedBlocks + stats.bytes.largeBlocks,
      unused: stats.footprintBytes - stats.bytes.usedBlocks - stats.bytes.largeBlocks,
    });
    expect(Object.values(blocks).reduce((sum, count) => sum + count, 0)).toBe(heap.sys.getallocatedblocks());
    const first = counters[1]!.args;
    const grown = (kind: string): number => blocks[kind]! - (first[kind] ?? 0);
    expect(["container", "atomic", "large"].map(grown)).toEqual([1, 2, 1]);
    expect(handles).toEqual({ live: heap.liveHandles });
    for (const { ts } of counters) expect(ts).toBeLessThanOrEqual(before);
    kept.dispose();
  });

  test("each collection is a slice, as long as its pause, with its generation and what it came to", () => {
    const heap = newObjectHeap(build);
    const infos: GcInfo[] = [];
    heap.gc.callbacks.push((phase, info) => void (phase === "stop" && infos.push(info)));
    using recorder = new TraceEventRecorder(heap);
    makeCycles(heap, 100);
    heap.gc.collect(0);
    makeCycles(heap, 5000); // some begin by themselves
    heap.gc.collect(2);
    const slices = slicesOf(recorder.toTraceEvents());
    expect(slices.length).toBeGreaterThan(3);
    expect(slices.map(({ name, args }) => [name, args])).toEqual(
      infos.map(({ generation, collected }) => [
        `gc generation ${generation}`,
        { generation, collected, uncollectable: 0, isSkipped: false },
      ]),
    );
    expect(slices.reduce((sum, { args }) => sum + Number(args.collected), 0)).toBe(5100);
    for (const [index, { dur }] of slices.entries()) expect(dur / 1000).toBeCloseTo(infos[index]!.pauseMs, 3);
    for (const [index, { ts }] of slices.entries()) {
      if (index > 0) expect(ts).toBeGreaterThanOrEqual(slices[index - 1]!.ts + slices[index - 1]!.dur);
    }
  });

  test("increments are slices of their own, around collections of young objects that were part of their pause", () => {
    const heap = newObjectHeap(build);
    const nested = collectInIncrements(heap);
    expect(nested).toBeGreaterThan(0);
  });

  test("slices lie inside of each other or apart, however late the recorder is told", () => {
    const heap = newObjectHeap(build);
    heap.gc.setDebug(heap.gc.DEBUG_STATS);
    let lines = 0;
    heap.gc.debugOutput = () => {
      lines += 1;
      const start = performance.now();
      while (performance.now() - start < (lines % 7) * 0.03);
    };
    collectInIncrements(heap);
    expect(lines).toBeGreaterThan(10);
  });
});

/** Has a heap collect by itself, and looks at the slices. @returns how many lie inside of others. */
function collectInIncrements(heap: Heap): number {
  using recorder = new TraceEventRecorder(heap);
  let steps = 0;
  heap.gc.callbacks.push((phase) => {
    if (phase === "step") steps += 1;
  });
  heap.gc.setThreshold(50, 1, 1);
  heap.gc.setPauseTarget(0.01);
  const kept = heap.frame(() => heap.list(Array.from({ length: 3000 }, () => heap.list())));
  for (let round = 0; round < 1000 && steps < 5; round += 1) makeCycles(heap, 100);
  kept.dispose();
  const file = recorder.toTraceEvents();
  expect(steps).toBeGreaterThan(0);
  expect(slicesOf(file).filter(({ name }) => name === "gc increment").length).toBe(steps);
  const slices = modelOf(file).events.filter((event) => event.isComplete());
  for (const slice of slices) {
    const crossing = slices.filter(
      (other) => slice.start < other.start && other.start < slice.end && slice.end < other.end,
    );
    expect(crossing).toEqual([]);
  }
  return slices.filter(({ parent }) => parent?.isComplete()).length;
}

test("a reader of Chrome's traces finds the process, its thread, and every event in order", () => {
  const heap = newObjectHeap("release");
  using recorder = new TraceEventRecorder(heap, { name: "a heap", processId: 7 });
  recorder.sample();
  makeCycles(heap, 10);
  heap.gc.collect();
  recorder.sample();
  const file = recorder.toTraceEvents();
  expect(file.displayTimeUnit).toBe("ms");
  const model = modelOf(file);
  expect(model.processes.map(({ id, name }) => [id, name])).toEqual([[7, "a heap"]]);
  const [thread] = model.processes[0]!.threads;
  expect(thread!.name).toBe("heap");
  const names = thread!.events.filter((event) => !event.isMetadata()).map(({ name }) => name);
  const sample = ["heap bytes", "heap blocks", "handles"];
  expect(names).toEqual([...sample, "gc generation 2", ...sample]);
  const [collection] = thread!.events.filter((event) => event.isComplete());
  expect(collection!.getNumberArg("collected")).toBe(10);
  expect(collection!.hasCategory("gc")).toBe(true);
});

test("events have the fields of those that V8 writes itself", () => {
  const folder = mkdtempSync(join(tmpdir(), "trace-"));
  const options = ["--trace-event-categories", "v8", "--trace-event-file-pattern", join(folder, "node.json")];
  execFileSync(process.execPath, [...options, "--expose-gc", "-e", "gc()"]);
  const written = JSON.parse(readFileSync(join(folder, "node.json"), "utf8")) as TraceEventFile;
  rmSync(folder, { recursive: true });
  const heap = newObjectHeap("release");
  using recorder = new TraceEventRecorder(heap);
  heap.gc.collect();
  for (const event of recorder.toTraceEvents().traceEvents) {
    const likes = written.traceEvents.filter(({ ph }) => ph === event.ph);
    const known = new Set(likes.flatMap((like) => Object.keys(like)));
    for (const [field, value] of Object.entries(event)) {
      expect([...known], event.ph).toContain(field);
      expect(typeof value).toBe(typeof likes.find((like) => field in like)![field as "name"]);
    }
  }
});

test("at an interval the counters are sampled by themselves, until the end, and no process is kept running by it", async () => {
  const heap = newObjectHeap("release");
  const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
  const before = timers();
  const recorder = new TraceEventRecorder(heap, { intervalMs: 1 });
  expect(timers()).toBe(before);
  const deadline = performance.now() + 5000;
  while (countersOf(recorder.toTraceEvents()).length < 9 && performance.now() < deadline) await setTimeout(1);
  recorder.dispose();
  const count = countersOf(recorder.toTraceEvents()).length;
  expect(count).toBeGreaterThanOrEqual(9);
  await setTimeout(20);
  expect(countersOf(recorder.toTraceEvents()).length).toBe(count);
});

test("the newest events are kept, and how many were forgotten is told", () => {
  const heap = newObjectHeap("release");
  using recorder = new TraceEventRecorder(heap, { maxEvents: 4 });
  for (let collections = 0; collections < 10; collections += 1) {
    makeCycles(heap, collections);
    heap.gc.collect();
  }
  const file = recorder.toTraceEvents();
  expect(slicesOf(file).map(({ args }) => args.collected)).toEqual([6, 7, 8, 9]);
  expect(file.otherData.droppedEvents).toBe(6);
});

test("after its disposal the recorder holds what it has, and the heap knows it no more", () => {
  const heap = newObjectHeap("release");
  const seen: string[] = [];
  const other = (phase: string): void => void seen.push(phase);
  const recorder = new TraceEventRecorder(heap);
  heap.gc.callbacks.push(other);
  heap.gc.collect();
  recorder.dispose();
  recorder.dispose();
  expect(heap.gc.callbacks).toEqual([other]);
  heap.gc.collect();
  expect(seen.length).toBe(4);
  expect(slicesOf(recorder.toTraceEvents()).length).toBe(1);
  expect(() => recorder.sample()).toThrow(DisposedError);
  expect(() => recorder.sample()).toThrow("the recorder was disposed of already");
});

test("a callback that disposes of the recorder has the event left out that it was called for", () => {
  const heap = newObjectHeap("release");
  const recorder = new TraceEventRecorder(heap);
  heap.gc.callbacks.unshift(() => recorder.dispose());
  heap.gc.collect();
  expect(slicesOf(recorder.toTraceEvents())).toEqual([]);
});

test("a heap without objects has counters too, and a closed one", () => {
  const heap = newHeap("release");
  using recorder = new TraceEventRecorder(heap);
  heap.malloc(100);
  recorder.sample();
  heap.close();
  recorder.sample();
  expect(countersOf(recorder.toTraceEvents()).map(({ args }) => args.raw)).toEqual(
    [1, 1].flatMap((raw) => [undefined, raw, undefined]),
  );
});

test("what is no heap, interval, number or name is refused, and the heap is left alone", () => {
  const heap = newObjectHeap("release");
  expect(() => new TraceEventRecorder(null as never)).toThrow(InvalidArgumentError);
  expect(() => new TraceEventRecorder({} as never)).toThrow(InvalidArgumentError);
  for (const intervalMs of [0, -1, Number.NaN, 2 ** 31, "5" as never]) {
    expect(() => new TraceEventRecorder(heap, { intervalMs })).toThrow(InvalidArgumentError);
  }
  for (const maxEvents of [0, 1.5, Number.POSITIVE_INFINITY]) {
    expect(() => new TraceEventRecorder(heap, { maxEvents })).toThrow("maxEvents");
  }
  expect(() => new TraceEventRecorder(heap, { name: 5 as never })).toThrow("name is 5");
  expect(() => new TraceEventRecorder(heap, { processId: -1 })).toThrow("processId is -1");
  expect(heap.gc.callbacks).toEqual([]);
});
