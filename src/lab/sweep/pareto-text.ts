// src/lab/sweep/pareto-text.ts: the front of time against memory, drawn in the terminal: a field of points, and a table of them.

import pc from "picocolors";
import { formatRatio, newTable } from "../figures.js";
import type { ParetoPoint } from "./pareto.js";

const COLUMNS = 64;
const ROWS = 16;
const ON_FRONT = "●";
const BEHIND = "·";

/** @param baseline - what time ratios are of. */
export function paretoText(points: readonly ParetoPoint[], baseline: string, hasColors: boolean): string {
  if (points.length === 0) return "no strategy finished all workloads";
  const colors = pc.createColors(hasColors);
  const table = newTable(["", "strategy", `time ÷ ${baseline}`, "memory ÷ live"]);
  for (const { strategy, time, memory, isOnFront } of points) {
    const name = isOnFront ? colors.green(strategy) : colors.dim(strategy);
    table.push([
      isOnFront ? colors.green(ON_FRONT) : colors.dim(BEHIND),
      name,
      formatRatio(time),
      formatRatio(memory),
    ]);
  }
  const front = points.filter(({ isOnFront }) => isOnFront).length;
  return [
    drawField(points, colors),
    `${front} of ${points.length} on the front (${ON_FRONT}): none of the others is as fast and as small`,
    String(table),
  ].join("\n");
}

/** Memory to the right, time upwards. */
function drawField(points: readonly ParetoPoint[], colors: ReturnType<typeof pc.createColors>): string {
  const x = new Axis(
    points.map(({ memory }) => memory),
    COLUMNS,
  );
  const y = new Axis(
    points.map(({ time }) => time),
    ROWS,
  );
  const field = Array.from({ length: ROWS }, () => new Array<string>(COLUMNS).fill(" "));
  // what is on the front is drawn over the rest
  for (const { time, memory, isOnFront } of points.toSorted((a, b) => +a.isOnFront - +b.isOnFront)) {
    field[ROWS - 1 - y.place(time)]![x.place(memory)] = isOnFront ? colors.green(ON_FRONT) : BEHIND;
  }
  const labels = field.map((_, row) => (row === 0 ? y.max : row === ROWS - 1 ? y.min : undefined));
  const lines = field.map((cells, row) => {
    const label = labels[row] === undefined ? "" : formatRatio(labels[row]);
    return `${label.padStart(7)} │${cells.join("")}`;
  });
  const [left, right] = [formatRatio(x.min), formatRatio(x.max)];
  return [
    "   time ↑",
    ...lines,
    `        └${"─".repeat(COLUMNS)}`,
    `         ${left}${"memory →".padStart((COLUMNS - left.length) / 2).padEnd(COLUMNS - left.length - right.length)}${right}`,
  ].join("\n");
}

/** Values on a row of cells. */
class Axis {
  readonly min: number;
  readonly max: number;

  constructor(
    values: readonly number[],
    private readonly cells: number,
  ) {
    this.min = Math.min(...values);
    this.max = Math.max(...values);
  }

  place(value: number): number {
    const range = this.max - this.min;
    return range === 0 ? 0 : Math.round(((value - this.min) / range) * (this.cells - 1));
  }
}
