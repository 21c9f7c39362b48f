// src/profile/function-table.ts: what was measured of one function: a row a line.

import type { FunctionDescription } from "./description.js";
import type { FunctionRecord, LineRecord } from "./record.js";

export class FunctionTable {
  calls = 0;
  /** Most of these arrays have a slot a line, and those of bytes one more for each backend. */
  readonly occurrences: Float64Array;
  readonly ms: Float64Array;
  /** After the line's last execution. */
  readonly bytes: Float64Array;
  readonly increments: Float64Array;
  /** Activations that run the line at this moment. */
  readonly running: Int32Array;

  constructor(
    readonly url: string,
    readonly description: FunctionDescription,
    readonly backends: number,
  ) {
    const lines = description.lastLine - description.firstLine + 1;
    this.occurrences = new Float64Array(lines);
    this.ms = new Float64Array(lines);
    this.bytes = new Float64Array(lines * backends);
    this.increments = new Float64Array(lines * backends);
    this.running = new Int32Array(lines);
  }

  slot(line: number): number {
    return line - this.description.firstLine;
  }

  /** With the same rows, for what is still unfinished to be added. */
  copy(): FunctionTable {
    const copy = new FunctionTable(this.url, this.description, this.backends);
    copy.calls = this.calls;
    for (const name of ["occurrences", "ms", "bytes", "increments", "running"] as const)
      copy[name].set(this[name]);
    return copy;
  }

  /** For a report. */
  record(): FunctionRecord {
    const { backends } = this;
    const lines: LineRecord[] = [];
    for (const [slot, occurrences] of this.occurrences.entries()) {
      if (occurrences === 0) continue;
      lines.push({
        line: this.description.firstLine + slot,
        occurrences,
        ms: this.ms[slot]!,
        bytes: [...this.bytes.subarray(slot * backends, (slot + 1) * backends)],
        increments: [...this.increments.subarray(slot * backends, (slot + 1) * backends)],
      });
    }
    return { ...this.description, url: this.url, calls: this.calls, lines };
  }
}
