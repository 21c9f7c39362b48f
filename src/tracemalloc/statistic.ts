// src/tracemalloc/statistic.ts: what the blocks of one place come to, and how that differs from before.
// Source: CPython Lib/tracemalloc.py, Statistic and StatisticDiff.

import { formatSize } from "./format-size.js";
import type { Traceback } from "./traceback.js";

/** What was allocated at one place, and lives. */
export class Statistic {
  constructor(
    /** The place: one frame, or all of them, as the statistics are grouped. */
    readonly traceback: Traceback,
    /** Bytes; an estimate where sampled. */
    readonly size: number,
    /** Blocks; an estimate where sampled. */
    readonly count: number,
    /** Standard error of `size`, in bytes; 0 where every block was traced. */
    readonly sizeError: number = 0,
  ) {}

  /** "file:line: size=12.0 KiB, count=3, average=4096 B". */
  toString(): string {
    const { traceback, size, count, sizeError } = this;
    return `${traceback}: size=${withError(size, sizeError)}, count=${Math.round(count)}${average(size, count)}`;
  }
}

/** A Statistic, and what it was before. */
export class StatisticDiff {
  constructor(
    readonly traceback: Traceback,
    /** Bytes now, and more than before. */
    readonly size: number,
    readonly sizeDiff: number,
    /** Blocks now, and more than before. */
    readonly count: number,
    readonly countDiff: number,
    /** Standard error of `sizeDiff`, in bytes; 0 where every block was traced. */
    readonly sizeError: number = 0,
  ) {}

  toString(): string {
    const { traceback, size, sizeDiff, count, countDiff, sizeError } = this;
    const change =
      sizeError > 0 ? `${formatSize(sizeDiff, true)} ± ${formatSize(sizeError)}` : formatSize(sizeDiff, true);
    const counts = `count=${Math.round(count)} (${countDiff >= 0 ? "+" : ""}${Math.round(countDiff)})`;
    return `${traceback}: size=${formatSize(size)} (${change}), ${counts}${average(size, count)}`;
  }
}

/** The largest first, then as CPython orders them. */
export function compareStatistics(a: Statistic, b: Statistic): number {
  return b.size - a.size || b.count - a.count || compareTracebacks(b.traceback, a.traceback);
}

/** The largest change first. */
export function compareDiffs(a: StatisticDiff, b: StatisticDiff): number {
  return (
    Math.abs(b.sizeDiff) - Math.abs(a.sizeDiff) ||
    b.size - a.size ||
    Math.abs(b.countDiff) - Math.abs(a.countDiff) ||
    b.count - a.count ||
    compareTracebacks(b.traceback, a.traceback)
  );
}

/** As Python compares tuples of frames. */
function compareTracebacks(a: Traceback, b: Traceback): number {
  const count = Math.min(a.length, b.length);
  for (let index = 0; index < count; index += 1) {
    const left = a.at(index)!;
    const right = b.at(index)!;
    if (left.filename !== right.filename) return compareTexts(left.filename, right.filename);
    if (left.lineno !== right.lineno) return left.lineno - right.lineno;
  }
  return a.length - b.length;
}

/** By code points; JavaScript's own order is by halves of them. */
function compareTexts(a: string, b: string): number {
  const [left, right] = [Array.from(a), Array.from(b)];
  const index = left.findIndex((character, index) => character !== right[index]);
  if (index < 0 || index >= right.length) return left.length - right.length;
  return left[index]!.codePointAt(0)! - right[index]!.codePointAt(0)!;
}

function withError(size: number, error: number): string {
  return error > 0 ? `${formatSize(size)} ± ${formatSize(error)}` : formatSize(size);
}

function average(size: number, count: number): string {
  return count > 0 ? `, average=${formatSize(size / count)}` : "";
}
