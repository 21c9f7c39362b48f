// src/lab/sweep/workload-run.ts: one workload on some strategies, in interleaved rounds beside the baseline.
// Not here: what a cell's measures are made of (latency.ts, inspect.ts, confidence.ts).

import { type AllocatorSource, whyImpossible } from "../allocator.js";
import { checkedReplay } from "../checked-replay.js";
import { replay, yieldToEvents } from "../replay.js";
import { AllocatorFailedError, ReplayCheckError, ReplayTooSlowError } from "../replay-errors.js";
import { ReplayTasks } from "../replay-tasks.js";
import { spreadOf } from "../spread.js";
import type { Trace } from "../trace.js";
import { ROUNDS_MIN, ratioOf } from "./confidence.js";
import { inspect } from "./inspect.js";
import { measureLatency } from "./latency.js";
import type { CellResult, LatencyResult, MemoryResult, MissingCell, RatioResult } from "./result.js";
import type { Strategy } from "./subject.js";
import type { WatchedModule } from "./touches.js";

/** Untimed replays, at most. */
const WARM_UP_MAX = 4;
/** A replay that is not shorter than this part of the shortest before shows that the engine has settled. */
const SETTLED = 0.97;
/** A replay so long warms up by itself. */
const LONG_REPLAY_MS = 2000;

export interface WorkloadRunOptions {
  readonly baseline: string;
  readonly rounds: number;
  readonly limitMs: number;
  readonly check: boolean;
  readonly clockNs: number;
  /** By strategy; those that could be instrumented. */
  readonly watchedModules: ReadonlyMap<string, WatchedModule>;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress: (fraction: number, strategy: string) => void;
}

export interface WorkloadResult {
  readonly cells: readonly CellResult[];
  readonly missing: readonly MissingCell[];
  /** The baseline's time as a multiple of its own, measured twice; undefined if it could not finish. */
  readonly noise: RatioResult | undefined;
}

/** One strategy's results. */
interface Entry {
  readonly source: AllocatorSource;
  /** Whether it is a cell of this shard; the baseline and its second copy may be here for comparison alone. */
  readonly isOwned: boolean;
  readonly rounds: number[];
  warmUpReplays: number;
  latency?: LatencyResult;
  memory?: MemoryResult;
  hasFailed: boolean;
}

export class WorkloadRun {
  private readonly entries: Entry[];
  private readonly baseline: Entry;
  /** The baseline once more: what it differs from itself is noise. */
  private readonly copy: Entry;
  private readonly tasks: ReplayTasks;
  private readonly missing: MissingCell[] = [];
  private donePasses = 0;

  constructor(
    private readonly trace: Trace,
    strategies: readonly Strategy[],
    owned: readonly string[],
    private readonly options: WorkloadRunOptions,
  ) {
    const entryOf = ({ source }: Strategy, isOwned: boolean): Entry => ({
      ...{ source, isOwned, rounds: [], warmUpReplays: 0, hasFailed: false },
    });
    const { baseline, signal, limitMs } = options;
    const isNeeded = ({ source }: Strategy): boolean =>
      owned.includes(source.name) || source.name === baseline;
    this.entries = strategies
      .filter(isNeeded)
      .map((strategy) => entryOf(strategy, owned.includes(strategy.source.name)));
    this.baseline = this.entries.find(({ source }) => source.name === baseline)!;
    this.copy = { ...this.baseline, isOwned: false, rounds: [] };
    this.entries.push(this.copy);
    this.tasks = new ReplayTasks(trace, { signal, limitMs });
  }

  /** Measures; aborted, it gives what there is. */
  async run(): Promise<WorkloadResult> {
    try {
      this.leaveOutImpossible();
      if (this.options.check) await this.each(0, (entry) => this.check(entry));
      await this.each(0, (entry) => this.warmUp(entry));
      await this.each(0, (entry) => this.look(entry));
      for (let round = 0; round < this.options.rounds; round += 1) {
        await this.each(round, async (entry) => {
          entry.rounds.push(await this.nsPerEvent(entry));
        });
      }
    } catch (error) {
      if (!this.options.signal?.aborted) throw error;
    }
    return { cells: this.cells(), missing: this.missing, noise: this.ratioToBaseline(this.copy, 1) };
  }

  private leaveOutImpossible(): void {
    for (const entry of this.entries) {
      const reason = whyImpossible(entry.source, this.trace);
      if (reason !== undefined) this.giveUp(entry, "skipped", reason);
    }
  }

