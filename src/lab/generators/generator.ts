// src/lab/generators/generator.ts: what every workload generator is: a name, parameters, and calls made one after the other.
// Not here: which there are (registry.ts), checking of values and the trace that comes out (workload.ts).

import type { TraceBuilder } from "../trace-builder.js";

/** A whole number that a generator is told. */
export interface Parameter {
  readonly default: number;
  /** Least and most that it can be. */
  readonly min: number;
  readonly max: number;
  /** What it counts. */
  readonly unit: "events" | "blocks" | "bytes" | "threads" | "levels" | "percent" | "seed";
  readonly meaning: string;
}

/** The value of each parameter, within its range. */
export type Values<Name extends string = string> = Readonly<Record<Name, number>>;

/** Why values, each within its range, don't go together. */
export interface Misfit<Name extends string = string> {
  readonly parameter: Name;
  /** What it would have to be. */
  readonly expected: string;
}

/** A generator. The same values give the same calls, on every platform. */
export interface Generator<Name extends string = string> {
  readonly name: string;
  /** One line: what the program does that it is modelled on. */
  readonly description: string;
  /** In the order in which they are shown. One that draws numbers at random has a `seed`. */
  readonly parameters: Readonly<Record<Name, Parameter>>;
  /** Absent: all values go together. */
  readonly misfit?: (values: Values<Name>) => Misfit<Name> | undefined;
  /** Makes the calls. Where there is a parameter `events`, so many, but for 1 %. */
  readonly generate: (values: Values<Name>, out: TraceBuilder) => void;
}

/** The generator, its parameters' names known to the compiler within. */
export function defineGenerator<const Name extends string>(generator: Generator<Name>): Generator {
  return generator as unknown as Generator;
}

const EVENTS_MIN = 1000;
/** So many take 600 MB. */
const EVENTS_MAX = 50_000_000;

/** How many calls a trace is to have. */
export function eventsParameter(count = 1_000_000): Parameter {
  return {
    default: count,
    min: EVENTS_MIN,
    max: EVENTS_MAX,
    unit: "events",
    meaning: "calls in the trace, frees included",
  };
}

/** Of the numbers that are drawn. */
export const SEED: Parameter = {
  default: 1,
  min: 0,
  max: 2 ** 32 - 1,
  unit: "seed",
  meaning: "another one draws other numbers",
};

/** Bytes of the smallest and the largest block. */
export function sizeParameter(meaning: string, bytes: number, min = 0, max = 2 ** 20): Parameter {
  return { default: bytes, min, max, unit: "bytes", meaning };
}

/** The misfit of two sizes that are the wrong way round. */
export function sizesMisfit({
  minBytes,
  maxBytes,
}: Values<"minBytes" | "maxBytes">): Misfit<"maxBytes"> | undefined {
  if (minBytes <= maxBytes) return undefined;
  return { parameter: "maxBytes", expected: `at least minBytes, which is ${minBytes}` };
}

/** Whether there are calls left for one more block and its end, all blocks being freed in the end. */
export function hasRoom(out: TraceBuilder, events: number): boolean {
  return out.events + out.liveBlocks + 2 <= events;
}
