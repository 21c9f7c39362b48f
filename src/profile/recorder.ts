// src/profile/recorder.ts: the profiler of a process: its files, its activations, and the record of them all.
// Not here: what probes do (activation.ts), reports (report.ts), beginning and ending with the process (session.ts).

import { Activation, type Running } from "./activation.js";
import type { Backend } from "./backend.js";
import type { FileDescription, FileProbes, Probes, Profiler } from "./description.js";
import { FunctionTable } from "./function-table.js";
import { Meter } from "./meter.js";
import type { FunctionRecord } from "./record.js";
import { measureWhole, WholeTable } from "./whole.js";

export class Recorder implements Profiler {
  readonly meter: Meter;
  readonly #shared: Running;
  readonly #tables: FunctionTable[] = [];
  readonly #wholes: WholeTable[] = [];
  readonly #marked = new WeakSet<object>();
  readonly #measured = new WeakMap<object, unknown>();
  #calls = 0;

  /** Told, while the meter stands, of calls of functions with tables of their own; `call` tells them apart. */
  onCall: ((name: string, call: number) => void) | undefined;
  onReturn: ((call: number) => void) | undefined;

  constructor(backends: readonly Backend[]) {
    this.meter = new Meter(backends);
    this.#shared = {
      meter: this.meter,
      stack: [],
      spare: [],
      onLeave: (activation) => this.onReturn?.(activation.call),
    };
  }

  /** Has all that probes run compiled before there is anything to measure: V8 does that in the heap that is measured. */
  warmUp(turns: number): void {
    const description = { name: "", firstLine: 1, headLine: 1, lastLine: 2 };
    const table = new FunctionTable("", description, this.meter.backends.length);
    for (let turn = 0; turn < turns; turn += 1) {
      const outer = this.#enter(table, true);
      const inner = this.#enter(table, false);
      inner.line(2);
      inner.stay(2);
      inner.resume(inner.suspend(turn));
      inner.leave();
      outer.leave();
    }
    this.#calls = 0;
  }

  file({ url, functions }: FileDescription): FileProbes {
    const tables = functions.map((it) => new FunctionTable(url, it, this.meter.backends.length));
    this.#tables.push(...tables);
    return {
      enter: (index) => this.#enter(tables[index]!, true),
      inner: (index) => this.#enter(tables[index]!, false),
      marked: (value) => {
        if (typeof value === "function") this.#marked.add(value);
        return value;
      },
    };
  }

  profile<T extends (...values: never[]) => unknown>(call: T, name: string): T {
    if (this.#marked.has(call)) return call;
    let measured = this.#measured.get(call) as T | undefined;
    if (measured === undefined) {
      const table = new WholeTable(name, this.meter.backends.length);
      this.#wholes.push(table);
      measured = measureWhole(call, table, this.meter, {
        begin: () => this.#countCall(name),
        end: (call) => this.onReturn?.(call),
      });
      this.#measured.set(call, measured);
      this.#marked.add(measured);
    }
    return measured;
  }

  watch(intervalMs: number, run: () => void): () => void {
    return this.meter.every(intervalMs, run);
  }

  /** A copy; lines that run at this moment have what they had so far. */
  record(): FunctionRecord[] {
    const unfinished = new Map<FunctionTable, FunctionTable>();
    this.meter.stop();
    const seen = new Set<string>();
    for (const activation of this.#shared.stack) {
      const { table, currentLine } = activation;
      const key = `${this.#tables.indexOf(table)}:${currentLine}`;
      if (seen.has(key)) continue;
      seen.add(key);
      const copy = unfinished.get(table) ?? table.copy();
      unfinished.set(table, copy);
      activation.addUnfinished(copy.ms, copy.bytes, copy.increments);
    }
    this.meter.go();
    return [
      ...this.#tables.map((table) => (unfinished.get(table) ?? table).record()),
      ...this.#wholes.map((table) => table.record()),
    ];
  }

  #enter(table: FunctionTable, isOwn: boolean): Probes {
    this.meter.stop();
    const activation = this.#shared.spare.pop() ?? new Activation(this.#shared);
    if (isOwn) {
      table.calls += 1;
      activation.call = this.#countCall(table.description.name);
    }
    activation.begin(table, isOwn);
    this.meter.go();
    return activation;
  }

  #countCall(name: string): number {
    this.#calls += 1;
    this.onCall?.(name, this.#calls);
    return this.#calls;
  }
}
