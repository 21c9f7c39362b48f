import { describe, expect, test } from "vitest";
import { AllocatorModule } from "../../../src/lab/allocator.js";
import { type MeasureOptions, measure } from "../../../src/lab/measure.js";
import { toJson, toText } from "../../../src/lab/report.js";
import { geometricMean, summarize } from "../../../src/lab/summary.js";
import { fakeSource } from "../../support/fake-allocator.js";
import { smallTrace } from "../../support/sweeps.js";
import { watAllocator } from "../../support/wat.js";

const OPTIONS: MeasureOptions = { rounds: 3, check: true };

describe("measuring", () => {
  test("gives one row a trace and allocator, with the spread over the rounds", async () => {
    const module = await AllocatorModule.compile("small", "small.wasm", watAllocator());
    const traces = [smallTrace("a"), smallTrace("b")];
    const { rows, failures } = await measure(traces, [fakeSource("fake"), module], OPTIONS);
    expect(failures).toEqual([]);
    expect(rows.map((row) => `${row.trace} ${row.allocator}`)).toEqual([
      "a fake",
      "a small",
      "b fake",
      "b small",
    ]);
    for (const row of rows) {
      expect(row).toMatchObject({ events: 180, peakLiveBytes: traces[0]!.peakLiveBytes });
      expect(row.nsPerEvent.min).toBeGreaterThan(0);
      expect(row.nsPerEvent.median).toBeGreaterThanOrEqual(row.nsPerEvent.min);
      expect(row.nsPerEvent.max).toBeGreaterThanOrEqual(row.nsPerEvent.median);
    }
    expect(rows[1]).toMatchObject({ footprintBytes: 2 << 16, wasmBytes: watAllocator().length });
  });

  test("runs each allocator on a fresh heap, in an order that rotates", async () => {
    const order: string[] = [];
    const sources = ["a", "b", "c"].map((name) => {
      const source = fakeSource(name);
      const instantiate: typeof source.instantiate = () => {
        order.push(name);
        return source.instantiate();
      };
      return { ...source, instantiate };
    });
    await measure([smallTrace("t")], sources, { rounds: 4, check: false });
    expect(order.join("")).toBe(["abc", "abc", "bca", "cab", "abc"].join(""));
  });

  test("leaves out an allocator that fails, and says where", async () => {
    const broken = fakeSource("broken", () => ({ malloc: () => 0 }));
    const twice = fakeSource("twice", () => ({ malloc: () => 16 }));
    const unchecked = await measure([smallTrace("t")], [broken, fakeSource("right")], {
      rounds: 1,
      check: false,
    });
    expect(unchecked.rows.map((row) => row.allocator)).toEqual(["right"]);
    expect(unchecked.failures).toEqual([
      {
        trace: "t",
        allocator: "broken",
        reason: expect.stringContaining("event 0: malloc of 40 bytes returned null"),
      },
    ]);
    const checked = await measure([smallTrace("t")], [twice, fakeSource("right")], OPTIONS);
    expect(checked.rows.map((row) => row.allocator)).toEqual(["right"]);
    expect(checked.failures[0]!.reason).toContain("twice on t: event 1, calloc");
  });

  test("leaves out an allocator that traps", async () => {
    const trap = (): never => {
      throw new WebAssembly.RuntimeError("unreachable");
    };
    const { failures } = await measure([smallTrace("t")], [fakeSource("trap", () => ({ calloc: trap }))], {
      rounds: 1,
      check: false,
    });
    expect(failures[0]!.reason).toContain("trap on t: trapped (unreachable)");
  });

  test("does not check made-up addresses, nor run what cannot finish", async () => {
    const fake = { ...fakeSource("null", () => ({ malloc: () => 16, calloc: () => 16 })), isFake: true };
    const wasteful = { ...fakeSource("bump"), neverFrees: true };
    const trace = { ...smallTrace("t"), bytesRequested: 5 * 2 ** 30 };
    const { rows, skipped, failures } = await measure([trace], [fake, wasteful], OPTIONS);
    expect(failures).toEqual([]);
    expect(rows.map((row) => row.allocator)).toEqual(["null"]);
    expect(skipped).toEqual([{ trace: "t", allocator: "bump", reason: expect.stringContaining("5.0 GiB") }]);
  });

  test("stops when aborted, with rows of the rounds done", async () => {
    const abort = new AbortController();
    let replays = 0;
    const source = fakeSource("fake");
    const counting = {
      ...source,
      instantiate: () => {
        replays += 1;
        if (replays === 3) abort.abort();
        return source.instantiate();
      },
    };
    const options = { rounds: 100, check: false, signal: abort.signal };
    const result = await measure([smallTrace("a"), smallTrace("b")], [counting], options);
    expect(result.isInterrupted).toBe(true);
    expect(result.rows.map((row) => row.trace)).toEqual(["a"]);
    expect(replays).toBe(3);
  });

  test("tells its progress from 0 up to below 1", async () => {
    const done: number[] = [];
    await measure([smallTrace("a"), smallTrace("b")], [fakeSource()], {
      ...OPTIONS,
      onProgress: (progress) => done.push(progress.done),
    });
    expect(done[0]).toBe(0);
    expect(done).toEqual(done.toSorted((a, b) => a - b));
    expect(done.at(-1)).toBeLessThan(1);
  });
});

