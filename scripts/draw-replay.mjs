// scripts/draw-replay.mjs: draws docs/images/replay.svg from a result of `pymalloc replay … --json FILE`: time and footprint per trace.
//
//   node scripts/draw-replay.mjs bench/results/replay-node20.json

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import * as echarts from "echarts";

const OUTPUT = "docs/images/replay.svg";
const SHOWN = ["pymalloc", "dlmalloc", "emmalloc", "tlsf"];
const COLORS = ["#2f6fde", "#8a94a6", "#b9c0cc", "#dfe3e9"];

const { rows } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const traces = [...new Set(rows.map((row) => row.trace))];
const geometricMean = (values) =>
  Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);

/** One value a trace, then the geometric mean of all. */
function series(allocator, measure) {
  const values = traces.map((trace) =>
    measure(rows.find((row) => row.trace === trace && row.allocator === allocator)),
  );
  return [...values, geometricMean(values)].map((value) => Number(value.toFixed(2)));
}

const charts = [
  ["ns per event (median)", (row) => row.nsPerEvent.median, 60],
  ["footprint ÷ peak live bytes", (row) => row.footprintBytes / row.peakLiveBytes, 2.5],
];
const axis = {
  type: "category",
  data: [...traces, "geomean"],
  axisLabel: { fontSize: 11 },
  axisTick: { show: false },
};
const chart = echarts.init(null, null, { renderer: "svg", ssr: true, width: 960, height: 420 });
chart.setOption({
  animation: false,
  backgroundColor: "#ffffff",
  color: COLORS,
  legend: { top: 4, itemGap: 28, data: SHOWN },
  title: charts.map(([text], index) => ({
    text,
    left: 60,
    top: index === 0 ? 30 : 225,
    textStyle: { fontSize: 12, fontWeight: "normal" },
  })),
  grid: [
    { left: 50, right: 20, top: 55, height: 140 },
    { left: 50, right: 20, top: 250, height: 140 },
  ],
  xAxis: charts.map((_, gridIndex) => ({ ...axis, gridIndex })),
  yAxis: charts.map(([, , max], gridIndex) => ({ type: "value", gridIndex, max, splitNumber: 4 })),
  series: charts.flatMap(([, measure], index) =>
    SHOWN.map((name) => ({
      name,
      type: "bar",
      barGap: "10%",
      xAxisIndex: index,
      yAxisIndex: index,
      data: series(name, measure),
    })),
  ),
});
mkdirSync("docs/images", { recursive: true });
writeFileSync(OUTPUT, chart.renderToSVGString());
chart.dispose(); // its clock would keep the process alive
console.log(OUTPUT);
