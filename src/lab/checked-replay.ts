// src/lab/checked-replay.ts: replays a trace and looks at every byte an allocator promises to keep.
// Not here: time (replay.ts).

import type { Allocator } from "./allocator.js";
import { makeCall } from "./make-call.js";
import { OccupiedBytes } from "./occupied-bytes.js";
import { firstDamage, firstNonZero, patternStart, writePattern } from "./pattern.js";
import { yieldToEvents } from "./replay.js";
import { ReplayCheckError } from "./replay-errors.js";
import {
  CALL_ALIGNED,
  CALL_BITS,
  CALL_CALLOC,
  CALL_FREE,
  CALL_FREE_ALIGNED,
  CALL_MASK,
  CALL_NAMES,
  CALL_REALLOC,
  CALL_REALLOC_COPY,
  STEP_WORDS,
} from "./script.js";

/** Bytes. What a block of at least that size is aligned to, whatever call made it. */
const MIN_ALIGNMENT = 8;
const YIELD_INTERVAL_STEPS = 1 << 15;

/** What to replay. */
export interface CheckTask {
  /** Trace name, for messages. */
  readonly trace: string;
  readonly maxSlots: number;
  /** From compileScript, for the allocator's abilities. */
  readonly script: Int32Array;
  readonly signal?: AbortSignal | undefined;
  /** Called now and then with the events done. */
  readonly onProgress?: ((events: number) => void) | undefined;
}

/**
 * Replays a trace and checks each block: there, aligned, inside memory, apart from all others, zero after calloc,
 * contents kept over realloc, and untouched by the allocator until it is freed or the trace ends.
 * O(bytes requested).
 *
 * @param allocator - a fresh heap with real memory; spent afterwards.
 * @throws {ReplayCheckError} at the first fault.
 * @throws the signal's reason once it is aborted.
 */
export async function checkedReplay(allocator: Allocator, task: CheckTask): Promise<void> {
  const { script, signal } = task;
  const checker = new Checker(allocator, task);
  const steps = script.length / STEP_WORDS;
  for (let step = 0; step < steps; step += 1) {
    if (step % YIELD_INTERVAL_STEPS === 0) {
      task.onProgress?.(step);
      await yieldToEvents();
      signal?.throwIfAborted();
    }
    checker.step(step);
  }
  checker.finish(steps);
  task.onProgress?.(steps);
}

/** Live blocks by slot, and the bytes they cover. */
class Checker {
  /** u32[maxSlots] each; a slot is live while isLive says so. */
  private readonly addresses: Uint32Array;
  private readonly sizes: Uint32Array;
  private readonly starts: Uint32Array;
  private readonly isLive: Uint8Array;
  private readonly occupied = new OccupiedBytes();
  private bytes: Buffer;

  constructor(
    private readonly allocator: Allocator,
    private readonly task: CheckTask,
  ) {
    this.addresses = new Uint32Array(task.maxSlots);
    this.sizes = new Uint32Array(task.maxSlots);
    this.starts = new Uint32Array(task.maxSlots);
    this.isLive = new Uint8Array(task.maxSlots);
    this.bytes = Buffer.from(allocator.memory.buffer);
  }

  step(event: number): void {
    const { script } = this.task;
    const head = script[event * STEP_WORDS]!;
    const size = script[event * STEP_WORDS + 1]! >>> 0;
    const extra = script[event * STEP_WORDS + 2]! >>> 0;
    const slot = head >>> CALL_BITS;
    const call = head & CALL_MASK;
    this.refreshBytes();
    switch (call) {
      case CALL_FREE:
      case CALL_FREE_ALIGNED:
        this.checkIntact(event, slot, "its contents changed while it was live");
        this.release(slot);
        this.call(event, call, slot, size, extra);
        break;
      case CALL_REALLOC:
      case CALL_REALLOC_COPY: {
        this.checkIntact(event, slot, "its contents changed while it was live");
        const oldSize = this.sizes[slot]!;
        this.release(slot);
        this.take(event, slot, this.call(event, call, slot, size, extra), size, MIN_ALIGNMENT);
        const keptBytes = Math.min(oldSize, size);
        this.checkPattern(event, slot, keptBytes, "realloc lost its contents");
        writePattern(this.bytes, this.addresses[slot]!, keptBytes, size, this.starts[slot]!);
        break;
      }
      default:
        this.starts[slot] = patternStart(slot, event);
        this.take(
          event,
          slot,
          this.call(event, call, slot, size, extra),
          size,
          call === CALL_ALIGNED ? extra : MIN_ALIGNMENT,
        );
        if (call === CALL_CALLOC) this.checkZero(event, slot);
        writePattern(this.bytes, this.addresses[slot]!, 0, size, this.starts[slot]!);
    }
  }

