// src/lab/page/heat-table.ts: strategies × workloads, each cell its ratio of time, in words and in colour.

import { geometricMean } from "../summary.js";
import type { RatioResult, SweepResult } from "../sweep/result.js";
import { escapeHtml } from "./escape.js";

/** log2 of the ratio at which the colour is full. */
const FULL_LOG2 = 2;

export function heatTable({ cells, strategies, workloads, plan }: SweepResult): string {
  const ratios = new Map(
    cells.map((cell) => [JSON.stringify([cell.workload, cell.strategy]), cell.time.ratio]),
  );
  const head = ["strategy", ...workloads.map(({ name }) => name), "all"];
  const rows = strategies.flatMap(({ name }) => {
    const own = workloads.map((workload) => ratios.get(JSON.stringify([workload.name, name])));
    if (own.every((ratio) => ratio === undefined)) return [];
    const values = own.flatMap((ratio) => ratio?.value ?? []);
    const mean = values.length === 0 ? "<td>–</td>" : meanCell(geometricMean(values));
    const row = own.map((ratio) => ratioCell(ratio, name === plan.baseline)).join("");
    return [
      `<tr data-strategy="${escapeHtml(name)}"><th scope="row">${escapeHtml(name)}</th>${row}${mean}</tr>`,
    ];
  });
  const headCells = head.map((text) => `<th scope="col">${escapeHtml(text)}</th>`).join("");
  return `<div class="scroll"><table class="heat"><thead><tr>${headCells}</tr></thead><tbody>${rows.join("")}</tbody></table></div>`;
}

function ratioCell(ratio: RatioResult | null | undefined, isBaseline: boolean): string {
  if (ratio === undefined || ratio === null) return "<td>–</td>";
  const { value, low, high, verdict } = ratio;
  const told = isBaseline ? "baseline" : verdict === "no difference seen" ? "no difference" : verdict;
  const interval = `${low.toFixed(2)} to ${high.toFixed(2)}`;
  return `<td style="${heatStyle(value)}" title="95 %: ${interval}"><b>${value.toFixed(2)}×</b> <small>${told}</small></td>`;
}

function meanCell(value: number): string {
  return `<td style="${heatStyle(value)}"><b>${value.toFixed(2)}×</b></td>`;
}

/** Blue for faster, orange for slower; how much of it is the distance from 1. */
function heatStyle(value: number): string {
  const log2 = Math.log2(value);
  const share = Math.round(Math.min(Math.abs(log2) / FULL_LOG2, 1) * 70);
  return `background:color-mix(in srgb, var(${log2 < 0 ? "--faster" : "--slower"}) ${share}%, transparent)`;
}
