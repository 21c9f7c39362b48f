// src/tracemalloc/snapshot.ts: the traces of a moment, grouped, compared, filtered. They are columns, as there may be millions.
// Not here: its bytes in a file (snapshot-file.ts).
// Source: CPython Lib/tracemalloc.py, Snapshot.

import { InvalidArgumentError } from "../errors.js";
import type { Address } from "../views.js";
import type { AllocationProfile, ProfileSample } from "./allocation-profile.js";
import { type DomainFilter, type Filter, passes } from "./filter.js";
import { Growth } from "./growth.js";
import { type Weight, weightOf } from "./sampling.js";
import { DOMAINS, type SnapshotContent, USER_DOMAIN } from "./snapshot-content.js";
import { decodeSnapshot, encodeSnapshot } from "./snapshot-file.js";
import { compareDiffs, compareStatistics, Statistic, StatisticDiff } from "./statistic.js";
import { Traceback } from "./traceback.js";
import type { Domain } from "./tracer.js";

export type GroupBy = "filename" | "lineno" | "traceback";

export interface StatisticsOptions {
  /** Count a block for each of its traceback's frames, not for the newest only. */
  readonly cumulative?: boolean;
}

/** One block that was allocated while tracing, and lives. */
export interface Trace {
  readonly address: Address;
  /** Bytes that were asked for. */
  readonly size: number;
  readonly traceback: Traceback;
  readonly domain: Domain;
  /** The type's name, where an object begins at the address. */
  readonly type: string | undefined;
}

/** What blocks are called that no object begins at. */
const NO_TYPE: Readonly<Record<Domain, string>> = {
  raw: "(malloc)",
  objects: "(parts of objects)",
  user: "(user)",
};

/** Sums of a group: bytes, blocks, variance of the bytes. */
interface Sum {
  bytes: number;
  count: number;
  variance: number;
}

interface Group extends Sum {
  readonly traceback: Traceback;
}

export class Snapshot {
  /** @internal */
  readonly content: SnapshotContent;

  /** @internal */
  constructor(content: SnapshotContent) {
    this.content = content;
  }

  /** Most frames of a traceback. */
  get tracebackLimit(): number {
    return this.content.tracebackLimit;
  }

  /** Mean bytes between samples; undefined: every block was traced. */
  get sampleBytes(): number | undefined {
    return this.content.sampleBytes;
  }

  get takenAt(): Date {
    return new Date(this.content.takenAt);
  }

  /** Traces that there are: of a sample, blocks that were sampled. */
  get length(): number {
    return this.content.columns.sizes.length;
  }

  /** Every trace, in the order of addresses. */
  get traces(): Iterable<Trace> {
    return { [Symbol.iterator]: () => this.#walk() };
  }

  *#walk(): Generator<Trace> {
    for (let index = 0; index < this.length; index += 1) yield this.#traceAt(index);
  }