describe("the summary", () => {
  const row = (trace: string, allocator: string, ns: number, footprintBytes = 200) => ({
    trace,
    allocator,
    events: 1,
    nsPerEvent: { min: ns, median: ns, max: ns },
    footprintBytes,
    peakLiveBytes: 100,
    wasmBytes: 10,
  });
  const rows = [
    row("a", "own", 10),
    row("a", "rival", 20, 400),
    row("b", "own", 10),
    row("b", "rival", 80),
    row("b", "odd", 5),
  ];

  test("takes geometric means over the traces shared with the reference", () => {
    expect(geometricMean([2, 8])).toBeCloseTo(4);
    const [own, rival, odd] = summarize(rows, "own");
    expect(own).toMatchObject({ allocator: "own", traces: 2, timeRatio: 1, footprintRatio: 2 });
    expect(rival!.timeRatio).toBeCloseTo(4);
    expect(rival!.nsPerEvent).toBeCloseTo(40);
    expect(rival!.footprintRatio).toBeCloseTo(Math.sqrt(8));
    expect(odd).toMatchObject({ traces: 1, timeRatio: 0.5 });
  });

  test("is printed below a table for each trace, with one sentence against the fastest rival", () => {
    const measurement = { rows, failures: [], skipped: [], isInterrupted: false };
    const options = { reference: "own", floors: new Set(["odd"]), hasColors: false };
    const text = toText(measurement, options);
    expect(text).toContain("own runs at 4.00× the speed of rival, the fastest rival, on 0.71× its footprint");
    expect(text).toMatch(/rival +│ +20\.0 │ +20\.0–20\.0 │ █{20} │ +2\.00×/);
    expect(text).not.toContain("\u001b");
    expect(toText(measurement, { ...options, hasColors: true })).toContain("\u001b");
  });

  test("names what failed, was not run or was interrupted", () => {
    const missing = { trace: "a", allocator: "x", reason: "broke" };
    const measurement = { rows: [], failures: [missing], skipped: [missing], isInterrupted: true };
    const text = toText(measurement, { reference: "own", floors: new Set(), hasColors: false });
    expect(text).toMatch(/failed: broke\nnot run: x on a: broke\n\ninterrupted/);
  });

  test("goes into the JSON beside the rows and the machine", () => {
    const measurement = { rows, failures: [], skipped: [], isInterrupted: false };
    const json = toJson(measurement, { rounds: 3, isChecked: true, version: "1.2.3" }, "absent");
    expect(json).toMatchObject({ rows, rounds: 3, checked: true, version: "1.2.3", reference: "own" });
    expect(json.machine).toMatchObject({ platform: process.platform, cpuCount: expect.any(Number) });
    expect(JSON.parse(JSON.stringify(json)).geometricMeans).toHaveLength(3);
  });
});
