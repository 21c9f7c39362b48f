// test/src/tracemalloc/leaks.test.ts: what a piece of a program leaves behind is found, by line and by type, and what it does not leave is not.

import { describe, expect, test } from "vitest";
import { InvalidArgumentError } from "../../../src/errors.js";
import type { Growth } from "../../../src/tracemalloc/growth.js";
import { BUILDS, newObjectHeap } from "../../support/checked-core.js";

describe.each(BUILDS)("%s:", (build) => {
  const heap = newObjectHeap(build);
  const { tracemalloc } = heap;
  const Session = heap.struct("Session", { user: "ref" });

  test("objects that stay are told by line and type, bytes a run, and can be asked who holds them", () => {
    const cache = heap.list();
    const growth = tracemalloc.leaks(
      () => {
        heap.frame(() => {
          cache.append(new Session({ user: "somebody" }));
          heap.list([1, 2, 3]); // goes with the frame
        });
      },
      { runs: 10 },
    );
    expect(growth.isLeaking).toBe(true);
    expect(growth.runs).toBe(10);
    expect(growth.byType.find(({ type }) => type === "Session")).toMatchObject({ countDiff: 10, count: 11 });
    expect(growth.byLine[0]!.traceback.at(-1)!.filename).toMatch(/leaks\.test\.ts/);
    const survivors = [...growth.survivors("Session")];
    expect(survivors).toHaveLength(10);
    const text = String(heap.holders(survivors[3]!.address));
    expect(text).toMatch(/Session at .* is held by\n└─ \[\d+\] of list at/);
    expect(String(growth)).toMatch(
      /a run\nby line:\n {2}.*leaks\.test\.ts:\d+: size=.*\n[\s\S]*by type:\n[\s\S]*Session: \+10 \(11 now\)/,
    );
    expect(tracemalloc.isTracing()).toBe(false);
    cache.dispose();
  });

  test("nothing is told of what goes: by its count, by the collector, or of blocks freed", () => {
    const growth = tracemalloc.leaks(() => {
      heap.free(heap.malloc(1000));
      heap.frame(() => {
        const list = heap.list();
        list.append(list);
      });
    });
    expect(growth.isLeaking).toBe(false);
    expect(growth.byLine).toEqual([]);
    expect(growth.byType).toEqual([]);
    expect([...growth.survivors()]).toEqual([]);
    expect(String(growth)).toBe("nothing has grown in 3 runs");
  });

  test("what the first run alone makes is no leak", () => {
    let once: number | undefined;
    expect(
      tracemalloc.leaks(() => {
        once ??= heap.malloc(5000);
      }).isLeaking,
    ).toBe(false);
    heap.free(once!);
  });

  test("asynchronous programs are waited for", async () => {
    const blocks: number[] = [];
    const pending: Promise<Growth> = tracemalloc.leaks(async () => {
      await Promise.resolve();
      blocks.push(heap.malloc(100));
    });
    const growth = await pending;
    expect(growth.byType).toMatchObject([{ type: "(malloc)", countDiff: 3, sizeDiff: 300 }]);
    expect(tracemalloc.isTracing()).toBe(false);
    for (const block of blocks) heap.free(block);
  });

  test("a program that throws ends tracing, unless it was on before", async () => {
    const fail = (): never => {
      throw new Error("on purpose");
    };
    expect(() => tracemalloc.leaks(fail)).toThrow("on purpose");
    expect(tracemalloc.isTracing()).toBe(false);
    await expect(tracemalloc.leaks(async () => fail())).rejects.toThrow("on purpose");
    expect(tracemalloc.isTracing()).toBe(false);
    tracemalloc.start();
    expect(() => tracemalloc.leaks(fail)).toThrow("on purpose");
    expect(tracemalloc.isTracing()).toBe(true);
    tracemalloc.stop();
  });

  test("two snapshots tell the same, without runs", () => {
    tracemalloc.start();
    const before = tracemalloc.takeSnapshot();
    const list = heap.list([1000]);
    const growth = tracemalloc.takeSnapshot().growthSince(before);
    expect(growth.byType.map(({ type }) => type).sort()).toEqual(["(parts of objects)", "int", "list"]);
    expect(growth.format()[0]).not.toMatch(/a run/);
    expect(before.growthSince(tracemalloc.takeSnapshot()).isLeaking).toBe(false);
    list.dispose();
    tracemalloc.stop();
  });
});

test.each([
  ["run", [1]],
  ["runs", [() => undefined, { runs: 0 }]],
  ["runs", [() => undefined, { runs: 1.5 }]],
])("a wrong %s is refused before anything runs", (name, args) => {
  const heap = newObjectHeap("release");
  const call = heap.tracemalloc.leaks.bind(heap.tracemalloc) as (...args: unknown[]) => unknown;
  expect(() => call(...args)).toThrow(InvalidArgumentError);
  expect(() => call(...args)).toThrow(name);
  expect(heap.tracemalloc.isTracing()).toBe(false);
});