  /** Bytes and blocks of all traces; estimates where sampled, with the bytes' standard error. */
  get total(): { readonly size: number; readonly count: number; readonly sizeError: number } {
    const sum = newSum();
    for (const part of this.#sumsByTraceback()) addTo(sum, part);
    return { size: Math.round(sum.bytes), count: Math.round(sum.count), sizeError: Math.sqrt(sum.variance) };
  }

  /**
   * What was allocated where, the most bytes first.
   *
   * @param options - `cumulative`, as Python has it, or an object that has it.
   *
   * @throws {InvalidArgumentError} if `groupBy` is none, or cumulative by traceback.
   */
  statistics(groupBy: GroupBy, options: boolean | StatisticsOptions = {}): Statistic[] {
    return [...this.#group(groupBy, options).values()]
      .map(
        ({ traceback, bytes, count, variance }) =>
          new Statistic(traceback, bytes, count, Math.sqrt(variance)),
      )
      .sort(compareStatistics);
  }

  /** What has changed since an older snapshot, the largest change first. @throws as statistics. */
  compareTo(old: Snapshot, groupBy: GroupBy, options: boolean | StatisticsOptions = {}): StatisticDiff[] {
    if (!(old instanceof Snapshot)) throw new InvalidArgumentError("old", old, "a snapshot");
    const before = old.#group(groupBy, options);
    const now = this.#group(groupBy, options);
    const diffs: StatisticDiff[] = [];
    for (const [key, { traceback, bytes, count, variance }] of now) {
      const previous = before.get(key) ?? newSum();
      const error = Math.sqrt(variance + previous.variance);
      diffs.push(
        new StatisticDiff(traceback, bytes, bytes - previous.bytes, count, count - previous.count, error),
      );
    }
    for (const [key, { traceback, bytes, count, variance }] of before) {
      if (!now.has(key))
        diffs.push(new StatisticDiff(traceback, 0, 0 - bytes, 0, -count, Math.sqrt(variance)));
    }
    return diffs.sort(compareDiffs);
  }

  /** What has grown since an older snapshot: by line, by type, and which blocks those are. */
  growthSince(old: Snapshot): Growth {
    if (!(old instanceof Snapshot)) throw new InvalidArgumentError("old", old, "a snapshot");
    return new Growth(old, this);
  }

  /** Bytes and blocks by type of object; what is none, by its domain. Estimates where sampled. */
  byType(): Map<string, { readonly size: number; readonly count: number }> {
    const { columns, types } = this.content;
    const sums = new Map<string, { size: number; count: number }>();
    for (let index = 0; index < this.length; index += 1) {
      const type = columns.typeIndices[index]!;
      const name = type === 0 ? NO_TYPE[DOMAINS[columns.domains[index]!]!] : types[type - 1]!;
      const sum = entryOf(sums, name, () => ({ size: 0, count: 0 }));
      const { bytes, count } = this.#weightAt(index);
      sum.size += bytes;
      sum.count += count;
    }
    return sums;
  }

  /** The traces that pass filters: any of those that include, if there are such, and none that excludes. */
  filterTraces(filters: Iterable<Filter | DomainFilter>): Snapshot {
    const list = [...filters];
    for (const filter of list) {
      if (typeof filter?.matches !== "function") {
        throw new InvalidArgumentError("filters", filter, "Filters and DomainFilters");
      }
    }
    const { columns, tracebacks } = this.content;
    // whether a trace passes depends on its traceback and its domain alone
    const verdicts = new Map<number, boolean>();
    return this.select((index) => {
      const key = columns.tracebackIndices[index]! * DOMAINS.length + columns.domains[index]!;
      let verdict = verdicts.get(key);
      if (verdict === undefined) {
        verdict = passes(
          {
            traceback: tracebacks[columns.tracebackIndices[index]!]!,
            domain: DOMAINS[columns.domains[index]!]!,
          },
          list,
        );
        verdicts.set(key, verdict);
      }
      return verdict;
    });
  }

  /**
   * The snapshot as bytes, compressed, for load(); in Node into a file, if a path or file URL is given.
   *
   * @throws {InvalidArgumentError} if a path is given where there are no files.
   */
  async dump(file?: string | URL): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = await encodeSnapshot(this.content);
    if (file !== undefined) await (await fileSystem()).writeFile(file, bytes);
    return bytes;
  }

  /**
   * A snapshot that was dumped.
   *
   * @param source - its bytes; in Node also a path or file URL.
   * @throws {SnapshotFormatError} saying what is wrong with them.
   */
  static async load(source: string | URL | Uint8Array | ArrayBuffer): Promise<Snapshot> {
    if (source instanceof ArrayBuffer) return new Snapshot(await decodeSnapshot(new Uint8Array(source)));
    const isLocated = typeof source === "string" || source instanceof URL;
    if (!isLocated && !(source instanceof Uint8Array)) {
      throw new InvalidArgumentError("source", source, "a snapshot's bytes, or the path of its file");
    }
    return new Snapshot(
      await decodeSnapshot(isLocated ? await (await fileSystem()).readFile(source) : source),
    );
  }

  /** Samples for exports: see pymalloc/export. */
  profile(): AllocationProfile {
    const { tracebacks, sampleBytes, takenAt, columns } = this.content;
    const sums = new Map<number, Sum>();
    for (let index = 0; index < this.length; index += 1) {
      const key = columns.tracebackIndices[index]! * DOMAINS.length + columns.domains[index]!;
      addTo(entryOf(sums, key, newSum), this.#weightAt(index));
    }
    const samples = [...sums].map(
      ([key, { bytes, count }]): ProfileSample => ({
        frames: tracebacks[Math.floor(key / DOMAINS.length)]!.frames,
        bytes: Math.round(bytes),
        count: Math.round(count),
        domain: DOMAINS[key % DOMAINS.length]!,
      }),
    );
    return { samples, takenAt, ...(sampleBytes === undefined ? {} : { sampleBytes }) };
  }

  /** @internal Those traces whose index passes. */
  select(isWanted: (index: number) => boolean): Snapshot {
    const indices = Uint32Array.from({ length: this.length }, (_, index) => index).filter(isWanted);
    const { columns } = this.content;
    return new Snapshot({
      ...this.content,
      columns: {
        addresses: pick(Uint32Array, columns.addresses, indices),
        sizes: pick(Uint32Array, columns.sizes, indices),
        tracebackIndices: pick(Uint32Array, columns.tracebackIndices, indices),
        domains: pick(Uint8Array, columns.domains, indices),
        typeIndices: pick(Uint16Array, columns.typeIndices, indices),
      },
    });
  }

  #traceAt(index: number): Trace {
    const { columns, tracebacks, types } = this.content;
    const type = columns.typeIndices[index]!;
    return {
      address: columns.addresses[index]!,
      size: columns.sizes[index]!,
      traceback: tracebacks[columns.tracebackIndices[index]!]!,
      domain: DOMAINS[columns.domains[index]!]!,
      type: type === 0 ? undefined : types[type - 1],
    };
  }

  /** By index of traceback. */
  #sumsByTraceback(): Sum[] {
    const { columns, tracebacks } = this.content;
    const sums = tracebacks.map(newSum);
    columns.tracebackIndices.forEach((traceback, index) => {
      addTo(sums[traceback]!, this.#weightAt(index));
    });
    return sums;
  }

  /** What a trace stands for: blocks that track() was told of are traced each. */
  #weightAt(index: number): Weight {
    const { columns, sampleBytes } = this.content;
    const isSampled = columns.domains[index] !== USER_DOMAIN;
    return weightOf(columns.sizes[index]!, isSampled ? sampleBytes : undefined);
  }

