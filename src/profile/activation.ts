// src/profile/activation.ts: one call of a measured function: which line it is in, and what there was when that began.
// Not here: reading memory and time (meter.ts), the rows of lines (function-table.ts).
//
//   state      line  on the stack   left by
//   new        none  no             line, stay: runs
//   running    one   yes            line, stay: runs; suspend: suspended; leave: over
//   suspended  one   no             resume, line, stay: runs; leave: over
//   over       none  no             begin: new; it is used for another call

import { delegate } from "./delegate.js";
import type { Probes } from "./description.js";
import type { FunctionTable } from "./function-table.js";
import type { Meter } from "./meter.js";

const NO_LINE = 0;

/** What all activations share. */
export interface Running {
  readonly meter: Meter;
  /** Those that run, each called by the one before. */
  readonly stack: Activation[];
  /** Those that are over: probes leave no garbage. */
  readonly spare: Activation[];
  /** Told, while the meter stands, when a function with a table of its own ends. */
  onLeave?: ((activation: Activation) => void) | undefined;
}

export class Activation implements Probes {
  table!: FunctionTable;
  /** Whether the table is its own, not that of the function around it. */
  isOwn = false;
  /** Which call it is, for who follows calls. */
  call = 0;

  #line = NO_LINE;
  #isRunning = false;
  #startMs = 0;
  readonly #startBytes: Float64Array;

  constructor(readonly shared: Running) {
    this.#startBytes = new Float64Array(shared.meter.backends.length);
  }

  /** A call begins, in the line of the function's head if it counts. The meter stands. */
  begin(table: FunctionTable, isOwn: boolean): void {
    this.table = table;
    this.isOwn = isOwn;
    if (isOwn) this.#start(table.description.headLine, true);
  }

  line(line: number): void {
    const { meter } = this.shared;
    meter.stop();
    if (this.#isRunning) this.#end();
    this.#start(line, true);
    meter.go();
  }

  stay(line: number): void {
    if (this.#line === line) this.resume(undefined);
    else this.line(line);
  }

  suspend<T>(value?: T): T {
    if (this.#isRunning) {
      const { meter } = this.shared;
      meter.stop();
      this.#end();
      meter.go();
    }
    return value as T;
  }

  resume<T>(value: T): T {
    if (!this.#isRunning && this.#line !== NO_LINE) {
      const { meter } = this.shared;
      meter.stop();
      this.#start(this.#line, false);
      meter.go();
    }
    return value;
  }

  delegate<T>(value: T): T {
    return delegate(value, this);
  }

  leave(): void {
    const { meter, spare, onLeave } = this.shared;
    meter.stop();
    if (this.#isRunning) this.#end();
    this.#line = NO_LINE;
    if (this.isOwn) onLeave?.(this);
    spare.push(this);
    meter.go();
  }

  /**
   * Adds what its line has had so far to copies of the table's arrays; for the outermost activation in a line alone, as the
   * others' is part of that.
   */
  addUnfinished(ms: Float64Array, bytes: Float64Array, increments: Float64Array): void {
    const slot = this.table.slot(this.#line);
    const { meter } = this.shared;
    ms[slot]! += meter.nowMs - this.#startMs;
    for (let index = 0; index < meter.readings.length; index += 1) {
      const at = slot * meter.readings.length + index;
      bytes[at] = meter.readings[index]!;
      increments[at]! += meter.readings[index]! - this.#startBytes[index]!;
    }
  }

  get currentLine(): number {
    return this.#line;
  }

  // Both call what may overflow the stack before they change anything.

  #start(line: number, isCounted: boolean): void {
    const { meter, stack } = this.shared;
    const slot = this.table.slot(line);
    if (!this.#isRunning) stack.push(this);
    this.#isRunning = true;
    this.#line = line;
    if (isCounted) this.table.occurrences[slot]! += 1;
    this.table.running[slot]! += 1;
    this.#startMs = meter.nowMs;
    for (let index = 0; index < meter.readings.length; index += 1) {
      this.#startBytes[index] = meter.readings[index]!;
    }
  }

  /** Ends the line. Where the same line runs further out too, all of this is part of that. */
  #end(): void {
    const { meter, stack } = this.shared;
    const { table } = this;
    const slot = table.slot(this.#line);
    // what was called is over, also where a stack overflow has kept it from saying so
    while (stack.at(-1) !== this && stack.length > 0) stack.pop()!.#abandon();
    stack.pop();
    this.#isRunning = false;
    table.running[slot]! -= 1;
    const isOutermost = table.running[slot] === 0;
    if (isOutermost) table.ms[slot]! += meter.nowMs - this.#startMs;
    for (let index = 0; index < meter.readings.length; index += 1) {
      const at = slot * meter.readings.length + index;
      table.bytes[at] = meter.readings[index]!;
      if (isOutermost) table.increments[at]! += meter.readings[index]! - this.#startBytes[index]!;
    }
  }

  #abandon(): void {
    this.#isRunning = false;
    this.table.running[this.table.slot(this.#line)]! -= 1;
    this.#line = NO_LINE;
  }
}
