// src/objects/stack-room.ts: room on the engine's stack, made sure of before work that must not be cut off.

/** Arguments take a word each there: far more than the core's functions, of which none calls itself, and those that it calls. */
const WORDS = 1024;
const ARGUMENTS: readonly number[] = new Array<number>(WORDS).fill(0);

function nothing(): void {}

/** @throws {RangeError} the engine's own, if the stack is nearly at its end. */
export function needStackRoom(): void {
  Reflect.apply(nothing, undefined, ARGUMENTS);
}
