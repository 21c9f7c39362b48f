// src/lab/warm-up.ts: gets a loop compiled and a heap's start paid for, leaving the heap next to untouched.
// Not here: warming the module's own code; measure.ts replays each trace once untimed for that.

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Abilities } from "./allocator.js";
import { compileScript } from "./script.js";
import {
  ALIGNMENT_SHIFT,
  EVENT_WORDS,
  OP_ALIGNED,
  OP_CALLOC,
  OP_FREE,
  OP_MALLOC,
  OP_REALLOC,
  OP_REALLOC_NULL,
  OP_SHIFT,
} from "./trace.js";

const SLOTS = 16;
const LAYERS = 64;
const SIZE = 16;
const GROWN_SIZE = 40;
const ALIGNMENT_LOG2 = 4;
/** V8 decides to optimise after a few calls, and compiles beside us: each burst is followed by a nap. */
const BURSTS = 4;
const CALLS_PER_BURST = 4;
const NAP_MS = 3;

/** Slots the warm-up script uses. */
export const WARM_UP_SLOTS = SLOTS;

/**
 * A small script that frees in the reverse order of its allocations, so that a heap ends as it began.
 *
 * @param ops - ops of the trace to come; no other call is made, so an unused one that is broken does no harm.
 */
export function warmUpScript(ops: ReadonlySet<number>, abilities: Abilities): Int32Array {
  const allocations = [OP_MALLOC, OP_CALLOC, OP_REALLOC_NULL, OP_ALIGNED].filter((op) => ops.has(op));
  const words: number[] = [];
  const add = (op: number, slot: number, size: number, alignmentLog2: number): void => {
    words.push(((op << OP_SHIFT) | slot) >>> 0, size, alignmentLog2 << ALIGNMENT_SHIFT);
  };
  for (let layer = 0; layer < LAYERS && allocations.length > 0; layer += 1) {
    for (let slot = 0; slot < SLOTS; slot += 1) {
      const op = allocations[(slot + layer) % allocations.length]!;
      add(op, slot, SIZE, op === OP_ALIGNED ? ALIGNMENT_LOG2 : 0);
    }
    for (let slot = SLOTS - 1; slot >= 0; slot -= 1) {
      if (ops.has(OP_REALLOC)) add(OP_REALLOC, slot, GROWN_SIZE, 0);
      add(OP_FREE, slot, 0, 0);
    }
  }
  return compileScript(new Uint32Array(words), SLOTS, abilities);
}

/** The ops that occur in a trace. O(events). */
export function opsOf(words: Uint32Array): Set<number> {
  const ops = new Set<number>();
  for (let word = 0; word < words.length; word += EVENT_WORDS) ops.add(words[word]! >>> OP_SHIFT);
  return ops;
}

/** Calls `pass` until V8 has compiled what it runs. */
export function warmUp(pass: () => void): void {
  for (let burst = 0; burst < BURSTS; burst += 1) {
    for (let call = 0; call < CALLS_PER_BURST; call += 1) pass();
    nap(NAP_MS);
  }
}

/** Memory of dead heaps is unmapped on other threads, beside whatever is being timed: done now, and waited for. */
export function settleMemory(): void {
  collectGarbage();
  nap(NAP_MS);
}

/** V8 assumes that no buffer is ever detached until the first one is, then throws away all loops compiled so far. */
export function settleEngine(): void {
  new WebAssembly.Memory({ initial: 0, maximum: 1 }).grow(1);
}

const napWord = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

/** Blocks the thread: waiting in the event loop would let other work into the measurement. */
function nap(milliseconds: number): void {
  Atomics.wait(napWord, 0, 0, milliseconds);
}

let gc: (() => void) | undefined;

function collectGarbage(): void {
  if (gc === undefined) {
    setFlagsFromString("--expose-gc");
    gc = runInNewContext("gc") as () => void;
  }
  gc();
}
