// bench/objects/measure.ts: every benchmark with all its contenders, in interleaved rounds; rows of what an operation cost.
// Not here: what a contender does (benchmarks.ts), what to make of the rows (judge.ts, report.ts).

import type { Progress } from "../../src/lab/measure.js";
import { type Spread, spreadOf } from "../../src/lab/spread.js";
import { type Benchmark, UnavailableError, type Unit, type Values, type WorkOptions } from "./benchmark.js";
import { ContenderProcess } from "./contender-process.js";

/** One measure of one contender. */
export interface Row {
  readonly benchmark: string;
  readonly contender: string;
  readonly measure: string;
  readonly unit: Unit;
  /** Over the rounds. */
  readonly value: Spread;
  /** The first round's: on memory that nobody has touched before. */
  readonly first: number;
  /** Of each round, in their order: those of two contenders with one number were made next to each other. */
  readonly rounds: readonly number[];
}

/** A contender without rows, and why. */
export interface MissingContender {
  readonly benchmark: string;
  readonly contender: string;
  readonly reason: string;
}

export interface Measurement {
  readonly rows: Row[];
  readonly failures: MissingContender[];
  /** Contenders that this machine does not have. */
  readonly skipped: MissingContender[];
  /** What did the work where Node did not, by contender. */
  readonly programs: Map<string, string>;
  /** Aborted before the last round: rows are of the benchmarks that were done. */
  isInterrupted: boolean;
}

export interface MeasureOptions {
  /** For each contender. */
  readonly work: WorkOptions;
  /** The contenders' program. */
  readonly bundle: string;
  readonly rounds: number;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

/** Measures; failing contenders and aborts are part of the result. */
export async function measure(
  benchmarks: readonly Benchmark[],
  options: MeasureOptions,
): Promise<Measurement> {
  const measurement: Measurement = {
    ...{ rows: [], failures: [], skipped: [], programs: new Map(), isInterrupted: false },
  };
  for (const [index, benchmark] of benchmarks.entries()) {
    const report = (contender: string, fraction: number): void =>
      options.onProgress({
        ...{ trace: benchmark.name, allocator: contender },
        done: (index + fraction) / benchmarks.length,
      });
    const rows = await measureOne(benchmark, options, measurement, report);
    if (options.signal.aborted) break;
    measurement.rows.push(...rows);
  }
  measurement.isInterrupted = options.signal.aborted;
  return measurement;
}

async function measureOne(
  benchmark: Benchmark,
  { work, bundle, rounds, signal }: MeasureOptions,
  measurement: Measurement,
  report: (contender: string, fraction: number) => void,
): Promise<Row[]> {
  const processes = new Map<string, ContenderProcess>();
  const results = new Map<string, Values[]>();
  const miss = (contender: string, error: unknown): void => {
    if (signal.aborted) return;
    const list = error instanceof UnavailableError ? measurement.skipped : measurement.failures;
    list.push({ benchmark: benchmark.name, contender, reason: (error as Error).message });
    processes.delete(contender);
    results.delete(contender);
  };
  for (const { name } of benchmark.contenders) {
    report(name, 0);
    try {
      const started = await ContenderProcess.start(bundle, benchmark.name, name, work, signal);
      processes.set(name, started);
      results.set(name, []);
      if (started.program !== undefined) measurement.programs.set(name, started.program);
    } catch (error) {
      miss(name, error);
    }
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const name of turnsOf(round, [...processes.keys()])) {
      report(name, round / rounds);
      try {
        results.get(name)!.push(await processes.get(name)!.round());
      } catch (error) {
        miss(name, error);
      }
      if (signal.aborted) break;
    }
  }
  for (const process of processes.values()) process.end();
  return [...results].flatMap(([contender, values]) => rowsOf(benchmark, contender, values));
}

/** Each round begins with another one, and every other round goes backwards. */
function turnsOf(round: number, names: readonly string[]): string[] {
  const first = names.length === 0 ? 0 : round % names.length;
  const turns = [...names.slice(first), ...names.slice(0, first)];
  return round % 2 === 0 ? turns : turns.reverse();
}

function rowsOf(benchmark: Benchmark, contender: string, rounds: readonly Values[]): Row[] {
  return Object.entries(benchmark.measures).flatMap(([measure, unit]) => {
    const values = rounds.map((it) => it[measure]).filter((it) => it !== undefined);
    if (values.length === 0) return [];
    const name = { benchmark: benchmark.name, contender, measure, unit };
    return [{ ...name, value: spreadOf(values), first: values[0]!, rounds: values }];
  });
}
