// src/profile/timeline.ts: memory over time, and the calls of measured functions in it.
// While a program doesn't wait, a thread beside it samples resident memory; all else is sampled where probes run.

import type { Meter } from "./meter.js";
import type { Bracket, ProfileRecord, Sample, SampleSeries } from "./record.js";
import type { Recorder } from "./recorder.js";
import { RssSampler } from "./rss-sampler.js";

/** More than a plot can show, and a file should hold; then every second sample goes, and the interval doubles. */
const SAMPLES_MAX = 20_000;
/** The calls of functions that are called more often than this are not kept one by one. */
const BRACKETS_MAX = 10_000;

interface OpenBracket {
  name: string;
  from: Bracket["from"];
  to?: NonNullable<Bracket["to"]>;
}

export class Timeline {
  readonly #startMs = performance.now();
  readonly #meter: Meter;
  #times: number[] = [];
  /** By backend. */
  #bytes: number[][];
  readonly #brackets: OpenBracket[] = [];
  readonly #open = new Map<number, OpenBracket>();
  #intervalMs: number;
  #dueMs = 0;
  readonly #rss: RssSampler | undefined;

  constructor(recorder: Recorder, intervalMs: number) {
    this.#meter = recorder.meter;
    this.#intervalMs = intervalMs;
    this.#bytes = this.#meter.backends.map(() => []);
    if (this.#meter.backends.some(({ name }) => name === "rss")) this.#rss = new RssSampler(intervalMs);
    this.#meter.read();
    this.#sample();
    recorder.onCall = (name, call) => this.#begin(name, call);
    recorder.onReturn = (call) => this.#end(call);
    this.#meter.every(intervalMs, () => this.#sampleIfDue());
    setInterval(() => {
      this.#meter.stop();
      this.#sampleIfDue();
      this.#meter.go();
    }, intervalMs).unref();
  }

  /** With a sample of this moment. */
  record(): Required<Pick<ProfileRecord, "series" | "brackets">> {
    this.#meter.stop();
    this.#sample();
    this.#meter.go();
    const series = this.#meter.backends.map(({ name }, index): SampleSeries => {
      const own = this.#times.map((ms, at): Sample => ({ ms, bytes: this.#bytes[index]![at]! }));
      if (name !== "rss" || this.#rss === undefined) return { backend: name, samples: own };
      const all = [...own, ...this.#rss.samples(this.#startMs)];
      return { backend: name, samples: all.sort((a, b) => a.ms - b.ms) };
    });
    return { series, brackets: this.#brackets };
  }

  #begin(name: string, call: number): void {
    if (this.#brackets.length >= BRACKETS_MAX) return;
    const bracket: OpenBracket = { name, from: this.#now() };
    this.#brackets.push(bracket);
    this.#open.set(call, bracket);
  }

  #end(call: number): void {
    const bracket = this.#open.get(call);
    if (bracket === undefined) return;
    bracket.to = this.#now();
    this.#open.delete(call);
  }

  #now(): { ms: number; bytes: number[] } {
    return { ms: performance.now() - this.#startMs, bytes: [...this.#meter.readings] };
  }

  #sampleIfDue(): void {
    if (performance.now() >= this.#dueMs) this.#sample();
  }

  /** The meter has read. */
  #sample(): void {
    const now = performance.now();
    this.#dueMs = now + this.#intervalMs;
    this.#times.push(now - this.#startMs);
    for (const [index, bytes] of this.#bytes.entries()) bytes.push(this.#meter.readings[index]!);
    if (this.#times.length < SAMPLES_MAX) return;
    const isKept = (_: number, index: number): boolean => index % 2 === 0;
    this.#times = this.#times.filter(isKept);
    this.#bytes = this.#bytes.map((bytes) => bytes.filter(isKept));
    this.#intervalMs *= 2;
  }
}
