// src/inspect/address-index.ts: which number an address has: a hash table of typed arrays, 24 bytes an address at most.

import type { Address } from "../views.js";

/** What an address that is not there has. */
export const NO_NUMBER = -1;

/** Fibonacci hashing. */
const GOLDEN = 0x9e3779b1;

export class AddressIndex {
  /** Open addressing; 0: free, as no object is at 0. */
  readonly #addresses: Uint32Array;
  readonly #numbers: Int32Array;
  readonly #shift: number;
  readonly #mask: number;

  /** Numbers the addresses in their order, from 0 on. @param addresses - each once, none of them 0. */
  constructor(addresses: Uint32Array) {
    const log2 = 32 - Math.clz32(addresses.length + (addresses.length >>> 1) + 1);
    this.#shift = 32 - log2;
    this.#mask = 2 ** log2 - 1;
    this.#addresses = new Uint32Array(2 ** log2);
    this.#numbers = new Int32Array(2 ** log2);
    for (let number = 0; number < addresses.length; number += 1) {
      const slot = this.#slotOf(addresses[number]!);
      this.#addresses[slot] = addresses[number]!;
      this.#numbers[slot] = number;
    }
  }

  /** NO_NUMBER: it has none. */
  numberOf(address: Address): number {
    const slot = this.#slotOf(address);
    return this.#addresses[slot] === address && address !== 0 ? this.#numbers[slot]! : NO_NUMBER;
  }

  /** Where an address is, or would be. */
  #slotOf(address: Address): number {
    let slot = Math.imul(address >>> 3, GOLDEN) >>> this.#shift;
    for (;;) {
      const found = this.#addresses[slot]!;
      if (found === address || found === 0) return slot;
      slot = (slot + 1) & this.#mask;
    }
  }
}
