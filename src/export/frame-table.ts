// src/export/frame-table.ts: the frames of a profile, each once, numbered in the order in which they are met; samples are checked on the way.
// Not here: what becomes of frames in a format.

import { InvalidArgumentError } from "../errors.js";
import type { AllocationProfile, ProfileSample } from "../tracemalloc/allocation-profile.js";
import type { Frame } from "../tracemalloc/frame.js";

/** In place of a stack that is empty. */
const UNKNOWN: Frame = { functionName: "(unknown)", filename: "", lineno: 0, column: 0 };
const UNKNOWN_STACK: readonly Frame[] = [UNKNOWN];

const DOMAINS: readonly unknown[] = ["raw", "objects", "user"] satisfies ProfileSample["domain"][];

/** A sample whose frames are numbers of a FrameTable. */
export interface NumberedSample {
  readonly sample: ProfileSample;
  /** Oldest call first, one at least. */
  readonly stack: readonly number[];
}

export class FrameTable {
  /** By number. */
  readonly frames: Frame[] = [];
  /** Most profiles have one object a frame: found without a look inside. */
  readonly #known = new Map<Frame, number>();
  readonly #byContent = new Map<string, number>();

  /** Samples of a profile, their frames numbered, one after the other. @throws {InvalidArgumentError} naming what is no profile's. */
  *samplesOf(profile: AllocationProfile): Generator<NumberedSample> {
    checkProfile(profile);
    for (const [index, sample] of profile.samples.entries()) {
      checkSample(sample, index);
      const frames = sample.frames.length === 0 ? UNKNOWN_STACK : sample.frames;
      yield { sample, stack: frames.map((frame, depth) => this.#numberOf(frame, index, depth)) };
    }
  }

  #numberOf(frame: Frame, index: number, depth: number): number {
    const known = this.#known.get(frame);
    if (known !== undefined) return known;
    checkFrame(frame, `samples[${index}].frames[${depth}]`);
    const content = JSON.stringify([frame.functionName, frame.filename, frame.lineno, frame.column]);
    let number = this.#byContent.get(content);
    if (number === undefined) {
      number = this.frames.push(frame) - 1;
      this.#byContent.set(content, number);
    }
    this.#known.set(frame, number);
    return number;
  }
}

/** The name to show of a frame's function. */
export function shownName({ functionName }: Frame): string {
  return functionName === "" ? "(anonymous)" : functionName;
}

function checkProfile(profile: AllocationProfile): void {
  if (!isObject(profile)) throw new InvalidArgumentError("profile", profile, "an allocation profile");
  const { samples, sampleBytes, takenAt } = profile;
  if (!Array.isArray(samples)) throw new InvalidArgumentError("samples", samples, "an array of samples");
  if (sampleBytes !== undefined && !(isAmount(sampleBytes) && sampleBytes > 0)) {
    throw new InvalidArgumentError("sampleBytes", sampleBytes, "a number above 0, or absent");
  }
  if (!isAmount(takenAt)) throw new InvalidArgumentError("takenAt", takenAt, "milliseconds since the epoch");
}

function checkSample(sample: ProfileSample, index: number): void {
  const at = `samples[${index}]`;
  if (!isObject(sample)) throw new InvalidArgumentError(at, sample, "a sample");
  const { frames, bytes, count, domain } = sample;
  if (!Array.isArray(frames)) throw new InvalidArgumentError(`${at}.frames`, frames, "an array of frames");
  if (!isAmount(bytes)) throw new InvalidArgumentError(`${at}.bytes`, bytes, "a finite number from 0 up");
  if (!isAmount(count)) throw new InvalidArgumentError(`${at}.count`, count, "a finite number from 0 up");
  if (!DOMAINS.includes(domain)) {
    throw new InvalidArgumentError(`${at}.domain`, domain, '"raw", "objects" or "user"');
  }
}

function checkFrame(frame: Frame, at: string): void {
  if (!isObject(frame)) throw new InvalidArgumentError(at, frame, "a frame");
  for (const name of ["functionName", "filename"] as const) {
    if (typeof frame[name] !== "string")
      throw new InvalidArgumentError(`${at}.${name}`, frame[name], "a string");
  }
  for (const name of ["lineno", "column"] as const) {
    const value = frame[name];
    if (!Number.isSafeInteger(value) || value < 0) {
      throw new InvalidArgumentError(`${at}.${name}`, value, "a whole number from 1 up, or 0 for unknown");
    }
  }
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function isAmount(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value) && value >= 0;
}
