// src/lab/page/client/lines.ts: charts of lines: memory over time, the slowest calls.

import { bytesAxis, categoryAxis, frame, valueAxis } from "./axes.js";
import { FALLBACK_LOOK } from "./palette.js";
import { bytesText, countText, nsText } from "./theme.js";
import { isFloor, shownCells, type View } from "./view.js";

export function curveOption(view: View, workload: string): object {
  const { theme, looks } = view;
  const cells = shownCells(view, workload).filter(({ memory }) => memory !== null);
  const rivals = cells.filter(({ strategy }) => !isFloor(view, strategy));
  const shown = rivals.length > 0 ? rivals : cells;
  // the whole curve is the first strategy's, whether it is shown or not: see ../page-data.ts
  const whole = view.result.cells.find((cell) => cell.workload === workload && cell.memory !== null);
  const live = whole?.memory?.curve ?? [];
  return {
    ...frame(theme, { trigger: "axis", valueFormatter: bytesText, order: "valueDesc" }),
    xAxis: valueAxis(theme, "", countText, {
      min: 0,
      max: live.at(-1)?.event ?? 1,
      splitLine: { show: false },
    }),
    yAxis: bytesAxis(theme, Math.max(0, ...shown.map(({ memory }) => memory!.footprintBytes))),
    series: [
      {
        type: "line",
        name: "in use",
        data: live.map(({ event, liveBytes }) => [event, liveBytes]),
        showSymbol: false,
        lineStyle: { width: 0 },
        itemStyle: { color: theme.soft },
        areaStyle: { color: theme.soft, opacity: 0.22 },
      },
      ...shown.map(({ strategy, memory }) => {
        const { color, dash } = looks.get(strategy) ?? FALLBACK_LOOK;
        return {
          type: "line",
          name: strategy,
          step: "end",
          data: memory!.curve.map(({ event, footprintBytes }) => [event, footprintBytes]),
          showSymbol: false,
          lineStyle: { color, type: dash, width: 1.8 },
          itemStyle: { color },
        };
      }),
    ],
  };
}

export function latencyOption(view: View, workload: string): object {
  const { theme, looks } = view;
  const cells = shownCells(view, workload);
  const percentiles = cells[0]?.latency.percentiles.map(({ percentile }) => percentile) ?? [];
  return {
    ...frame(theme, { trigger: "axis", valueFormatter: nsText, order: "valueDesc" }),
    xAxis: categoryAxis(theme, percentiles.map(oneInText), { boundaryGap: false }),
    yAxis: valueAxis(theme, "", nsText, { type: "log", min: 1 }),
    series: cells.map(({ strategy, latency }) => {
      const { color, dash, symbol } = looks.get(strategy) ?? FALLBACK_LOOK;
      return {
        type: "line",
        name: strategy,
        // a logarithm has no place for calls that were as short as reading the clock
        data: latency.percentiles.map(({ ns }) => Math.max(1, ns)),
        symbol,
        symbolSize: 5,
        lineStyle: { color, type: dash, width: 1.8 },
        itemStyle: { color },
      };
    }),
  };
}

/** As the slowest of so many calls. */
function oneInText(percentile: number): string {
  if (percentile === 100) return "the slowest";
  return `1 in ${Math.round(100 / (100 - percentile)).toLocaleString("en")}`;
}
