// src/tracemalloc/growth.ts: what has grown from one snapshot to a later one: by line, by type, and which blocks those are.
// Not here: running a program to see whether it leaks (leaks.ts).

import { formatSize } from "./format-size.js";
import type { Snapshot, Trace } from "./snapshot.js";
import type { StatisticDiff } from "./statistic.js";

const LINES_SHOWN = 10;
const HUNDRED = 100;

/** What the objects of one type, or all other blocks, come to. */
export interface TypeGrowth {
  /** A type's name; "(parts of objects)", "(malloc)" or "(user)" for what is no object. */
  readonly type: string;
  /** Objects now, and more than before. */
  readonly count: number;
  readonly countDiff: number;
  /** Bytes now, and more than before; without parts that lie elsewhere. */
  readonly size: number;
  readonly sizeDiff: number;
}

export class Growth {
  /** Lines whose bytes have grown, the most first. */
  readonly byLine: readonly StatisticDiff[];
  /** Types whose objects have grown in number or bytes, the most bytes first. */
  readonly byType: readonly TypeGrowth[];

  /**
   * @internal
   * @param runs - times that the program ran between the snapshots; undefined: not known.
   */
  constructor(
    readonly before: Snapshot,
    readonly after: Snapshot,
    readonly runs?: number,
  ) {
    this.byLine = after.compareTo(before, "lineno").filter(({ sizeDiff }) => sizeDiff > 0);
    this.byType = growthOfTypes(before, after);
  }

  /** Bytes that there are more. */
  get sizeDiff(): number {
    return this.after.total.size - this.before.total.size;
  }

  /** Whether anything grew. */
  get isLeaking(): boolean {
    return this.sizeDiff > 0;
  }

  /** The blocks that are there now and were not before, by address. @param type - those of this type only. */
  *survivors(type?: string): Generator<Trace> {
    const before = new Map<number, Trace>();
    for (const trace of this.before.traces) before.set(trace.address, trace);
    for (const trace of this.after.traces) {
      if (type !== undefined && trace.type !== type) continue;
      const old = before.get(trace.address);
      const isSame =
        old !== undefined && old.size === trace.size && old.traceback.key === trace.traceback.key;
      if (!isSame) yield trace;
    }
  }

  /** As lines of text. @param limit - places and types, at most. */
  format(limit = LINES_SHOWN): string[] {
    const perRun = (bytes: number): string =>
      this.runs === undefined ? "" : `, ${formatSize(bytes / this.runs, true)} a run`;
    if (!this.isLeaking)
      return [`nothing has grown${this.runs === undefined ? "" : ` in ${this.runs} runs`}`];
    return [
      `${formatSize(this.sizeDiff, true)}${perRun(this.sizeDiff)}`,
      "by line:",
      ...this.byLine.slice(0, limit).flatMap((diff) => [
        `  ${diff}`,
        ...diff.traceback
          .format()
          .slice(1)
          .map((line) => `  ${line}`),
      ]),
      ...more(this.byLine.length - limit, "lines"),
      "by type:",
      ...this.byType
        .slice(0, limit)
        .map(
          ({ type, count, countDiff, sizeDiff }) =>
            `  ${type}: ${countDiff >= 0 ? "+" : ""}${rounded(countDiff)} (${rounded(count)} now), ${formatSize(sizeDiff, true)}`,
        ),
      ...more(this.byType.length - limit, "types"),
    ];
  }

  toString(): string {
    return this.format().join("\n");
  }
}

function growthOfTypes(before: Snapshot, after: Snapshot): TypeGrowth[] {
  const now = after.byType();
  const then = before.byType();
  return [...now]
    .map(([type, { size, count }]) => {
      const old = then.get(type) ?? { size: 0, count: 0 };
      return { type, count, countDiff: count - old.count, size, sizeDiff: size - old.size };
    })
    .filter(({ sizeDiff, countDiff }) => sizeDiff > 0 || countDiff > 0)
    .sort((a, b) => b.sizeDiff - a.sizeDiff || b.countDiff - a.countDiff);
}

function more(count: number, what: string): string[] {
  return count > 0 ? [`  ${count} ${what} more`] : [];
}

function rounded(count: number): number {
  return Math.round(count * HUNDRED) / HUNDRED;
}
