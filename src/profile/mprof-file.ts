// src/profile/mprof-file.ts: the file that `pymalloc mprof run` writes and `mprof plot` reads: JSON, with its format's name and version first.

import { BACKENDS } from "./backend.js";
import type { Bracket, SampleSeries } from "./record.js";

const FORMAT = "pymalloc-mprof";
const VERSION = 1;

/** A run's memory over time. Times are milliseconds since its beginning. */
export interface MprofRun {
  /** The script and its arguments. */
  readonly command: readonly string[];
  /** When it began, as ISO 8601. */
  readonly date: string;
  readonly exitCode: number;
  readonly series: readonly SampleSeries[];
  /** Calls of measured functions; their bytes are those of the series, in the same order. */
  readonly brackets: readonly Bracket[];
}

/** A file that is none of mprof's, or of another version. */
export class MprofFileError extends Error {
  override readonly name = "MprofFileError";
  constructor(file: string, reason: string) {
    super(`${file}: ${reason}; mprof run writes such files`);
  }
}

export function formatRun(run: MprofRun): string {
  return `${JSON.stringify({ format: FORMAT, version: VERSION, ...run })}\n`;
}

/** @throws {MprofFileError} */
export function parseRun(text: string, file: string): MprofRun {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new MprofFileError(file, "it is no JSON");
  }
  const run = (typeof parsed === "object" && parsed !== null ? parsed : {}) as Partial<MprofRun> & {
    format?: unknown;
    version?: unknown;
  };
  if (run.format !== FORMAT) throw new MprofFileError(file, `its format is not ${FORMAT}`);
  if (run.version !== VERSION) {
    throw new MprofFileError(file, `its version is ${String(run.version)}, and this reads ${VERSION}`);
  }
  if (!isRun(run)) throw new MprofFileError(file, "something in it is missing, or of the wrong type");
  return run;
}

function isRun(run: Partial<MprofRun>): run is MprofRun {
  return (
    isArrayOf(run.command, (it) => typeof it === "string") &&
    typeof run.date === "string" &&
    typeof run.exitCode === "number" &&
    isArrayOf(
      run.series,
      ({ backend, samples }) =>
        BACKENDS.includes(backend) && isArrayOf(samples, ({ ms, bytes }) => isNumber(ms) && isNumber(bytes)),
    ) &&
    isArrayOf(
      run.brackets,
      ({ name, from, to }) =>
        typeof name === "string" && isMoment(from) && (to === undefined || isMoment(to)),
    )
  );
}

function isMoment(moment: Bracket["from"] | undefined): boolean {
  return moment !== undefined && isNumber(moment.ms) && isArrayOf(moment.bytes, isNumber);
}

function isNumber(value: unknown): boolean {
  return typeof value === "number" && Number.isFinite(value);
}

/** Whether it is an array of objects, strings or numbers that are all right. */
function isArrayOf<T>(values: readonly T[] | undefined, isRight: (value: T) => boolean): boolean {
  return (
    Array.isArray(values) && values.every((value) => value !== null && value !== undefined && isRight(value))
  );
}
