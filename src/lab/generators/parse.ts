// src/lab/generators/parse.ts: workloads as text: `larson`, or `larson:events=100000,slots=5000,seed=7`.

import leven from "leven";
import {
  GeneratorSyntaxError,
  ParameterValueError,
  UnknownGeneratorError,
  UnknownParameterError,
} from "./errors.js";
import { GENERATORS } from "./registry.js";
import { createWorkload, type Workload } from "./workload.js";

/** Names that differ from what was written in so much of their letters may be meant. */
const NEAR_SHARE = 0.5;
const SUGGESTIONS_MAX = 3;

/**
 * The workload that a text names.
 *
 * @throws {UnknownGeneratorError} {UnknownParameterError} {ParameterValueError} {GeneratorSyntaxError}
 */
export function parseGenerator(text: string): Workload {
  const colon = text.indexOf(":");
  const name = colon < 0 ? text : text.slice(0, colon);
  const generator = GENERATORS.find((it) => it.name === name);
  if (generator === undefined) {
    const names = GENERATORS.map((it) => it.name);
    throw new UnknownGeneratorError(name, nearestNames(name, names), names);
  }
  const values: Record<string, number> = {};
  for (const part of colon < 0 ? [] : text.slice(colon + 1).split(",")) {
    const equals = part.indexOf("=");
    if (equals < 1) throw new GeneratorSyntaxError(text, `${JSON.stringify(part)} is no parameter=value`);
    const parameter = part.slice(0, equals);
    const known = generator.parameters[parameter];
    if (known === undefined || !Object.hasOwn(generator.parameters, parameter)) {
      const names = Object.keys(generator.parameters);
      throw new UnknownParameterError(name, parameter, nearestNames(parameter, names), names);
    }
    if (Object.hasOwn(values, parameter)) throw new GeneratorSyntaxError(text, `${parameter} is given twice`);
    const value = part.slice(equals + 1);
    if (!/^\d+(\.\d+)?(e\d+)?$/i.test(value)) {
      throw new ParameterValueError(
        name,
        parameter,
        value,
        `a whole number from ${known.min} to ${known.max}`,
      );
    }
    values[parameter] = Number(value);
  }
  return createWorkload(generator, values);
}

/** The names most like the one that was written, if they are like it at all. */
function nearestNames(written: string, names: readonly string[]): string[] {
  return names
    .map((name) => ({ name, distance: leven(written.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, distance }) => distance <= name.length * NEAR_SHARE)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, SUGGESTIONS_MAX)
    .map(({ name }) => name);
}