  private cells(): CellResult[] {
    const noise = this.ratioToBaseline(this.copy, 1)?.value ?? 1;
    return this.entries.flatMap((entry) => {
      const { source, rounds, warmUpReplays, latency, memory } = entry;
      if (!entry.isOwned || entry.hasFailed) return [];
      if (latency === undefined || rounds.length === 0) {
        this.giveUp(entry, "skipped", "interrupted before its first round");
        return [];
      }
      const ratio = this.ratioToBaseline(entry, noise) ?? null;
      return {
        workload: this.trace.name,
        strategy: source.name,
        time: { rounds, nsPerEvent: spreadOf(rounds), warmUpReplays, ratio },
        latency,
        memory: memory ?? null,
      };
    });
  }

  private ratioToBaseline(entry: Entry, noise: number): RatioResult | undefined {
    if (entry.hasFailed || this.baseline.hasFailed) return undefined;
    const rounds = Math.min(entry.rounds.length, this.baseline.rounds.length);
    if (rounds < ROUNDS_MIN || this.trace.events === 0) return undefined;
    return ratioOf(entry.rounds.slice(0, rounds), this.baseline.rounds.slice(0, rounds), noise);
  }

  /**
   * Runs `work` for each entry that has not failed. The order turns from round to round, and goes backwards in
   * every second one, so that none always follows the same other.
   */
  private async each(round: number, work: (entry: Entry) => Promise<unknown>): Promise<void> {
    const { entries, options } = this;
    const passes = options.rounds + (options.check ? 3 : 2);
    const turned = entries.map((_, index) => entries[(index + round) % entries.length]!);
    for (const entry of round % 2 === 0 ? turned : turned.reverse()) {
      await yieldToEvents();
      options.signal?.throwIfAborted();
      options.onProgress(this.donePasses / (passes * entries.length), entry.source.name);
      this.donePasses += 1;
      if (entry.hasFailed) continue;
      try {
        await work(entry);
      } catch (error) {
        this.giveUp(entry, ...failureOf(error));
      }
    }
  }

  private giveUp(entry: Entry, kind: MissingCell["kind"], reason: string): void {
    entry.hasFailed = true;
    if (!entry.isOwned) return;
    this.missing.push({ workload: this.trace.name, strategy: entry.source.name, kind, reason });
  }

  private async check({ source }: Entry): Promise<void> {
    if (source.isFake) return;
    const allocator = await source.instantiate();
    await checkedReplay(allocator, this.tasks.for(allocator));
  }

  /** The module's own code is compiled better as it runs: replays until that shows no more. */
  private async warmUp(entry: Entry): Promise<void> {
    let shortest = Number.POSITIVE_INFINITY;
    while (entry.warmUpReplays < WARM_UP_MAX) {
      const time = await this.nsPerEvent(entry);
      entry.warmUpReplays += 1;
      if (time > shortest * SETTLED || time * this.trace.events > LONG_REPLAY_MS * 1e6) return;
      shortest = time;
    }
  }

  private async nsPerEvent({ source }: Entry): Promise<number> {
    const allocator = await source.instantiate();
    const { totalMs } = await replay(allocator, this.tasks.for(allocator));
    return this.trace.events === 0 ? 0 : (totalMs * 1e6) / this.trace.events;
  }

  /** What is measured apart from the rounds, as it would slow them down; before them, so that Ctrl-C leaves whole cells. */
  private async look(entry: Entry): Promise<void> {
    if (!entry.isOwned) return;
    const { source } = entry;
    const timed = await source.instantiate();
    entry.latency = await measureLatency(timed, this.tasks.for(timed), this.options.clockNs);
    if (source.isFake) return;
    const watched = await source.instantiate();
    const task = this.tasks.for(watched);
    const memory = await inspect(watched, task, this.trace);
    const touched = (await this.options.watchedModules.get(source.name)?.watch(task)) ?? null;
    entry.memory = { ...memory, locality: { ...memory.locality, touched } };
  }
}

/** @throws the error itself, if it is no failure of the strategy. */
function failureOf(error: unknown): [MissingCell["kind"], string] {
  if (error instanceof ReplayTooSlowError) return ["slow", error.message];
  if (error instanceof AllocatorFailedError || error instanceof ReplayCheckError)
    return ["failed", error.message];
  throw error;
}
