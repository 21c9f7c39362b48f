// src/profile/plot-svg.ts: memory over time as a picture: the line, its peak, and brackets around the calls of functions.

import { LineChart, ScatterChart } from "echarts/charts";
import { GridComponent, LegendComponent, MarkLineComponent, TitleComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import type { PlotData, PlottedCall } from "./plot-data.js";
import { sizeText, UNITS } from "./size-text.js";

use([
  LineChart,
  ScatterChart,
  GridComponent,
  LegendComponent,
  MarkLineComponent,
  TitleComponent,
  SVGRenderer,
]);

const WIDTH = 1000;
const HEIGHT = 480;
const LINE = "#2f6fde";
const PEAK = "#d14343";
const COLORS = ["#e08a00", "#2a9d5c", "#8a4fd3", "#c2447f", "#00838f", "#6d6d6d", "#a0522d", "#5566aa"];
const BRACKET_WIDTH = 6;
const BRACKET_HEIGHT = 24;
const OPENING = "path://M6,0 L0,0 L0,24 L6,24 L6,22 L2,22 L2,2 L6,2 Z";
const CLOSING = "path://M0,0 L6,0 L6,24 L0,24 L0,22 L4,22 L4,2 L0,2 Z";

/** @param font - the text's, where the picture is to be drawn without those of a system. */
export function plotAsSvg(data: PlotData, font = "sans-serif"): string {
  const { samples, peak, unit, calls } = data;
  const scaled = ({ ms, bytes }: { ms: number; bytes: number }): [number, number] => [
    ms / 1000,
    bytes / UNITS[unit],
  ];
  const names = [...calls.keys()];
  const omitted = data.omitted > 0 ? `; ${data.omitted} shorter calls are not shown` : "";
  const chart = init(null, null, { renderer: "svg", ssr: true, width: WIDTH, height: HEIGHT });
  chart.setOption({
    animation: false,
    backgroundColor: "#ffffff",
    textStyle: { fontFamily: font },
    title: {
      text: data.title,
      subtext: `${data.backend}, peak ${sizeText(peak.bytes, unit)} at ${(peak.ms / 1000).toFixed(2)} s${omitted}`,
      left: 16,
      top: 8,
      textStyle: { fontSize: 14 },
    },
    legend: { top: 12, right: 16, data: names, icon: OPENING, itemWidth: 6, itemHeight: 16, itemGap: 20 },
    grid: { left: 84, right: 24, top: 84, bottom: 48 },
    xAxis: {
      type: "value",
      name: "seconds",
      nameLocation: "middle",
      nameGap: 28,
      min: 0,
      max: samples.at(-1)!.ms / 1000,
      axisLabel: { showMaxLabel: false }, // an odd number, as the last sample has it
    },
    yAxis: { type: "value", name: unit, nameLocation: "middle", nameGap: 56, scale: true },
    series: [
      {
        name: data.backend,
        type: "line",
        showSymbol: false,
        lineStyle: { width: 2, color: LINE },
        data: samples.map(scaled),
        markLine: {
          symbol: "none",
          silent: true,
          label: { show: false },
          lineStyle: { type: "dashed", color: PEAK },
          data: [{ xAxis: peak.ms / 1000 }, { yAxis: peak.bytes / UNITS[unit] }],
        },
      },
      ...names.map((name, index) => ({
        name,
        type: "scatter",
        itemStyle: { color: COLORS[index % COLORS.length] },
        symbolSize: [BRACKET_WIDTH, BRACKET_HEIGHT],
        data: calls.get(name)!.flatMap(({ from, to }: PlottedCall) => [
          { value: scaled(from), symbol: OPENING, symbolOffset: [BRACKET_WIDTH / 2, 0] },
          { value: scaled(to), symbol: CLOSING, symbolOffset: [-BRACKET_WIDTH / 2, 0] },
        ]),
      })),
    ],
  });
  const svg = chart.renderToSVGString();
  chart.dispose(); // its clock would keep the process alive
  return svg;
}
