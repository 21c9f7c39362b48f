// Plots of runs: what they show (plot-data.ts), in the terminal (plot-terminal.ts), as a picture (plot-svg.ts).

import { expect, test } from "vitest";
import type { MprofRun } from "../../../src/profile/mprof-file.js";
import { plotData } from "../../../src/profile/plot-data.js";
import { plotAsSvg } from "../../../src/profile/plot-svg.js";
import { plotInTerminal } from "../../../src/profile/plot-terminal.js";

const RUN: MprofRun = {
  command: ["script.ts", "<arg>"],
  date: "2025-01-01T00:00:00.000Z",
  exitCode: 0,
  series: [
    { backend: "heap", samples: [0, 0].map((bytes, at) => ({ ms: at * 1000, bytes })) },
    { backend: "rss", samples: [10, 40, 20].map((mib, at) => ({ ms: at * 1000, bytes: mib * 2 ** 20 })) },
  ],
  brackets: [
    { name: "grow", from: { ms: 0, bytes: [0, 10 * 2 ** 20] }, to: { ms: 1000, bytes: [0, 40 * 2 ** 20] } },
    { name: "endless", from: { ms: 1500, bytes: [0, 30 * 2 ** 20] } },
  ],
};

test("the series shown is the first with any bytes, or the one asked for", () => {
  expect(plotData(RUN, undefined)).toMatchObject({ backend: "rss", unit: "MiB", peak: { ms: 1000 } });
  expect(plotData(RUN, "heap")).toMatchObject({ backend: "heap", unit: "B", peak: { bytes: 0 } });
  expect(plotData(RUN, "v8")).toBeUndefined();
  expect(plotData({ ...RUN, series: [] }, undefined)).toBeUndefined();
});

test("a call that never returned lasts to the end", () => {
  const { calls } = plotData(RUN, undefined)!;
  expect([...calls.keys()]).toEqual(["grow", "endless"]);
  expect(calls.get("endless")).toEqual([
    { from: { ms: 1500, bytes: 30 * 2 ** 20 }, to: { ms: 2000, bytes: 20 * 2 ** 20 } },
  ]);
});

test("of many calls the longest are shown, and the rest counted", () => {
  const brackets = Array.from({ length: 300 }, (_, at) => ({
    name: "f",
    from: { ms: 0, bytes: [0, 0] },
    to: { ms: at, bytes: [0, 0] },
  }));
  const { calls, omitted } = plotData({ ...RUN, brackets }, undefined)!;
  expect([calls.get("f")!.length, omitted]).toEqual([200, 100]);
  expect(Math.min(...calls.get("f")!.map(({ to }) => to.ms))).toBe(100);
});

test("the terminal's plot has the peak, an axis of time, and a row for each function", () => {
  const lines = plotInTerminal(plotData(RUN, undefined)!, 80, false).split("\n");
  expect(lines[0]).toBe("script.ts <arg>: rss, peak 40.000 MiB at 1.00 s");
  expect(lines[1]).toMatch(/^40\.000 MiB ┤ +╭─+╮? *$/);
  expect(lines.filter((line) => /^ *10\.000 MiB [┼┤]/.test(line))).toHaveLength(1);
  expect(lines.at(-3)).toMatch(/^ +0 s +2\.00 s$/);
  expect(lines.at(-2)).toMatch(/^ +grow {2}\[─+\]$/);
  expect(lines.at(-1)).toMatch(/^ +endless {3,}\[─+\]$/);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
});

test("a program that takes the same all the time is a flat line", () => {
  const lines = plotInTerminal(plotData(RUN, "heap")!, 60, false).split("\n");
  expect(lines[1]).toMatch(/^ +0 B ┼─+/);
});

test("the picture has the line, the peak, and brackets in the colour of their function", () => {
  const svg = plotAsSvg(plotData(RUN, undefined)!);
  expect(svg).toMatch(/^<svg width="1000" height="480"/);
  for (const text of [
    "script.ts &lt;arg&gt;",
    "rss, peak 40.000 MiB at 1.00 s",
    "grow",
    "endless",
    "seconds",
    "MiB",
  ]) {
    expect(svg).toContain(`>${text}</text>`);
  }
  const brackets = (color: string): number => svg.match(new RegExp(`fill="${color}"`, "g"))?.length ?? 0;
  // one more in the legend
  expect([brackets("#e08a00"), brackets("#2a9d5c")]).toEqual([3, 3]);
});
