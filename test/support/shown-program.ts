// test/support/shown-program.ts: runs the code that the tour shows, as a reader would who types it in, and tells what it gives.

import { createHeapSync } from "../../src/embedded.js";
import { format } from "../../src/tour/format.js";
import type { StepRecord } from "../../src/tour/scene.js";

/** What a step gave: as StepRecord, addresses left out. */
export interface Outcome {
  readonly result: string;
  readonly printed: readonly string[];
}

/** What the steps claim to have given. */
export function claims(steps: readonly StepRecord[]): Outcome[] {
  return steps.map(({ result = "", printed = [] }) => ({ result: withoutAddresses(result), printed }));
}

/** Runs the steps' code as one program, on a heap of its own. */
export function runShown(steps: readonly StepRecord[]): Outcome[] {
  const results = steps.map(() => "");
  const printed: string[][] = steps.map(() => []);
  let running = 0;
  const program = steps.map(({ code, result }, index) => {
    return `begin(${index});\n${result === undefined ? code.join("\n") : observed(code.join("\n"), index)};`;
  });
  const observers = {
    heap: createHeapSync(),
    begin: (index: number): void => {
      running = index;
    },
    give: (index: number, value: unknown): void => {
      results[index] = withoutAddresses(format(value));
    },
    print: (text: string): void => {
      printed[running]!.push(text);
    },
  };
  new Function(...Object.keys(observers), `"use strict";\n${program.join("\n")}`)(
    ...Object.values(observers),
  );
  return results.map((result, index) => ({ result, printed: printed[index]! }));
}

/** The code of a step that has a result, telling it: the value of an expression, or what a name is bound to. */
function observed(code: string, index: number): string {
  const name = /^const (\w+) = /.exec(code)?.[1];
  return name === undefined ? `give(${index}, ${code})` : `${code};\ngive(${index}, ${name})`;
}

function withoutAddresses(text: string): string {
  return text.replace(/0x[0-9a-f]+/g, "0x…");
}
