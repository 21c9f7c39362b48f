// src/lab/pattern.ts: the contents a checked replay gives each block: different for every slot and birth.

/** Bytes; the pattern of a larger block repeats. */
const PERIOD = 1 << 16;
/** Below this size a loop beats the engine's block operations. */
const SMALL_SIZE = 64;

/** Two periods of arbitrary bytes, so that a run of PERIOD bytes from any start is contiguous. */
const source = Buffer.alloc(2 * PERIOD);
for (let i = 0, state = 1; i < PERIOD; i += 1) {
  state = (Math.imul(state, 1664525) + 1013904223) | 0;
  source[i] = source[i + PERIOD] = state >>> 24;
}
const zeros = Buffer.alloc(PERIOD);

/** Where in the source the pattern of a block begins. */
export function patternStart(slot: number, birthEvent: number): number {
  return (Math.imul(slot, 0x9e3779b1) ^ Math.imul(birthEvent, 0x85ebca6b)) >>> 16;
}

/** Writes bytes [from, to) of the block's pattern. O(to - from). */
export function writePattern(memory: Buffer, address: number, from: number, to: number, start: number): void {
  if (to - from < SMALL_SIZE) {
    for (let i = from; i < to; i += 1) memory[address + i] = source[(start + i) % PERIOD]!;
    return;
  }
  for (let i = from; i < to; i += PERIOD) {
    const begin = (start + i) % PERIOD;
    memory.set(source.subarray(begin, begin + Math.min(PERIOD, to - i)), address + i);
  }
}

/** Offset of the first of `size` bytes that is not the pattern's, or -1. O(size). */
export function firstDamage(memory: Buffer, address: number, size: number, start: number): number {
  if (size < SMALL_SIZE) {
    for (let i = 0; i < size; i += 1) if (memory[address + i] !== source[(start + i) % PERIOD]) return i;
    return -1;
  }
  return firstDifference(memory, address, size, source, start % PERIOD);
}

/** Offset of the first of `size` bytes that is not zero, or -1. O(size). */
export function firstNonZero(memory: Buffer, address: number, size: number): number {
  if (size < SMALL_SIZE) {
    for (let i = 0; i < size; i += 1) if (memory[address + i] !== 0) return i;
    return -1;
  }
  return firstDifference(memory, address, size, zeros, 0);
}

/** Compares period by period with a run of `expected` that begins at `begin`. */
function firstDifference(
  memory: Buffer,
  address: number,
  size: number,
  expected: Buffer,
  begin: number,
): number {
  for (let i = 0; i < size; i += PERIOD) {
    const length = Math.min(PERIOD, size - i);
    const at = address + i;
    if (memory.compare(expected, begin, begin + length, at, at + length) === 0) continue;
    for (let j = 0; j < length; j += 1) if (memory[at + j] !== expected[begin + j]) return i + j;
  }
  return -1;
}