  /** After the last event: what is still live is still whole. */
  finish(events: number): void {
    this.refreshBytes();
    for (let slot = 0; slot < this.isLive.length; slot += 1) {
      if (this.isLive[slot]) this.checkIntact(events, slot, "its contents had changed when the trace ended");
    }
  }

  /** Makes the call; returns the unsigned address, 0 for the frees. */
  private call(event: number, call: number, slot: number, size: number, extra: number): number {
    const address = this.addresses[slot]!;
    try {
      return makeCall(this.allocator, call, address, size, extra);
    } catch (error) {
      return this.fail(event, slot, address, `the call trapped: ${(error as Error).message}`);
    }
  }

  private take(event: number, slot: number, address: number, size: number, alignment: number): void {
    this.refreshBytes();
    if (address === 0) {
      if (size !== 0) this.fail(event, slot, address, `${size} bytes asked for, null returned`);
    } else {
      // A block of 0 bytes still has an address of its own.
      const coveredBytes = Math.max(size, 1);
      if (size >= MIN_ALIGNMENT || alignment > MIN_ALIGNMENT) {
        if (address % alignment !== 0) this.fail(event, slot, address, `not aligned to ${alignment} bytes`);
      }
      if (address + coveredBytes > this.bytes.length) {
        this.fail(
          event,
          slot,
          address,
          `its ${size} bytes reach past the ${this.bytes.length} bytes of memory`,
        );
      }
      const shared = this.occupied.firstOccupied(address, coveredBytes);
      if (shared >= 0) {
        this.fail(event, slot, address, `its ${size} bytes overlap ${this.describeOwner(shared)}`);
      }
      this.occupied.claim(address, coveredBytes);
    }
    this.addresses[slot] = address;
    this.sizes[slot] = size;
    this.isLive[slot] = 1;
  }

  /** Growing memory detaches the view. */
  private refreshBytes(): void {
    const { buffer } = this.allocator.memory;
    if (this.bytes.buffer !== buffer) this.bytes = Buffer.from(buffer);
  }

  private release(slot: number): void {
    const address = this.addresses[slot]!;
    if (address !== 0) this.occupied.release(address, Math.max(this.sizes[slot]!, 1));
    this.isLive[slot] = 0;
  }

  private checkIntact(event: number, slot: number, reason: string): void {
    this.checkPattern(event, slot, this.sizes[slot]!, reason);
  }

  private checkPattern(event: number, slot: number, size: number, reason: string): void {
    const address = this.addresses[slot]!;
    const offset = firstDamage(this.bytes, address, size, this.starts[slot]!);
    if (offset >= 0)
      this.fail(event, slot, address, `${reason}, first at byte ${offset} of ${this.sizes[slot]}`);
  }

  private checkZero(event: number, slot: number): void {
    const address = this.addresses[slot]!;
    const offset = firstNonZero(this.bytes, address, this.sizes[slot]!);
    if (offset >= 0)
      this.fail(event, slot, address, `calloc left byte ${offset} of ${this.sizes[slot]} not zero`);
  }

  /** Only for the message: O(maxSlots). */
  private describeOwner(byte: number): string {
    for (let slot = 0; slot < this.isLive.length; slot += 1) {
      const address = this.addresses[slot]!;
      const size = Math.max(this.sizes[slot]!, 1);
      if (this.isLive[slot] && address !== 0 && address <= byte && byte < address + size) {
        return `slot ${slot}, block 0x${address.toString(16)} of ${this.sizes[slot]} bytes`;
      }
    }
    return "another live block";
  }

  private fail(event: number, slot: number, address: number, reason: string): never {
    const { allocator, task } = this;
    const isAfterLast = event * STEP_WORDS >= task.script.length;
    const op = isAfterLast ? "end of trace" : CALL_NAMES[task.script[event * STEP_WORDS]! & CALL_MASK]!;
    throw new ReplayCheckError({
      allocator: allocator.name,
      trace: task.trace,
      event,
      op,
      slot,
      address,
      reason,
    });
  }
}
