// bench/objects/benchmark.ts: what a benchmark is: the same work, done by several contenders, each in a process of its own.
// Not here: the benchmarks (benchmarks.ts), running them (measure.ts).

/** Of a measured value: nanoseconds or bytes an operation; the others are of a whole round, or as the benchmark says. */
export type Unit = "ns" | "µs" | "ms" | "bytes" | "MiB" | "%" | "count";

/** What one round gave, by the name of the measure. */
export type Values = Readonly<Record<string, number>>;

export interface WorkOptions {
  readonly seed: number;
  /** Fraction of the operations that a round performs. */
  readonly share: number;
}

/** A contender's work, prepared and warm. */
export interface Work {
  /** One round of it. */
  round(): Values | Promise<Values>;
  /** Which program did it, where it is not this one. */
  readonly program?: string;
}

/** One way to do a benchmark's work. */
export interface Contender {
  /** Unique in its benchmark. */
  readonly name: string;
  /** Exactly what is done, as code. */
  readonly does: string;
  /** Runs in the contender's process. @throws {UnavailableError} */
  start(options: WorkOptions): Work | Promise<Work>;
}

/** What a value must not be above. */
export interface Target {
  readonly contender: string;
  readonly measure: string;
  /** In the measure's unit; with `times`, as a multiple of that contender's value. */
  readonly limit: number;
  readonly times?: string;
}

export interface Benchmark {
  /** Unique; for --only. */
  readonly name: string;
  /** What one operation is. */
  readonly operation: string;
  /** Measures, in the order of the table. */
  readonly measures: Readonly<Record<string, Unit>>;
  /** The contender that the others are compared with. */
  readonly reference: string;
  readonly contenders: readonly Contender[];
  readonly targets: readonly Target[];
}

/** A contender that this machine does not have. */
export class UnavailableError extends Error {
  override readonly name = "UnavailableError";
}
