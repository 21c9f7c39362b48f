// src/lab/replay-errors.ts: what can be wrong with an allocator under replay.

import { PymallocError } from "../errors.js";

/** A Wasm module cannot be used as an allocator at all. */
export class AllocatorModuleError extends PymallocError {
  override readonly name = "AllocatorModuleError";

  /**
   * @param file - the module's file as the caller named it.
   * @param reason - what is missing or wrong, and what would be right.
   */
  constructor(
    readonly file: string,
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(`${file}: ${reason}`, options);
  }
}

/** An allocator could not finish a trace: it ran out of memory or trapped. */
export class AllocatorFailedError extends PymallocError {
  override readonly name = "AllocatorFailedError";

  /** @param event - index of the event that failed; of the first of several suspects if it trapped. */
  constructor(
    readonly allocator: string,
    readonly trace: string,
    readonly event: number,
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(`${allocator} on ${trace}: ${reason}`, options);
  }
}

/** An allocator took longer for a trace than it was given. */
export class ReplayTooSlowError extends PymallocError {
  override readonly name = "ReplayTooSlowError";

  constructor(
    readonly allocator: string,
    readonly trace: string,
    /** Events done by then, of `events`. */
    readonly eventsDone: number,
    readonly events: number,
    readonly limitMs: number,
  ) {
    super(
      `${allocator} on ${trace}: given up after ${limitMs / 1000} s, at event ${eventsDone} of ${events}; --limit gives more`,
    );
  }
}

/** Where a checked replay found its first fault. */
export interface CheckFault {
  readonly allocator: string;
  readonly trace: string;
  /** Index of the event at which the fault showed; equal to the number of events if after the last. */
  readonly event: number;
  /** The call, as script.ts CALL_NAMES spells it. */
  readonly op: string;
  readonly slot: number;
  /** Unsigned byte address of the block. */
  readonly address: number;
  readonly reason: string;
}

/** An allocator broke its promise to the program: a block overlaps another, lost its contents, and so on. */
export class ReplayCheckError extends PymallocError implements CheckFault {
  override readonly name = "ReplayCheckError";
  readonly allocator: string;
  readonly trace: string;
  readonly event: number;
  readonly op: string;
  readonly slot: number;
  readonly address: number;
  readonly reason: string;

  constructor(fault: CheckFault) {
    const { allocator, trace, event, op, slot, address, reason } = fault;
    const block = `slot ${slot}, block 0x${address.toString(16)}`;
    super(`${allocator} on ${trace}: event ${event}, ${op}, ${block}: ${reason}`);
    this.allocator = allocator;
    this.trace = trace;
    this.event = event;
    this.op = op;
    this.slot = slot;
    this.address = address;
    this.reason = reason;
  }
}
