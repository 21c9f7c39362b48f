// src/lab/generators/describe.ts: the generators as a list for people, and as JSON for programs.

import pc from "picocolors";
import type { Generator } from "./generator.js";

/** Each generator with its parameters, their defaults and ranges: lines. */
export function describeGenerators(generators: readonly Generator[], hasColors: boolean): string {
  const { bold, dim } = pc.createColors(hasColors);
  const parameters = generators.flatMap((it) => Object.entries(it.parameters));
  const width = Math.max(...parameters.map(([name, it]) => `${name}=${it.default}`.length));
  const unitWidth = Math.max(...parameters.map(([, { unit }]) => unit.length));
  return generators
    .map(({ name, description, parameters }) => {
      const lines = Object.entries(parameters).map(([parameter, it]) => {
        const usual = `${parameter}=${it.default}`.padEnd(width);
        return `  ${usual}  ${it.unit.padEnd(unitWidth)}  ${it.meaning} ${dim(`(${it.min} to ${it.max})`)}`;
      });
      return [`${bold(name)}: ${description}`, ...lines].join("\n");
    })
    .join("\n\n");
}

/** The same as data. */
export function generatorsToJson(generators: readonly Generator[]): unknown {
  return generators.map(({ name, description, parameters }) => ({ name, description, parameters }));
}
