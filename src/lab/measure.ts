// src/lab/measure.ts: every allocator on every trace, in interleaved rounds; rows of what it cost.
// Not here: one replay (replay.ts), what to make of the rows (summary.ts, report.ts).

import { type AllocatorSource, whyImpossible } from "./allocator.js";
import { checkedReplay } from "./checked-replay.js";
import { replay, yieldToEvents } from "./replay.js";
import { AllocatorFailedError, ReplayCheckError } from "./replay-errors.js";
import { ReplayTasks } from "./replay-tasks.js";
import { type Spread, spreadOf } from "./spread.js";
import type { Trace } from "./trace.js";
import { settleEngine } from "./warm-up.js";

/** One trace on one allocator. */
export interface Row {
  readonly trace: string;
  readonly allocator: string;
  readonly events: number;
  /** Over the rounds; the replay loop's own cost is part of it, the same for all. */
  readonly nsPerEvent: Spread;
  /** Bytes of linear memory at the end: Wasm memory never shrinks, so also at the peak. */
  readonly footprintBytes: number;
  /** Bytes the program had asked for and not yet freed, at most. A fact of the trace. */
  readonly peakLiveBytes: number;
  /** Bytes of the allocator's Wasm file. */
  readonly wasmBytes: number;
}

/** An allocator without a row on a trace, and why. */
export interface MissingRow {
  readonly trace: string;
  readonly allocator: string;
  readonly reason: string;
}

/** What all replays together gave. */
export interface Measurement {
  readonly rows: Row[];
  /** Allocators that ran out of memory, trapped, or failed a check. */
  readonly failures: MissingRow[];
  /** Allocators not run, because they could not finish. */
  readonly skipped: MissingRow[];
  /** Aborted before the last round: rows are of the rounds done. */
  isInterrupted: boolean;
}

/** How far a measurement is. */
export interface Progress {
  readonly trace: string;
  readonly allocator: string;
  /** Fraction of the whole work, 0 .. 1. */
  readonly done: number;
}

export interface MeasureOptions {
  /** Timed replays of each trace on each allocator, at least 1. */
  readonly rounds: number;
  /** Replay once with all checks before taking times. */
  readonly check: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

/**
 * Measures. Each round replays a trace on a fresh heap of every allocator, in an order that rotates from round to
 * round, so that no allocator always follows the same one. An allocator that fails is reported and left out.
 *
 * @throws nothing for failing allocators and aborts: both are part of the result.
 */
export async function measure(
  traces: readonly Trace[],
  allocators: readonly AllocatorSource[],
  options: MeasureOptions,
): Promise<Measurement> {
  const measurement: Measurement = { rows: [], failures: [], skipped: [], isInterrupted: false };
  settleEngine();
  let done = 0;
  for (const trace of traces) {
    const run = new TraceRun(trace, allocators, measurement, options, (fraction, allocator) =>
      options.onProgress?.({ trace: trace.name, allocator, done: (done + fraction) / traces.length }),
    );
    try {
      await run.run();
    } catch (error) {
      if (!options.signal?.aborted) throw error;
      measurement.isInterrupted = true;
    }
    measurement.rows.push(...run.rows());
    if (measurement.isInterrupted) break;
    done += 1;
  }
  return measurement;
}

/** One allocator's results on one trace. */
interface Entry {
  readonly source: AllocatorSource;
  readonly nsPerEvent: number[];
  footprintBytes: number;
  hasFailed: boolean;
}

/** All rounds of one trace. */
class TraceRun {
  private readonly entries: Entry[] = [];
  private readonly tasks: ReplayTasks;
  private doneReplays = 0;

  constructor(
    private readonly trace: Trace,
    sources: readonly AllocatorSource[],
    private readonly measurement: Measurement,
    private readonly options: MeasureOptions,
    private readonly onProgress: (fraction: number, allocator: string) => void,
  ) {
    this.tasks = new ReplayTasks(trace, { signal: options.signal });
    for (const source of sources) {
      const reason = whyImpossible(source, trace);
      if (reason !== undefined) {
        measurement.skipped.push({ trace: trace.name, allocator: source.name, reason });
      } else {
        this.entries.push({ source, nsPerEvent: [], footprintBytes: 0, hasFailed: false });
      }
    }
  }

  async run(): Promise<void> {
    if (this.options.check) await this.eachEntry(0, (entry) => this.check(entry));
    // The module's own code is compiled better as it runs; the first replay pays for that, and is not counted.
    await this.eachEntry(0, (entry) => this.replay(entry));
    for (let round = 0; round < this.options.rounds; round += 1) {
      await this.eachEntry(round, async (entry) => {
        const { totalMs, footprintBytes } = await this.replay(entry);
        entry.nsPerEvent.push(this.trace.events === 0 ? 0 : (totalMs * 1e6) / this.trace.events);
        entry.footprintBytes = footprintBytes;
      });
    }
  }

  rows(): Row[] {
    const finished = this.entries.filter((entry) => !entry.hasFailed && entry.nsPerEvent.length > 0);
    return finished.map(({ source, nsPerEvent, footprintBytes }) => ({
      trace: this.trace.name,
      allocator: source.name,
      events: this.trace.events,
      nsPerEvent: spreadOf(nsPerEvent),
      footprintBytes,
      peakLiveBytes: this.trace.peakLiveBytes,
      wasmBytes: source.wasmBytes,
    }));
  }

  /** Runs `work` for every allocator that has not failed, the `first`-th first. */
  private async eachEntry(first: number, work: (entry: Entry) => Promise<unknown>): Promise<void> {
    const passes = this.options.rounds + (this.options.check ? 2 : 1);
    for (let i = 0; i < this.entries.length; i += 1) {
      const entry = this.entries[(first + i) % this.entries.length]!;
      await yieldToEvents();
      this.options.signal?.throwIfAborted();
      this.onProgress(this.doneReplays / (passes * this.entries.length), entry.source.name);
      this.doneReplays += 1;
      if (entry.hasFailed) continue;
      try {
        await work(entry);
      } catch (error) {
        if (!(error instanceof AllocatorFailedError) && !(error instanceof ReplayCheckError)) throw error;
        entry.hasFailed = true;
        const { allocator, trace, message } = error;
        this.measurement.failures.push({ allocator, trace, reason: message });
      }
    }
  }

  private async check({ source }: Entry): Promise<void> {
    if (source.isFake) return;
    const allocator = await source.instantiate();
    await checkedReplay(allocator, this.tasks.for(allocator));
  }

  private async replay({ source }: Entry): Promise<{ totalMs: number; footprintBytes: number }> {
    const allocator = await source.instantiate();
    return replay(allocator, this.tasks.for(allocator));
  }
}