  #group(groupBy: GroupBy, options: boolean | StatisticsOptions): Map<string, Group> {
    const { cumulative = false } = typeof options === "boolean" ? { cumulative: options } : options;
    if (groupBy !== "filename" && groupBy !== "lineno" && groupBy !== "traceback") {
      throw new InvalidArgumentError("groupBy", groupBy, '"filename", "lineno" or "traceback"');
    }
    if (cumulative && groupBy === "traceback") {
      throw new InvalidArgumentError("groupBy", groupBy, '"filename" or "lineno", to be cumulative');
    }
    const groups = new Map<string, Group>();
    this.#sumsByTraceback().forEach((sum, index) => {
      if (sum.count === 0) return;
      const traceback = this.content.tracebacks[index]!;
      const frames = cumulative ? traceback.frames : [traceback.at(-1)!];
      const places =
        groupBy === "traceback"
          ? [traceback]
          : frames.map(
              (frame) => new Traceback([groupBy === "filename" ? { ...frame, lineno: 0, column: 0 } : frame]),
            );
      const times = new Map<string, number>();
      for (const place of places) {
        const { key } = place;
        const before = times.get(key) ?? 0;
        times.set(key, before + 1);
        // what counts n times has n² times the variance, which is 2n + 1 more for the next time
        addTo(
          entryOf(groups, key, () => ({ ...newSum(), traceback: place })),
          { ...sum, variance: sum.variance * (2 * before + 1) },
        );
      }
    });
    return groups;
  }
}

async function fileSystem(): Promise<typeof import("node:fs/promises")> {
  if (typeof process !== "object") {
    throw new InvalidArgumentError(
      "file",
      "a path",
      "left out where there are no files: dump() returns the bytes",
    );
  }
  return import(/* @vite-ignore */ /* webpackIgnore: true */ "node:fs/promises");
}

function newSum(): Sum {
  return { bytes: 0, count: 0, variance: 0 };
}

function addTo(sum: Sum, part: Sum): void {
  sum.bytes += part.bytes;
  sum.count += part.count;
  sum.variance += part.variance;
}

function entryOf<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}

function pick<Column extends Uint32Array | Uint16Array | Uint8Array>(
  Type: new (length: number) => Column,
  column: Column,
  indices: Uint32Array,
): Column {
  const picked = new Type(indices.length);
  indices.forEach((from, to) => {
    picked[to] = column[from]!;
  });
  return picked;
}
