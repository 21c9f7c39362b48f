// src/lab/page/client/bars.ts: charts of bars: time with its spread, the parts of memory, histograms.

import type { HistogramBin, MemoryMoment } from "../../sweep/result.js";
import { bytesAxis, categoryAxis, frame, valueAxis } from "./axes.js";
import { FALLBACK_LOOK } from "./palette.js";
import { bytesText, countText, nsText } from "./theme.js";
import { factsOf, isFloor, shownCells, type View } from "./view.js";

export function timeOption(view: View, workload: string): object {
  const { theme, looks } = view;
  const cells = shownCells(view, workload).toReversed();
  return {
    ...frame(theme, { trigger: "axis", axisPointer: { type: "shadow" }, valueFormatter: undefined }),
    xAxis: valueAxis(theme, "", nsText),
    yAxis: categoryAxis(
      theme,
      cells.map(({ strategy }) => strategy),
    ),
    series: [
      {
        type: "bar",
        name: "median",
        barMaxWidth: 18,
        data: cells.map(({ strategy, time }) => ({
          value: time.nsPerEvent.median,
          itemStyle: { color: (looks.get(strategy) ?? FALLBACK_LOOK).color },
        })),
        tooltip: { valueFormatter: nsText },
      },
      {
        type: "custom",
        name: "shortest and longest",
        data: cells.map(({ time }, row) => [time.nsPerEvent.min, time.nsPerEvent.max, row]),
        encode: { x: [0, 1], y: 2 },
        renderItem: drawInterval(theme.ink),
        tooltip: { valueFormatter: nsText },
        z: 3,
      },
    ],
  };
}

interface Coordinates {
  value(dimension: number): number;
  coord(point: [number, number]): [number, number];
}

function drawInterval(stroke: string) {
  return (_: unknown, at: Coordinates): object => {
    const [left, y] = at.coord([at.value(0), at.value(2)]);
    const [right] = at.coord([at.value(1), at.value(2)]);
    const line = (x1: number, y1: number, x2: number, y2: number): object => ({
      type: "line",
      shape: { x1, y1, x2, y2 },
      style: { stroke, lineWidth: 1.5 },
    });
    return {
      type: "group",
      children: [line(left, y, right, y), line(left, y - 4, left, y + 4), line(right, y - 4, right, y + 4)],
    };
  };
}

type Part = "requestedBytes" | "slackBytes" | "metadataBytes" | "freeBytes";

const PARTS: readonly [Part, string, string][] = [
  ["requestedBytes", "asked for", "#0072b2"],
  ["slackBytes", "slack in blocks", "#56b4e9"],
  ["metadataBytes", "headers", "#e69f00"],
  ["freeBytes", "free", "#9aa1ab"],
];

export function partsOption(view: View, workload: string): object {
  const { theme } = view;
  // a floor would make the others too small to be seen
  const moments = shownCells(view, workload)
    .filter(({ strategy }) => !isFloor(view, strategy))
    .flatMap(({ strategy, memory }): [string, MemoryMoment][] =>
      memory === null ? [] : [[strategy, memory.peak]],
    )
    .toReversed();
  return {
    ...frame(theme, { trigger: "axis", axisPointer: { type: "shadow" } }),
    legend: { top: 0, itemWidth: 12, itemHeight: 9, textStyle: { color: theme.soft } },
    xAxis: bytesAxis(theme, Math.max(0, ...moments.map(([, { footprintBytes }]) => footprintBytes))),
    yAxis: categoryAxis(
      theme,
      moments.map(([strategy]) => strategy),
    ),
    series: PARTS.map(([part, name, color]) => ({
      type: "bar",
      stack: "memory",
      barMaxWidth: 18,
      name,
      itemStyle: { color },
      data: moments.map(([, moment]) => moment[part]),
      tooltip: { valueFormatter: bytesText },
    })),
  };
}

export function sizesOption(view: View, workload: string): object {
  return histogramOption(view, factsOf(view, workload).sizes, bytesText);
}

export function lifetimesOption(view: View, workload: string): object {
  return histogramOption(view, factsOf(view, workload).lifetimes, countText);
}

function histogramOption(
  { theme }: View,
  bins: readonly HistogramBin[],
  format: (from: number) => string,
): object {
  const names = bins.map(({ from }, index) => {
    const next = bins[index + 1]?.from ?? from * 2;
    return next - from <= 1 ? format(from) : `${format(from)} +`;
  });
  return {
    ...frame(theme, { trigger: "axis", axisPointer: { type: "shadow" } }),
    xAxis: categoryAxis(theme, names),
    yAxis: valueAxis(theme, "", countText),
    series: [
      {
        type: "bar",
        barCategoryGap: "8%",
        itemStyle: { color: theme.accent },
        data: bins.map(({ count }) => count),
        tooltip: { valueFormatter: (count: number) => count.toLocaleString("en") },
      },
    ],
  };
}
