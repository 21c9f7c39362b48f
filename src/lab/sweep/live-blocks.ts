// src/lab/sweep/live-blocks.ts: the blocks that are live in a replay, by slot, and the same in address order.

/** Blocks of one replay. Slots hold unsigned addresses. */
export class LiveBlocks {
  /** u32[maxSlots] each; of a slot that is not live they say nothing. */
  readonly addresses: Uint32Array;
  readonly sizes: Uint32Array;
  private readonly isLive: Uint8Array;
  count = 0;
  /** Bytes that were asked for. */
  bytes = 0;

  constructor(maxSlots: number) {
    this.addresses = new Uint32Array(maxSlots);
    this.sizes = new Uint32Array(maxSlots);
    this.isLive = new Uint8Array(maxSlots);
  }

  take(slot: number, address: number, size: number): void {
    this.addresses[slot] = address;
    this.sizes[slot] = size;
    this.isLive[slot] = 1;
    this.count += 1;
    this.bytes += size;
  }

  give(slot: number): void {
    this.isLive[slot] = 0;
    this.count -= 1;
    this.bytes -= this.sizes[slot]!;
  }

  /** Slots of the live blocks, lowest address first. O(n log n). */
  inAddressOrder(): Uint32Array {
    // address and slot in one number, so that the engine's own sort, without a comparison in JavaScript, orders them
    const keys = new BigUint64Array(this.count);
    const halves = new Uint32Array(keys.buffer);
    let key = 0;
    for (let slot = 0; slot < this.isLive.length; slot += 1) {
      if (!this.isLive[slot]) continue;
      halves[key * 2] = slot;
      halves[key * 2 + 1] = this.addresses[slot]!;
      key += 1;
    }
    keys.sort();
    return Uint32Array.from({ length: key }, (_, index) => halves[index * 2]!);
  }
}
