// test/support/instrumented.ts: a script's text run as it is, and with probes in it, on counted bytes instead of a heap's.

import type { Backend } from "../../src/profile/backend.js";
import { PROFILER_KEY } from "../../src/profile/description.js";
import { instrument } from "../../src/profile/instrument.js";
import type { FunctionRecord, LineRecord } from "../../src/profile/record.js";
import { Recorder } from "../../src/profile/recorder.js";

/** Bytes that grow when told so. */
export class FakeMemory implements Backend {
  readonly name = "heap";
  readonly unit = "bytes";
  bytes = 0;
  read(): number {
    return this.bytes;
  }
}

/** A script that declares functions, with probes in those that are named; run with `scope`'s names, it returns `result`. */
export function runInstrumented(
  source: string,
  functions: readonly string[],
  memory: FakeMemory,
  scope: Readonly<Record<string, unknown>> = {},
  result = "main",
): { readonly value: unknown; readonly recorder: Recorder } {
  const recorder = new Recorder([memory]);
  const code = instrumentedCode(source, functions);
  const place = globalThis as { [key: symbol]: unknown };
  const key = Symbol.for(PROFILER_KEY);
  place[key] = recorder;
  try {
    return { value: evaluate(code, scope, result), recorder };
  } finally {
    delete place[key];
  }
}

export function instrumentedCode(source: string, functions: readonly string[], isTypeScript = false): string {
  const options = {
    url: "file:///script.js",
    file: "script.js",
    kind: "commonjs",
    isTypeScript,
    functions,
  } as const;
  return instrument(source, options)?.code ?? source;
}

export function evaluate(code: string, scope: Readonly<Record<string, unknown>>, result: string): unknown {
  return new Function(...Object.keys(scope), `${code}\nreturn ${result};`)(...Object.values(scope));
}

/** Increments by line. */
export function incrementsOf({ lines }: FunctionRecord): Record<number, number> {
  return Object.fromEntries(lines.map(({ line, increments }: LineRecord) => [line, increments[0]!]));
}

export function occurrencesOf({ lines }: FunctionRecord): Record<number, number> {
  return Object.fromEntries(lines.map(({ line, occurrences }) => [line, occurrences]));
}
