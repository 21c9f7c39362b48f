// src/tracemalloc/block-table.ts: of each traced block its size and its origin, found by a key: 12 bytes an entry, outside of the heap.
// Not here: what keys and origins stand for, and the sums (tracer.ts).
// Source: Knuth, TAOCP 3, 6.4, algorithms L and R: linear probing, deletion that closes the gap.

const WORDS_PER_ENTRY = 3;
const CAPACITY_FIRST = 1024;
/** Grows when so full, and by so much: between 53 and 80 % are filled, so an entry takes at most 22.5 bytes. */
const LOAD_MAX = 0.8;
const GROWTH = 1.5;
/** 2^32 divided by the golden ratio, made odd: keys in a row end up far apart. */
const MULTIPLIER = 0x9e3779b1;
const HASH_BITS = 24;
const NOTHING = 0;

/** A table of u32 keys, of which none is 0. */
export class BlockTable {
  // key | size | origin, each for all slots
  #keys = new Uint32Array(CAPACITY_FIRST);
  #sizes = new Uint32Array(CAPACITY_FIRST);
  #origins = new Uint32Array(CAPACITY_FIRST);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** Bytes that the table takes. */
  get byteLength(): number {
    return this.#keys.length * WORDS_PER_ENTRY * Uint32Array.BYTES_PER_ELEMENT;
  }

  /** Slot of a key; -1 if it is not there. */
  find(key: number): number {
    const keys = this.#keys;
    for (let slot = this.#home(key); ; slot = slot + 1 === keys.length ? 0 : slot + 1) {
      if (keys[slot] === key) return slot;
      if (keys[slot] === NOTHING) return -1;
    }
  }

  sizeAt(slot: number): number {
    return this.#sizes[slot]!;
  }

  originAt(slot: number): number {
    return this.#origins[slot]!;
  }

  /** Adds a key that is not there. */
  add(key: number, size: number, origin: number): void {
    if (this.#count + 1 > this.#keys.length * LOAD_MAX) this.#resize(Math.ceil(this.#keys.length * GROWTH));
    this.#put(key, size, origin);
    this.#count += 1;
  }

  /** Takes out the entry at a slot. */
  removeAt(slot: number): void {
    const keys = this.#keys;
    const { length } = keys;
    let gap = slot;
    for (let from = slot + 1 === length ? 0 : slot + 1; keys[from] !== NOTHING; ) {
      const home = this.#home(keys[from]!);
      // an entry may move back to the gap unless that lies before its home
      const isBehindGap = gap <= from ? home <= gap || home > from : home <= gap && home > from;
      if (isBehindGap) {
        keys[gap] = keys[from]!;
        this.#sizes[gap] = this.#sizes[from]!;
        this.#origins[gap] = this.#origins[from]!;
        gap = from;
      }
      from = from + 1 === length ? 0 : from + 1;
    }
    keys[gap] = NOTHING;
    this.#count -= 1;
  }

  /** Gives every entry the same origin. */
  setOrigins(origin: number): void {
    this.#origins.fill(origin);
  }

  clear(): void {
    this.#allocate(CAPACITY_FIRST);
    this.#count = 0;
  }

  /** Calls for every entry, in no order. The table must not change meanwhile. */
  forEach(call: (key: number, size: number, origin: number) => void): void {
    this.#keys.forEach((key, slot) => {
      if (key !== NOTHING) call(key, this.#sizes[slot]!, this.#origins[slot]!);
    });
  }

  #home(key: number): number {
    return (
      ((Math.imul(key >>> 1, MULTIPLIER) >>> (32 - HASH_BITS)) * this.#keys.length * 2 ** -HASH_BITS) | 0
    );
  }

  #put(key: number, size: number, origin: number): void {
    const keys = this.#keys;
    let slot = this.#home(key);
    while (keys[slot] !== NOTHING) slot = slot + 1 === keys.length ? 0 : slot + 1;
    keys[slot] = key;
    this.#sizes[slot] = size;
    this.#origins[slot] = origin;
  }

  #resize(capacity: number): void {
    const [keys, sizes, origins] = [this.#keys, this.#sizes, this.#origins];
    this.#allocate(capacity);
    keys.forEach((key, slot) => {
      if (key !== NOTHING) this.#put(key, sizes[slot]!, origins[slot]!);
    });
  }

  #allocate(capacity: number): void {
    this.#keys = new Uint32Array(capacity);
    this.#sizes = new Uint32Array(capacity);
    this.#origins = new Uint32Array(capacity);
  }
}
