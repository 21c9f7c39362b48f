import { describe, expect, test } from "vitest";
import type { AllocatorSource } from "../../../../src/lab/allocator.js";
import { toMarkdown } from "../../../../src/lab/sweep/markdown.js";
import { toText } from "../../../../src/lab/sweep/text.js";
import { fakeSource } from "../../../support/fake-allocator.js";
import { smallSweep, smallTrace, strategyOf, workloadOf } from "../../../support/sweeps.js";

/** Takes so long for each call that a difference is sure. */
function slowSource(name: string): AllocatorSource {
  return fakeSource(name, ({ malloc }) => ({
    malloc: (size) => {
      const end = performance.now() + 0.05;
      while (performance.now() < end);
      return malloc(size);
    },
  }));
}

describe("a sweep", () => {
  test("measures every strategy on every workload", async () => {
    const result = await smallSweep();
    expect(result.cells.map(({ workload, strategy }) => workload + strategy)).toEqual([
      "va",
      "vb",
      "wa",
      "wb",
    ]);
    expect(result.missing).toEqual([]);
    for (const { time, latency, memory } of result.cells) {
      expect(time.rounds).toHaveLength(2);
      expect(Math.min(...time.rounds)).toBeGreaterThan(0);
      expect(time.warmUpReplays).toBeGreaterThanOrEqual(1);
      expect(time.ratio!.low).toBeLessThanOrEqual(time.ratio!.value);
      expect(latency.percentiles.map(({ percentile }) => percentile)).toEqual([50, 90, 99, 99.9, 99.99, 100]);
      const ns = latency.percentiles.map((it) => it.ns);
      expect(ns).toEqual(ns.toSorted((a, b) => a - b));
      expect(memory!.peak.requestedBytes).toBe(smallTrace("v").peakLiveBytes);
      expect(memory!.reallocs).toBe(20);
    }
    expect(result.noise.map(({ workload }) => workload)).toEqual(["v", "w"]);
    expect(JSON.parse(JSON.stringify(result))).toEqual(result);
  });

  test("sees a difference where there is one", async () => {
    const strategies = [strategyOf(fakeSource("a")), strategyOf(slowSource("slow"))];
    const { cells } = await smallSweep({}, strategies, [workloadOf(smallTrace("v"))]);
    expect(cells.map(({ time }) => time.ratio!.verdict)).toEqual(["no difference seen", "slower"]);
    expect(cells[1]!.time.ratio!.low).toBeGreaterThan(2);
    // 60 of 180 calls take 50 µs: more than 10 %, less than half
    const [p50, p90] = cells[1]!.latency.percentiles.map(({ ns }) => ns);
    expect(p50).toBeLessThan(20_000);
    expect(p90).toBeGreaterThan(40_000);
  });

  test("tells what fails, takes too long, or could never finish, and goes on", async () => {
    const strategies = [
      fakeSource("a"),
      fakeSource("broken", () => ({ malloc: () => 0 })),
      slowSource("slow"),
      { ...fakeSource("floor"), neverFrees: true },
    ].map(strategyOf);
    const workload = workloadOf({ ...smallTrace("v"), bytesRequested: 2 ** 32 });
    const { cells, missing } = await smallSweep({ limitMs: 0.5 }, strategies, [workload]);
    expect(cells.map(({ strategy }) => strategy)).toEqual(["a"]);
    expect(missing).toEqual([
      { workload: "v", strategy: "floor", kind: "skipped", reason: expect.stringContaining("never frees") },
      { workload: "v", strategy: "broken", kind: "failed", reason: expect.stringContaining("returned null") },
      { workload: "v", strategy: "slow", kind: "slow", reason: expect.stringContaining("given up after") },
    ]);
  });

  test("has no ratios where the baseline fails", async () => {
    const strategies = [fakeSource("a", () => ({ malloc: () => 0 })), fakeSource("b")].map(strategyOf);
    const { cells, missing, noise } = await smallSweep({}, strategies);
    expect(cells.map(({ time }) => time.ratio)).toEqual([null, null]);
    expect(missing).toHaveLength(2);
    expect(noise).toEqual([]);
  });

  test("checks blocks first, if asked to", async () => {
    const strategies = [fakeSource("a"), fakeSource("twice", () => ({ malloc: () => 16 }))].map(strategyOf);
    const { missing } = await smallSweep({ check: true }, strategies);
    expect(missing[0]).toMatchObject({
      strategy: "twice",
      kind: "failed",
      reason: expect.stringContaining("overlap"),
    });
  });

  test("ends when aborted, with whole cells alone", async () => {
    const abort = new AbortController();
    const result = await smallSweep({
      signal: abort.signal,
      rounds: 4,
      onProgress: ({ workload }) => {
        if (workload === "w") abort.abort();
      },
    });
    expect(result.isInterrupted).toBe(true);
    expect(result.cells.map(({ workload }) => workload)).toEqual(["v", "v"]);
    expect(result.missing.every(({ kind, workload }) => kind === "skipped" && workload === "w")).toBe(true);
  });

  test("progress goes from 0 to 1", async () => {
    const done: number[] = [];
    await smallSweep({ onProgress: (it) => done.push(it.done) });
    expect(done).toEqual(done.toSorted((a, b) => a - b));
    expect(done[0]).toBe(0);
    expect(done.at(-1)).toBeLessThan(1);
  });
});

describe("the tables of a sweep", () => {
  test("name every strategy, verdict and gap, in the terminal and in Markdown", async () => {
    const strategies = ["a", "b|c"].map((name) => strategyOf(fakeSource(name)));
    const broken = strategyOf(fakeSource("broken", () => ({ malloc: () => 0 })));
    const result = await smallSweep({}, [...strategies, broken]);
    const text = toText(result, false);
    expect(text).toContain("v: 180 events");
    expect(text).toContain("baseline");
    expect(text).toContain("failed: broken on w");
    expect(text).toMatch(/noise: a, measured twice/);
    const markdown = toMarkdown(result);
    expect(markdown).toContain("| b\\|c |");
    const widths = markdown
      .split("\n")
      .filter((line) => line.startsWith("|"))
      .map((line) => line.replaceAll("\\|", "").split("|").length);
    expect(new Set(widths).size).toBeLessThanOrEqual(3); // time, memory, overall
  });
});
