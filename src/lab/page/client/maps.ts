// src/lab/page/client/maps.ts: linear memory as a field of cells for each strategy, at one scale, so that sizes compare.

import type { HeapMap } from "../../sweep/result.js";
import { FALLBACK_LOOK } from "./palette.js";
import { bytesText } from "./theme.js";
import { isFloor, shownCells, type View } from "./view.js";

const COLUMNS = 64;
/** Pixels a cell, before the page scales it. */
const CELL = 4;

export function drawMaps(view: View, workload: string, moment: "peak" | "end", place: HTMLElement): void {
  const cells = shownCells(view, workload).filter(({ memory }) => memory !== null);
  const rivals = cells.filter(({ strategy }) => !isFloor(view, strategy));
  const scaled = rivals.length > 0 ? rivals : cells;
  const cellBytes = Math.max(...scaled.map(({ memory }) => memory![moment].map.cellBytes));
  place.classList.add("maps");
  place.replaceChildren(
    ...scaled.map(({ strategy, memory }) => {
      const { map, footprintBytes, liveBlocks } = memory![moment];
      const box = document.createElement("div");
      const title = document.createElement("p");
      const name = document.createElement("b");
      name.textContent = strategy;
      title.append(
        name,
        ` ${bytesText(footprintBytes)}, ${liveBlocks.toLocaleString("en")} blocks, ${bytesText(cellBytes)} a cell`,
      );
      const canvas = document.createElement("canvas");
      paint(canvas, rescale(map, cellBytes), view, (view.looks.get(strategy) ?? FALLBACK_LOOK).color);
      box.append(title, canvas);
      return box;
    }),
  );
}

/** The same map in cells of another size: 0 to 1. */
function rescale({ cellBytes, coverage }: HeapMap, wantedBytes: number): number[] {
  const cells = new Array<number>(Math.ceil((coverage.length * cellBytes) / wantedBytes)).fill(0);
  for (const [index, percent] of coverage.entries()) {
    const covered = (percent / 100) * cellBytes;
    const from = index * cellBytes;
    const first = Math.floor(from / wantedBytes);
    const inFirst = Math.min(1, ((first + 1) * wantedBytes - from) / cellBytes);
    cells[first]! += covered * inFirst;
    if (inFirst < 1) cells[first + 1]! += covered * (1 - inFirst);
  }
  return cells.map((bytes) => Math.min(1, bytes / wantedBytes));
}

function paint(canvas: HTMLCanvasElement, cells: readonly number[], { theme }: View, color: string): void {
  const rows = Math.ceil(cells.length / COLUMNS);
  canvas.width = COLUMNS * CELL;
  canvas.height = rows * CELL;
  const context = canvas.getContext("2d")!;
  context.fillStyle = theme.panel;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = color;
  for (const [index, share] of cells.entries()) {
    // what exists and is empty shows too
    context.globalAlpha = 0.08 + 0.92 * share;
    const [column, row] = [index % COLUMNS, Math.floor(index / COLUMNS)];
    context.fillRect(column * CELL, row * CELL, CELL - 0.5, CELL - 0.5);
  }
}
