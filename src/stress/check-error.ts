// src/stress/check-error.ts: the error that the heap is not what it must be.

import { PymallocError } from "../errors.js";

/** What was found differs from what the shadow has: this library is wrong, or somebody wrote over its memory. */
export class StressCheckError extends PymallocError {
  override readonly name: string = "StressCheckError";
  constructor(
    readonly what: string,
    readonly found: number,
    readonly expected: number,
  ) {
    super(`${what} is ${found}; it must be ${expected}`);
  }
}
