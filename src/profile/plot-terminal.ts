// src/profile/plot-terminal.ts: memory over time in a terminal: a line of characters, and a row of brackets for each function.

import { plot } from "asciichart";
import { createColors } from "picocolors";
import type { PlotData } from "./plot-data.js";
import type { Sample } from "./record.js";
import { sizeText } from "./size-text.js";

const HEIGHT = 15;
/** Between the labels of the axis and what is plotted. */
const AXIS_WIDTH = 2;

export function plotInTerminal(data: PlotData, width: number, hasColors: boolean): string {
  const colors = createColors(hasColors);
  const { samples, peak, unit, calls } = data;
  const names = [...calls.keys()];
  const label = (bytes: number): string => sizeText(bytes, unit);
  const margin = Math.max(
    ...samples.map(({ bytes }) => label(bytes).length),
    ...names.map((name) => name.length + 1),
  );
  const columns = Math.max(10, width - margin - AXIS_WIDTH);
  const endMs = Math.max(samples.at(-1)!.ms, 1);
  const values = resample(samples, columns, endMs);
  const isFlat = Math.min(...values) === Math.max(...values);
  const chart = plot(values, {
    height: isFlat ? 1 : HEIGHT,
    format: (bytes) => label(bytes).padStart(margin),
  });
  const column = (ms: number): number => Math.min(columns - 1, Math.floor((ms / endMs) * columns));
  const rows = names.map((name) => {
    const cells = new Array<string>(columns).fill(" ");
    for (const { from, to } of calls.get(name)!) {
      const [start, end] = [column(from.ms), column(to.ms)];
      for (let at = start + 1; at < end; at += 1) cells[at] = "─";
      cells[end] = "]";
      cells[start] = start === end ? "▯" : "[";
    }
    return `${colors.cyan(name.padStart(margin))}  ${colors.cyan(cells.join("").trimEnd())}`;
  });
  const axis = `${" ".repeat(margin + AXIS_WIDTH)}0 s${`${(endMs / 1000).toFixed(2)} s`.padStart(columns - 3)}`;
  return [
    colors.bold(
      `${data.title}: ${data.backend}, peak ${label(peak.bytes)} at ${(peak.ms / 1000).toFixed(2)} s`,
    ),
    chart,
    colors.dim(axis),
    ...rows,
    ...(data.omitted > 0 ? [colors.dim(`${data.omitted} shorter calls are not shown`)] : []),
  ].join("\n");
}

/** A value a column: the most bytes in its time, or, without a sample, what there were before. */
function resample(samples: readonly Sample[], columns: number, endMs: number): number[] {
  const values = new Array<number>(columns);
  for (const { ms, bytes } of samples) {
    const at = Math.min(columns - 1, Math.max(0, Math.floor((ms / endMs) * columns)));
    values[at] = Math.max(values[at] ?? bytes, bytes);
  }
  let previous = samples[0]!.bytes;
  return Array.from(values, (value) => {
    previous = value ?? previous;
    return previous;
  });
}
