// src/stress/view.ts: a run as it goes on, as lines of text: a row a worker.
// Not here: drawing them in place (src/cli/live-view.ts).

import type { Colors } from "../tour/colors.js";
import { bareBars } from "../tour/drawings.js";
import { countText, inColumns, sizeText, timeText } from "./format.js";
import type { RunProgress } from "./result.js";

const NS_PER_MS = 1e6;
const BAR_WIDTH = 16;

/** What may be left out where a terminal is narrow stands last. */
const COLUMNS: readonly {
  readonly head: string;
  readonly isLeft?: boolean;
  readonly cell: (it: RunProgress) => string;
}[] = [
  { head: "phase", isLeft: true, cell: (it) => it.phase.padEnd("verify heap".length) },
  { head: "done", cell: (it) => `${Math.floor(it.done * 100)} %`.padStart("100 %".length) },
  { head: "objects", cell: (it) => countText(it.objects).padStart("100,000,000".length) },
  { head: "bytes", cell: (it) => sizeText(it.heapBytes).padStart("1,000 MiB".length) },
  { head: "ns/op", cell: (it) => it.operationNs.toFixed(1).padStart("1000.0".length) },
  { head: "pauses", cell: (it) => countText(it.pauses).padStart("10,000".length) },
  { head: "longest", cell: (it) => timeText(it.longestPauseMs * NS_PER_MS).padStart("10.0 ms".length) },
  { head: "generations", cell: (it) => it.collections.map(countText).join("/") },
  { head: "passes", cell: (it) => countText(it.passes) },
];

export interface ViewState {
  readonly title: string;
  readonly seconds: number;
  /** By worker; undefined: it has not begun. */
  readonly parts: readonly (RunProgress | undefined)[];
}

/** The lines, none longer than `width`. */
export function viewOf({ title, seconds, parts }: ViewState, width: number, colors: Colors): string[] {
  let shown = COLUMNS.length;
  let lines = rowsOf(parts, shown);
  while (shown > 1 && Math.max(...lines.map((line) => line.length)) > width) {
    shown -= 1;
    lines = rowsOf(parts, shown);
  }
  const time = `${Math.floor(seconds)} s`;
  const [head, ...rows] = lines.map((line) => line.slice(0, width));
  const widest = Math.max(...lines.map((line) => line.length));
  const room = Math.min(BAR_WIDTH, width - widest - 2);
  const bars = bareBars([...parts.map((part) => part?.done ?? 0), 1], room, colors);
  return [
    `${colors.bold(title.slice(0, width - time.length - 1))} ${colors.dim(time)}`,
    colors.dim(head!),
    ...rows.map((row, part) => (room < 4 ? row : `${row.padEnd(widest)}  ${bars[part]}`)),
  ];
}

function rowsOf(parts: readonly (RunProgress | undefined)[], shown: number): string[] {
  const columns = COLUMNS.slice(0, shown);
  const rows = parts.map((part, index) => [
    String(index + 1),
    ...columns.map(({ cell }) => (part === undefined ? "" : cell(part))),
  ]);
  return inColumns([{ head: "worker" }, ...columns], rows);
}
