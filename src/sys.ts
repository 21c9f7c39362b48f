// src/sys.ts: Python's sys module of one heap: so far its allocator statistics.
// Source: CPython Objects/obmalloc.c, _PyObject_DebugMallocStats: the table's columns and its order.

import type { HeapStats } from "./stats.js";

const COLUMN = 14;
const LABEL = 44;

export class Sys {
  readonly #stats: () => HeapStats;

  constructor(stats: () => HeapStats) {
    this.#stats = stats;
  }

  /** Prints the allocator's statistics as a table, line by line; to stderr, as CPython does, by default. */
  _debugmallocstats(print: (line: string) => void = console.error): void {
    for (const line of formatStats(this.#stats())) print(line);
  }
}

/** A heap's statistics as CPython prints them, with our large blocks added. */
export function formatStats(stats: HeapStats): string[] {
  const { arenas, pools, widePools, classes, large, bytes } = stats;
  const row = (cells: readonly (string | number)[]): string =>
    cells.map((cell, index) => format(cell).padStart(index === 0 ? 5 : COLUMN)).join(" ");
  const line = (label: string, value: number): string =>
    `${label.padEnd(LABEL)} = ${format(value).padStart(COLUMN + 2)}`;
  const filled = classes.flatMap((stats, index) =>
    stats.pools === 0
      ? []
      : [row([index, stats.blockBytes, stats.pools, stats.usedBlocks, stats.freeBlocks])],
  );
  return [
    `Small blocks up to ${classes.at(-1)?.blockBytes ?? 0} bytes, in ${classes.length} size classes.`,
    "",
    row(["class", "size", "num pools", "blocks in use", "avail blocks"]),
    row(["-----", "----", "---------", "-------------", "------------"]),
    ...filled,
    "",
    line("# arenas allocated total", arenas.total),
    line("# arenas reclaimed", arenas.total - arenas.inUse),
    line("# arenas highwater mark", arenas.highwater),
    line("# arenas allocated current", arenas.inUse),
    line(`${arenas.inUse} arenas * ${arenas.bytesEach} bytes/arena`, arenas.inUse * arenas.bytesEach),
    "",
    line("# bytes in allocated blocks", bytes.usedBlocks),
    line("# bytes in available blocks", bytes.freeBlocks),
    line(`${pools.free} unused pools * ${pools.bytesEach} bytes`, bytes.freePools),
    line("# wide pools, as large as an arena", widePools.inUse),
    line(`# bytes in ${large.blocks} large blocks`, bytes.largeBlocks),
    line("# bytes in free chunks", bytes.freeChunks),
    line("# bytes granted, not used yet", bytes.top),
    line("# bytes lost to headers", bytes.headers),
    line("# bytes lost to quantization", bytes.rounding),
    line("# bytes lost to alignment", bytes.alignment),
    line("# bytes of the heap's own state", bytes.state),
    line("Total", stats.footprintBytes),
    "",
    line("# calls of memory.grow", stats.growCalls),
  ];
}

function format(cell: string | number): string {
  return typeof cell === "number" ? cell.toLocaleString("en-US") : cell;
}
