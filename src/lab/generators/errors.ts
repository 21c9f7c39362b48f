// src/lab/generators/errors.ts: what can be wrong with what a generator is asked for.

import { PymallocError } from "../../errors.js";

/** A generator can't be had as it was asked for. */
export class GeneratorError extends PymallocError {
  override readonly name: string = "GeneratorError";
}

/** No generator has this name. */
export class UnknownGeneratorError extends GeneratorError {
  override readonly name: string = "UnknownGeneratorError";
  constructor(
    readonly generator: string,
    /** Names that it may have meant, the likeliest first. */
    readonly nearest: readonly string[],
    known: readonly string[],
  ) {
    super(`there is no generator ${JSON.stringify(generator)}; ${suggest(nearest, known)}`);
  }
}

/** The generator has no parameter of this name. */
export class UnknownParameterError extends GeneratorError {
  override readonly name: string = "UnknownParameterError";
  constructor(
    readonly generator: string,
    readonly parameter: string,
    readonly nearest: readonly string[],
    known: readonly string[],
  ) {
    super(`${generator} has no parameter ${JSON.stringify(parameter)}; ${suggest(nearest, known)}`);
  }
}

/** A parameter's value is no number, or not one that it can have. */
export class ParameterValueError extends GeneratorError {
  override readonly name: string = "ParameterValueError";
  constructor(
    readonly generator: string,
    readonly parameter: string,
    /** As it was given. */
    readonly value: string | number,
    expected: string,
  ) {
    super(`${generator}: ${parameter} is ${JSON.stringify(value)}; it must be ${expected}`);
  }
}

/** The text is not NAME or NAME:parameter=value,…. */
export class GeneratorSyntaxError extends GeneratorError {
  override readonly name: string = "GeneratorSyntaxError";
  constructor(
    readonly text: string,
    reason: string,
  ) {
    super(`${JSON.stringify(text)}: ${reason}; write NAME, or NAME:parameter=value,parameter=value`);
  }
}

/** The workload would not fit into the memory of a 32-bit program. */
export class WorkloadTooLargeError extends GeneratorError {
  override readonly name: string = "WorkloadTooLargeError";
  constructor(
    readonly workload: string,
    readonly limitBytes: number,
  ) {
    super(
      `${workload} has more than ${limitBytes} bytes live at once; ask for fewer blocks, or for smaller ones`,
    );
  }
}

function suggest(nearest: readonly string[], known: readonly string[]): string {
  const all = `there are ${known.join(", ")}`;
  return nearest.length > 0 ? `did you mean ${nearest.join(" or ")}? ${all}` : all;
}
