// src/lab/slots.ts: numbers for live blocks, as traces have them: the one freed last is taken again first, a new one is the next unused.
// Source: FORMAT.md of the ATR1 corpus.

/** Hands out slots. */
export class Slots {
  readonly #free: number[] = [];
  #used = 0;

  /** Slots ever handed out. */
  get used(): number {
    return this.#used;
  }

  take(): number {
    const slot = this.#free.pop();
    if (slot !== undefined) return slot;
    this.#used += 1;
    return this.#used - 1;
  }

  give(slot: number): void {
    this.#free.push(slot);
  }
}
