// src/profile/whole.ts: functions measured as a whole: marked where no loader has seen their lines.

import { fileURLToPath } from "node:url";
import type { Meter } from "./meter.js";
import type { FunctionRecord } from "./record.js";

/** Told of each call, while the meter stands. */
interface Calls {
  begin(): number;
  end(call: number): void;
}

/** What was measured of one function. */
export class WholeTable {
  calls = 0;
  /** Calls at this moment: what happens between the beginning of the first and the end of the last counts once. */
  running = 0;
  startMs = 0;
  ms = 0;
  readonly bytes: Float64Array;
  readonly increments: Float64Array;
  readonly startBytes: Float64Array;
  readonly #place: { readonly url: string; readonly line: number };

  constructor(
    readonly name: string,
    backends: number,
  ) {
    this.bytes = new Float64Array(backends);
    this.increments = new Float64Array(backends);
    this.startBytes = new Float64Array(backends);
    this.#place = placeOfCaller();
  }

  /** A call begins; the meter stands. */
  begin(meter: Meter): void {
    this.calls += 1;
    this.running += 1;
    if (this.running > 1) return;
    this.startMs = meter.nowMs;
    this.startBytes.set(meter.readings);
  }

  end(meter: Meter): void {
    this.running -= 1;
    this.bytes.set(meter.readings);
    if (this.running > 0) return;
    this.ms += meter.nowMs - this.startMs;
    for (const [index, bytes] of meter.readings.entries()) {
      this.increments[index]! += bytes - this.startBytes[index]!;
    }
  }

  record(): FunctionRecord {
    const { url, line } = this.#place;
    return {
      name: this.name,
      url,
      firstLine: line,
      headLine: line,
      lastLine: line,
      calls: this.calls,
      lines: [],
      whole: { ms: this.ms, bytes: [...this.bytes], increments: [...this.increments] },
    };
  }
}

/** The function, measured from its call to its end; a promise's, until that is settled. */
export function measureWhole<T extends (...values: never[]) => unknown>(
  call: T,
  table: WholeTable,
  meter: Meter,
  calls: Calls,
): T {
  const measured = function (this: unknown, ...values: never[]): unknown {
    meter.stop();
    const id = calls.begin();
    table.begin(meter);
    meter.go();
    const end = (): void => {
      meter.stop();
      table.end(meter);
      calls.end(id);
      meter.go();
    };
    let isPending = false;
    try {
      const result = new.target
        ? (Reflect.construct(call, values, new.target === measured ? call : new.target) as unknown)
        : (Reflect.apply(call, this, values) as unknown);
      if (result instanceof Promise) {
        isPending = true;
        result.then(end, end);
      }
      return result;
    } finally {
      if (!isPending) end();
    }
  };
  for (const property of ["name", "length"] as const) {
    Object.defineProperty(measured, property, { value: call[property], configurable: true });
  }
  return measured as unknown as T;
}

/** The first place on the stack that is not this library's. */
function placeOfCaller(): { url: string; line: number } {
  const own = new URL(".", import.meta.url);
  const frames = new Error().stack?.split("\n").slice(1) ?? [];
  for (const frame of frames) {
    const [, place, line] = /\(?((?:file:\/\/|\/|[A-Z]:\\)[^()]+):(\d+):\d+\)?$/.exec(frame.trim()) ?? [];
    if (place === undefined || place.startsWith(own.href) || place.startsWith(fileURLToPath(own))) continue;
    return { url: place, line: Number(line) };
  }
  return { url: "", line: 0 };
}
