// src/inspect/u32-list.ts: a list of u32 that grows, four bytes each: for graphs of millions of references.

const CAPACITY_FIRST = 1024;

export class U32List {
  #values = new Uint32Array(CAPACITY_FIRST);
  length = 0;

  push(value: number): void {
    if (this.length === this.#values.length) {
      const values = new Uint32Array(2 * this.length);
      values.set(this.#values);
      this.#values = values;
    }
    this.#values[this.length] = value;
    this.length += 1;
  }

  /** The values now: a view, good until the next push. */
  get values(): Uint32Array {
    return this.#values.subarray(0, this.length);
  }
}
