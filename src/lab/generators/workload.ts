// src/lab/generators/workload.ts: a generator with a value for each parameter, checked; and the trace that comes of it.
// Not here: how it is written as text (parse.ts).

import type { Trace } from "../trace.js";
import { TraceBuilder } from "../trace-builder.js";
import { traceOf } from "../trace-of.js";
import { ParameterValueError, WorkloadTooLargeError } from "./errors.js";
import type { Generator, Values } from "./generator.js";

/** Half of what a 32-bit program can address: an allocator needs room beside the blocks. */
export const LIVE_BYTES_MAX = 2 ** 31;

/** What a trace can be generated of. */
export interface Workload {
  /** As parse.ts would read it: the generator's name, and the values that are not its defaults. */
  readonly name: string;
  readonly generator: Generator;
  readonly values: Values;
}

/**
 * The workload of some values, the others being the generator's defaults.
 *
 * @param given - by names of parameters that the generator has.
 * @throws {ParameterValueError} naming the first value that is out of range, or does not go with the others.
 */
export function createWorkload(generator: Generator, given: Values = {}): Workload {
  const values: Record<string, number> = {};
  const different: string[] = [];
  for (const [name, { default: usual, min, max }] of Object.entries(generator.parameters)) {
    const value = given[name] ?? usual;
    if (!(Number.isInteger(value) && value >= min && value <= max)) {
      throw new ParameterValueError(generator.name, name, value, `a whole number from ${min} to ${max}`);
    }
    values[name] = value;
    if (value !== usual) different.push(`${name}=${value}`);
  }
  const misfit = generator.misfit?.(values);
  if (misfit !== undefined) {
    const { parameter, expected } = misfit;
    throw new ParameterValueError(generator.name, parameter, values[parameter]!, expected);
  }
  const suffix = different.length === 0 ? "" : `:${different.join(",")}`;
  return { name: `${generator.name}${suffix}`, generator, values };
}

/**
 * The workload's trace. O(events).
 *
 * @throws {WorkloadTooLargeError} as soon as more than LIVE_BYTES_MAX bytes are live.
 */
export function generateTrace({ name, generator, values }: Workload): Trace {
  const out = new TraceBuilder({
    bytes: LIVE_BYTES_MAX,
    exceeded() {
      throw new WorkloadTooLargeError(name, LIVE_BYTES_MAX);
    },
  });
  generator.generate(values, out);
  const meta = { workload: name, generator: { name: generator.name, values } };
  return traceOf(out.words(), { name, file: name, truncated: false, meta });
}
