// src/lab/page/client/main.ts: draws the page's figures when they come into view, and again when strategies or colours change.
// Not here: text and tables (../html.ts), any drawing.

import { BarChart, CustomChart, LineChart, ScatterChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { type ECharts, init, use } from "echarts/core";
import { LabelLayout } from "echarts/features";
import { SVGRenderer } from "echarts/renderers";
import type { SweepResult } from "../../sweep/result.js";
import { lifetimesOption, partsOption, sizesOption, timeOption } from "./bars.js";
import { fillLegend } from "./legend.js";
import { curveOption, latencyOption } from "./lines.js";
import { drawMaps } from "./maps.js";
import { looksOf } from "./palette.js";
import { scatterOption } from "./scatter.js";
import { readTheme } from "./theme.js";
import type { View } from "./view.js";

use([
  BarChart,
  CustomChart,
  LineChart,
  ScatterChart,
  GridComponent,
  LegendComponent,
  TooltipComponent,
  LabelLayout,
  SVGRenderer,
]);

type Option = (view: View, workload: string) => object;

const CHARTS: Readonly<Record<string, Option>> = {
  scatter: scatterOption,
  time: timeOption,
  latency: latencyOption,
  curve: curveOption,
  parts: partsOption,
  sizes: sizesOption,
  lifetimes: lifetimesOption,
};
/** Drawn a screen before they are seen. */
const EARLY = "100% 0px";

const result = JSON.parse(document.getElementById("result")!.textContent!) as SweepResult;
const looks = looksOf(result);
const hidden = new Set<string>();
const charts = new Map<HTMLElement, ECharts>();
const seen = new Set<HTMLElement>();

function draw(figure: HTMLElement): void {
  const { chart: kind = "", workload = "" } = figure.dataset;
  const place = figure.querySelector<HTMLElement>(".drawing")!;
  const view: View = { result, looks, theme: readTheme(), hidden };
  if (kind === "peakMap" || kind === "endMap") {
    drawMaps(view, workload, kind === "peakMap" ? "peak" : "end", place);
    return;
  }
  let chart = charts.get(figure);
  if (chart === undefined) {
    chart = init(place, null, { renderer: "svg" });
    charts.set(figure, chart);
  }
  chart.setOption({ ...CHARTS[kind]!(view, workload) }, { notMerge: true });
}

function redraw(): void {
  for (const figure of seen) draw(figure);
}

const watcher = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      watcher.unobserve(target);
      seen.add(target as HTMLElement);
      draw(target as HTMLElement);
    }
  },
  { rootMargin: EARLY },
);
for (const figure of document.querySelectorAll("figure[data-chart]")) watcher.observe(figure);

fillLegend(document.getElementById("legend")!, result, looks, (strategy, isShown) => {
  if (isShown) hidden.delete(strategy);
  else hidden.add(strategy);
  for (const row of document.querySelectorAll<HTMLElement>("tr[data-strategy]")) {
    row.hidden = hidden.has(row.dataset.strategy!);
  }
  redraw();
});

new ResizeObserver(() => {
  for (const chart of charts.values()) chart.resize();
}).observe(document.querySelector("main")!);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
