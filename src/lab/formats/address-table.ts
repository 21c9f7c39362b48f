// src/lab/formats/address-table.ts: which slot a 64-bit address stands for.
// Source: Knuth, The Art of Computer Programming, volume 3, 6.4: linear probing (algorithms L and R).

const EMPTY = -1;
const FIRST_CAPACITY_LOG2 = 12;
/** 2^32 divided by the golden ratio: spreads addresses, whose low bits are alike. */
const MULTIPLIER = 0x9e3779b1;

/** A map of addresses, each as two u32, to numbers from 0 up; half full at most. */
export class AddressTable {
  #shift = 32 - FIRST_CAPACITY_LOG2;
  #highs = new Uint32Array(1 << FIRST_CAPACITY_LOG2);
  #lows = new Uint32Array(1 << FIRST_CAPACITY_LOG2);
  #values = new Int32Array(1 << FIRST_CAPACITY_LOG2).fill(EMPTY);
  #size = 0;

  /** -1 if there is none. */
  get(high: number, low: number): number {
    return this.#values[this.#find(high, low)]!;
  }

  set(high: number, low: number, value: number): void {
    let at = this.#find(high, low);
    if (this.#values[at] === EMPTY) {
      this.#size += 1;
      if (this.#size * 2 > this.#values.length) {
        this.#grow();
        at = this.#find(high, low);
      }
      this.#highs[at] = high;
      this.#lows[at] = low;
    }
    this.#values[at] = value;
  }

  /** Removes an address. @returns what it stood for, -1 if it was not there. */
  take(high: number, low: number): number {
    let hole = this.#find(high, low);
    const value = this.#values[hole]!;
    if (value === EMPTY) return EMPTY;
    this.#size -= 1;
    const mask = this.#values.length - 1;
    // What comes behind moves up, unless that would put it before its own place.
    for (let at = (hole + 1) & mask; this.#values[at] !== EMPTY; at = (at + 1) & mask) {
      const home = this.#home(this.#highs[at]!, this.#lows[at]!);
      if (((at - home) & mask) < ((at - hole) & mask)) continue;
      this.#highs[hole] = this.#highs[at]!;
      this.#lows[hole] = this.#lows[at]!;
      this.#values[hole] = this.#values[at]!;
      hole = at;
    }
    this.#values[hole] = EMPTY;
    return value;
  }

  *entries(): Generator<{ readonly address: bigint; readonly value: number }> {
    for (const [at, value] of this.#values.entries()) {
      if (value === EMPTY) continue;
      yield { address: toAddress(this.#highs[at]!, this.#lows[at]!), value };
    }
  }

  #home(high: number, low: number): number {
    return Math.imul(Math.imul(high, MULTIPLIER) ^ low, MULTIPLIER) >>> this.#shift;
  }

  /** Where the address is, or would be put. */
  #find(high: number, low: number): number {
    const mask = this.#values.length - 1;
    let at = this.#home(high, low);
    while (this.#values[at] !== EMPTY && (this.#lows[at] !== low || this.#highs[at] !== high)) {
      at = (at + 1) & mask;
    }
    return at;
  }

  #grow(): void {
    const highs = this.#highs;
    const lows = this.#lows;
    const values = this.#values;
    this.#shift -= 1;
    this.#highs = new Uint32Array(values.length * 2);
    this.#lows = new Uint32Array(values.length * 2);
    this.#values = new Int32Array(values.length * 2).fill(EMPTY);
    for (const [from, value] of values.entries()) {
      if (value === EMPTY) continue;
      const at = this.#find(highs[from]!, lows[from]!);
      this.#highs[at] = highs[from]!;
      this.#lows[at] = lows[from]!;
      this.#values[at] = value;
    }
  }
}

/** One number of two halves. */
export function toAddress(high: number, low: number): bigint {
  return (BigInt(high) << 32n) | BigInt(low);
}
