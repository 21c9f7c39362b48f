// src/lab/page/client/scatter.ts: strategies by time and memory, over all workloads, and the front of them.

import { paretoPoints } from "../../sweep/pareto.js";
import { frame, valueAxis } from "./axes.js";
import { FALLBACK_LOOK } from "./palette.js";
import type { View } from "./view.js";

export function scatterOption({ result, looks, theme, hidden }: View): object {
  const points = paretoPoints(result).filter(({ strategy }) => !hidden.has(strategy));
  const front = points.filter(({ isOnFront }) => isOnFront).toSorted((a, b) => a.memory - b.memory);
  const times = (value: number): string => `${Number(value.toPrecision(3))}×`;
  return {
    ...frame(theme, { trigger: "item" }),
    grid: { left: 8, right: 90, top: 34, bottom: 34, containLabel: true },
    xAxis: valueAxis(theme, "memory ÷ peak live", times, {
      ...scaleOf(points.map(({ memory }) => memory)),
      ...{ nameLocation: "middle", nameGap: 30 },
    }),
    yAxis: valueAxis(theme, `time ÷ ${result.plan.baseline}`, times, {
      ...scaleOf(points.map(({ time }) => time)),
      nameTextStyle: { align: "left", color: theme.soft },
    }),
    series: [
      {
        type: "line",
        data: front.map(({ memory, time }) => [memory, time]),
        showSymbol: false,
        silent: true,
        lineStyle: { color: theme.soft, type: "dashed", width: 1 },
      },
      ...points.map(({ strategy, memory, time }) => {
        const { color, symbol } = looks.get(strategy) ?? FALLBACK_LOOK;
        return {
          type: "scatter",
          name: strategy,
          data: [[memory, time]],
          symbol,
          symbolSize: 13,
          itemStyle: { color },
          label: { show: points.length <= 20, position: "right", formatter: "{a}", color: theme.ink },
          labelLayout: { hideOverlap: true },
          tooltip: {
            formatter: `<b>${encode(strategy)}</b><br>time ${times(time)}<br>memory ${times(memory)}`,
          },
        };
      }),
    ],
  };
}

/** From here on, what is small would be one point on an even scale. */
const WIDE_RANGE = 20;

/** Even, or logarithmic where values are far apart; with room around them. */
function scaleOf(values: readonly number[]): object {
  const [min, max] = [Math.min(...values), Math.max(...values)];
  if (max / min > WIDE_RANGE) return { type: "log", scale: true };
  const room = Math.max((max - min) / 12, max / 50);
  const unit = 10 ** Math.floor(Math.log10(max)) / 10;
  return {
    scale: true,
    min: Math.floor(Math.max(0, min - room) / unit) * unit,
    max: Math.ceil((max + room) / unit) * unit,
  };
}

function encode(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
