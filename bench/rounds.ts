// bench/rounds.ts: one workload on all its contenders, in interleaved rounds.
// Not here: what a contender does (workloads.ts), which there are (measure.ts).
//
// How tinybench is used. Left alone it runs one task to its end and then the next, so that a machine that slows
// down slows one allocator. Here all tasks of a Bench run "concurrently", and each waits in its beforeEach hook for
// its turn: tinybench makes the rounds, holds the clock and does the statistics; the turns decide who is next.
// A sample is one slice of many operations, the same operations for every contender. Before each slice, untimed, a
// part of one brings the contender's heap back into the caches that the others have just used.

import { setMaxListeners } from "node:events";
import { Bench } from "tinybench";
import { yieldToEvents } from "../src/lab/replay.js";
import type { Spread } from "../src/lab/spread.js";
import { settleMemory, warmUp } from "../src/lab/warm-up.js";
import { CHUNK_OPERATIONS } from "./churn-plan.js";
import type { Runner } from "./workloads.js";

const WARM_UP_CHUNKS = 10;
/** Untimed part of a slice before each timed one. */
const LEAD_IN = 1 / 4;

/** A prepared heap and its loop. */
export interface Contender {
  /** Unique among the contenders of a workload. */
  readonly name: string;
  readonly run: Runner;
}

export interface RoundOptions {
  readonly rounds: number;
  /** Chunks in one timed slice. */
  readonly chunks: number;
  readonly signal: AbortSignal;
  readonly onTurn: (contender: string, doneTurns: number) => void;
}

/** What the rounds gave, by contender: nanoseconds per operation, over the rounds, or the error that ended it; nothing if aborted before. */
export type RoundResults = Map<string, Spread | Error>;

/** Runs all rounds. Throws nothing for a contender's failure: that is a result. */
export async function runRounds(
  contenders: readonly Contender[],
  options: RoundOptions,
): Promise<RoundResults> {
  const { chunks, rounds, signal, onTurn } = options;
  const results: RoundResults = new Map();
  const turns = new Turns(contenders.length);
  setMaxListeners(0, signal); // each task listens
  const bench = new Bench({ concurrency: "bench", iterations: rounds, time: 0, warmup: false, signal });
  let doneTurns = 0;
  for (const [index, { name, run }] of contenders.entries()) {
    try {
      warmUp(() => run(WARM_UP_CHUNKS));
    } catch (error) {
      results.set(name, error as Error);
      turns.leave(index);
      continue;
    }
    bench.add(name, () => run(chunks), {
      async: false,
      beforeEach: async () => {
        await turns.take(index);
        await yieldToEvents();
        onTurn(name, doneTurns);
        doneTurns += 1;
        run(leadInChunks(chunks));
      },
      afterEach: () => turns.pass(index),
    });
    bench.getTask(name)!.addEventListener("complete", () => turns.leave(index));
  }
  settleMemory();
  if (bench.tasks.length > 0) await bench.run();
  for (const { name, result } of bench.tasks) {
    if (result.state === "errored") results.set(name, result.error);
    else if (result.state === "completed" || result.state === "aborted-with-statistics") {
      const { min, p50, max } = result.latency;
      const toNs = 1e6 / (chunks * CHUNK_OPERATIONS);
      results.set(name, { min: min * toNs, median: p50 * toNs, max: max * toNs });
    }
  }
  return results;
}

function leadInChunks(chunks: number): number {
  return Math.ceil(chunks * LEAD_IN);
}

/** Who is next. Each round begins with another one, and every other round goes backwards. */
class Turns {
  private position = 0;
  private readonly waiting = new Map<number, () => void>();
  private readonly gone = new Set<number>();

  constructor(private readonly count: number) {}

  /** Resolves when it is this one's turn. */
  take(index: number): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.set(index, resolve);
      this.callNext();
    });
  }

  /** Ends this one's turn, if it has it. */
  pass(index: number): void {
    if (this.holder === index) this.position += 1;
    this.callNext();
  }

  /** This one takes no more turns. */
  leave(index: number): void {
    this.gone.add(index);
    this.callNext();
  }

  private get holder(): number {
    const round = Math.floor(this.position / this.count);
    const place = this.position % this.count;
    const step = round % 2 === 0 ? place : this.count - 1 - place;
    return (round + step) % this.count;
  }

  private callNext(): void {
    if (this.gone.size === this.count) return;
    while (this.gone.has(this.holder)) this.position += 1;
    const resolve = this.waiting.get(this.holder);
    this.waiting.delete(this.holder);
    resolve?.();
  }
}
