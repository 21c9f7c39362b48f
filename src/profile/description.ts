// src/profile/description.ts: what an instrumented script says about its functions, and what probes call on them.

/** A function that is measured. Lines are those of the original text, from 1 up. */
export interface FunctionDescription {
  readonly name: string;
  /** Of its decorators, if it has any. */
  readonly firstLine: number;
  readonly headLine: number;
  readonly lastLine: number;
  /** Why its lines can't be measured. */
  readonly note?: string;
}

export interface FileDescription {
  /** A file's URL. */
  readonly url: string;
  readonly functions: readonly FunctionDescription[];
}

/** One call of a function, from its entry to its end; what the probes in it talk to. */
export interface Probes {
  /** A line starts; the one before has ended. */
  line(line: number): void;
  /** As line, where the same line may be running already: then it goes on. */
  stay(line: number): void;
  /** The function waits, for what is passed on. */
  suspend<T>(value: T): T;
  /** The function goes on with the line it waited in. */
  resume<T>(value: T): T;
  /** As suspend, for an iterable whose steps are the line's: those of `yield*` and `for await`. */
  delegate<T>(value: T): T;
  leave(): void;
}

/** The functions of one file. */
export interface FileProbes {
  /** @param index - in the description. */
  enter(index: number): Probes;
  /** As enter, for a function inside of it that has no table of its own. */
  inner(index: number): Probes;
  /** @returns the same, known from now on as measured line by line. */
  marked<T>(value: T): T;
}

/** The symbol, Symbol.for of this, that the profiler is found by: of any copy of this library in the process. */
export const PROFILER_KEY = "pymalloc.profiler";

/** What instrumented scripts find in their process. */
export interface Profiler {
  file(description: FileDescription): FileProbes;
  /** What to call instead of a function, for it to be measured as a whole; itself, if its lines are measured. */
  profile<T extends (...values: never[]) => unknown>(call: T, name: string): T;
  /** Has `run` called where probes come by, no more often than that. @returns what ends it. */
  watch(intervalMs: number, run: () => void): () => void;
}
