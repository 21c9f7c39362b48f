// src/lab/page/client/axes.ts: axes, grids and tooltips, alike in all charts.

import { bytesText, type Theme } from "./theme.js";

/** As the style sheet's; named, as charts measure text by it. */
const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';

type Format = (value: number) => string;

export function valueAxis(theme: Theme, name: string, format: Format, more: object = {}): object {
  return {
    type: "value",
    name,
    nameTextStyle: { color: theme.soft },
    axisLabel: { color: theme.soft, formatter: format, hideOverlap: true },
    axisLine: { show: false },
    splitLine: { lineStyle: { color: theme.line } },
    ...more,
  };
}

/** Ticks about, on an axis of bytes. */
const BYTE_TICKS = 6;

/** Zero to `max`, with ticks at whole powers of two. */
export function bytesAxis(theme: Theme, max: number): object {
  const interval = 2 ** Math.ceil(Math.log2(Math.max(max, 1) / BYTE_TICKS));
  return valueAxis(theme, "", bytesText, { interval, min: 0, max: Math.ceil(max / interval) * interval });
}

export function categoryAxis(theme: Theme, data: readonly string[], more: object = {}): object {
  return {
    type: "category",
    data,
    axisLabel: { color: theme.soft, hideOverlap: true },
    axisLine: { lineStyle: { color: theme.line } },
    axisTick: { show: false },
    nameTextStyle: { color: theme.soft },
    ...more,
  };
}

/** What all charts share. */
export function frame(theme: Theme, tooltip: object = {}): Record<string, unknown> {
  return {
    animation: false,
    textStyle: { fontFamily: FONT },
    grid: { left: 8, right: 24, top: 30, bottom: 8, containLabel: true },
    tooltip: {
      backgroundColor: theme.panel,
      borderColor: theme.line,
      textStyle: { color: theme.ink, fontSize: 13 },
      confine: true,
      ...tooltip,
    },
  };
}
