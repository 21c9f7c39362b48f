// src/lab/random.ts: seeded random numbers, the same on every platform.
// Source: Tommy Ettinger's mulberry32.

/** A stream of random integers; the same seed gives the same stream. */
export class Random {
  constructor(private state: number) {}

  /** Uniform in 0 .. limit - 1. */
  below(limit: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  }

  /** u32[count], each in 0 .. limit - 1. */
  indices(count: number, limit: number): Uint32Array<ArrayBuffer> {
    return Uint32Array.from({ length: count }, () => this.below(limit));
  }

  /** u16[count], each in min .. max. */
  sizes(count: number, min: number, max: number): Uint16Array<ArrayBuffer> {
    return Uint16Array.from({ length: count }, () => min + this.below(max - min + 1));
  }

  /** u32[count], every index of count once. Fisher and Yates. */
  permutation(count: number): Uint32Array<ArrayBuffer> {
    const order = Uint32Array.from({ length: count }, (_, index) => index);
    for (let i = count - 1; i > 0; i -= 1) {
      const j = this.below(i + 1);
      const moved = order[i]!;
      order[i] = order[j]!;
      order[j] = moved;
    }
    return order;
  }
}
