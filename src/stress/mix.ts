// src/stress/mix.ts: numbers that look random and can be had again: from a seed and a place, without a state in between.
// Source: Austin Appleby, MurmurHash3: its steps for a word, and its end (fmix32).

/** 32 bits, as i32, of two words. */
export function mix(seed: number, word: number): number {
  let bits = Math.imul(word, 0xcc9e2d51);
  bits = seed ^ Math.imul((bits << 15) | (bits >>> 17), 0x1b873593);
  bits = Math.imul((bits << 13) | (bits >>> 19), 5) + 0xe6546b64;
  bits ^= bits >>> 16;
  bits = Math.imul(bits, 0x85ebca6b);
  bits ^= bits >>> 13;
  bits = Math.imul(bits, 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}

/** From 0 up to, not including, 1. */
export function share(seed: number, word: number): number {
  return (mix(seed, word) >>> 0) / 2 ** 32;
}
