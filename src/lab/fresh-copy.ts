// src/lab/fresh-copy.ts: functions whose calls into Wasm V8 has not seen yet.

let copyCount = 0;

/**
 * A copy of a function that names nothing outside itself. V8 inlines a call into Wasm only where it has seen a single
 * target, and remembers targets per function text; the number makes each text new.
 */
export function freshCopy<Loop extends (...args: never[]) => number>(loop: Loop): Loop {
  copyCount += 1;
  return new Function(`"use strict"; return (${loop});\n// copy ${copyCount}`)() as Loop;
}
