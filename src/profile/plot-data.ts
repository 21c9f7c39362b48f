// src/profile/plot-data.ts: what a plot of a run shows: one series of bytes, its peak, and the calls of functions.
// Not here: drawing (plot-svg.ts, plot-terminal.ts).

import type { BackendName } from "./backend.js";
import type { MprofRun } from "./mprof-file.js";
import type { Sample } from "./record.js";
import { fittingUnit, type Unit } from "./size-text.js";

/** More calls than this are a blot; the longest are kept. */
const CALLS_MAX = 200;

export interface PlottedCall {
  readonly from: Sample;
  /** The run's end, if it did not return. */
  readonly to: Sample;
}

export interface PlotData {
  readonly title: string;
  readonly backend: BackendName;
  readonly samples: readonly Sample[];
  readonly peak: Sample;
  /** In which all bytes are told. */
  readonly unit: Unit;
  /** By function, in the order of their first calls. */
  readonly calls: ReadonlyMap<string, readonly PlottedCall[]>;
  /** Calls that are left out. */
  readonly omitted: number;
}

/** @param backend - the first of the run with bytes, if undefined. @returns undefined if the run has no such samples. */
export function plotData(run: MprofRun, backend: BackendName | undefined): PlotData | undefined {
  const index =
    backend === undefined
      ? Math.max(
          0,
          run.series.findIndex(({ samples }) => samples.some(({ bytes }) => bytes > 0)),
        )
      : run.series.findIndex((it) => it.backend === backend);
  const series = run.series[index];
  if (series === undefined || series.samples.length === 0) return undefined;
  const { samples } = series;
  const peak = samples.reduce((most, sample) => (sample.bytes > most.bytes ? sample : most));
  const last = samples.at(-1)!;
  const calls = run.brackets.map(({ name, from, to }) => ({
    name,
    from: { ms: from.ms, bytes: from.bytes[index]! },
    to: to === undefined ? last : { ms: to.ms, bytes: to.bytes[index]! },
  }));
  const length = (call: PlottedCall): number => call.to.ms - call.from.ms;
  const longest = new Set(calls.toSorted((a, b) => length(b) - length(a)).slice(0, CALLS_MAX));
  const byName = new Map<string, PlottedCall[]>();
  for (const { name, ...call } of calls.filter((it) => longest.has(it))) {
    byName.set(name, [...(byName.get(name) ?? []), call]);
  }
  return {
    title: run.command.join(" "),
    backend: series.backend,
    samples,
    peak,
    unit: fittingUnit(peak.bytes),
    calls: byName,
    omitted: calls.length - longest.size,
  };
}
