// src/objects/frame.ts: frames: the references that the handles made while a function runs own, on a stack, as calls lie on each other.
// Not here: running a function in a frame (run-frame.ts), what a handle finds out when its frame has ended (scope.ts).

import { REFERENCE_SIZE } from "../../assembly/object-layout.js";
import type { Address } from "../views.js";
import type { ObjectHeap } from "./object-heap.js";
import { NO_SLOT, Scope } from "./scope.js";

/** Addresses released by one call, at most. */
const BATCH_COUNT = 1024;
/** Below this, one call each costs less than the batch. */
const BATCH_COUNT_MIN = 8;
const CAPACITY_FIRST = 1024;

/** All frames of a heap. A slot holds an address, which is even, or is a hole: twice the next hole's number, plus one. */
export class Frames {
  readonly #objects: ObjectHeap;
  #slots = new Int32Array(CAPACITY_FIRST);
  #count = 0;
  /** The innermost frame that is running. */
  top: Scope | undefined;
  /** u32[BATCH_COUNT] in the heap, once it is needed. */
  #batch: Address = 0;
  /** Finalizers run while a batch is released, and end frames of their own. */
  #isBatchInUse = false;

  constructor(objects: ObjectHeap) {
    this.#objects = objects;
  }

  /** A new frame on top of the others; end must follow. */
  push(): Scope {
    const frame = new Scope(this.#objects, false, false, this.top);
    frame.base = this.#count;
    this.top = frame;
    return frame;
  }

  /** Has the frame on top own a reference. @returns its slot. */
  take(frame: Scope, address: number): number {
    const { hole } = frame;
    if (hole !== NO_SLOT) {
      frame.hole = this.#slots[hole]! >> 1;
      this.#slots[hole] = address;
      return hole;
    }
    const slot = this.#count;
    if (slot === this.#slots.length) this.#grow();
    this.#slots[slot] = address;
    this.#count = slot + 1;
    return slot;
  }

  /** Has a frame, running but not always on top, own a reference no longer. */
  give(frame: Scope, slot: number): void {
    if (slot === this.#count - 1 && frame === this.top) {
      this.#count = slot;
      return;
    }
    this.#slots[slot] = (frame.hole << 1) | 1;
    frame.hole = slot;
  }

  /** The addresses that frames own references to, once for each reference. */
  *owned(): Generator<Address> {
    for (const address of this.#slots.subarray(0, this.#count)) if ((address & 1) === 0) yield address >>> 0;
  }

  /** Ends the frame on top: its references are released, in the order of their making but for reused slots. */
  end(frame: Scope): void {
    this.top = frame.below;
    frame.end();
    const end = this.#count; // finalizers put their frames on top of it
    const isForBatches =
      end - frame.base >= BATCH_COUNT_MIN && !this.#isBatchInUse && !this.#objects.isClosed;
    try {
      if (isForBatches && this.#hasBatch()) this.#releaseInBatches(frame.base, end);
      else this.#releaseEach(frame.base, end);
    } finally {
      this.#count = frame.base; // or the frame below would release them once more
    }
  }

  /** False if there is no memory for it, which must not keep anything from being released. */
  #hasBatch(): boolean {
    this.#batch ||= this.#objects.core.malloc(BATCH_COUNT * REFERENCE_SIZE) >>> 0;
    return this.#batch !== 0;
  }

  #releaseEach(base: number, end: number): void {
    const objects = this.#objects;
    for (let slot = base; slot < end; slot += 1) {
      const address = this.#slots[slot]!;
      if (address & 1) continue;
      objects.liveHandles -= 1;
      if (!objects.isClosed) objects.core.decref(address);
    }
  }

  #releaseInBatches(base: number, end: number): void {
    const objects = this.#objects;
    const first = this.#batch / REFERENCE_SIZE;
    this.#isBatchInUse = true;
    try {
      for (let slot = base; slot < end && !objects.isClosed; ) {
        const { u32 } = objects.fresh(); // finalizers may have made memory grow,
        const slots = this.#slots; // and the stack
        let count = 0;
        for (; slot < end && count < BATCH_COUNT; slot += 1) {
          const address = slots[slot]!;
          if (address & 1) continue;
          u32[first + count] = address;
          count += 1;
        }
        objects.liveHandles -= count;
        objects.core.release_many(this.#batch, count);
      }
    } finally {
      this.#isBatchInUse = false;
    }
  }

  #grow(): void {
    const slots = new Int32Array(2 * this.#slots.length);
    slots.set(this.#slots);
    this.#slots = slots;
  }
}
