// src/profile/session.ts: what measures this process, from its making to the end.
// Not here: measuring (recorder.ts), the end (process-end.ts), what becomes of the record (run-file.ts, report.ts).

import { type Backend, type BackendName, createBackend } from "./backend.js";
import { processHeaps } from "./heap-bytes.js";
import type { ProfileRecord } from "./record.js";
import { Recorder } from "./recorder.js";
import { Timeline } from "./timeline.js";

export interface SessionOptions {
  /** None: this library's heaps if there are any, V8's if not. */
  readonly backends: readonly BackendName[];
  /** Collect V8's garbage before each reading of its heap. Takes --expose-gc. */
  readonly collects?: boolean;
  /** Record memory over time too: milliseconds between samples. */
  readonly intervalMs?: number;
}

/** Enough for V8's first compilers; with a collection at each probe it would take minutes. */
const WARM_UP_TURNS = 1000;

const DEFAULT_BACKENDS: readonly BackendName[] = ["heap", "v8"];

export class Session {
  readonly recorder: Recorder;
  readonly #timeline: Timeline | undefined;

  constructor(private readonly options: SessionOptions) {
    const collect = options.collects === true ? (globalThis as { gc?: () => void }).gc : undefined;
    const names = options.backends.length > 0 ? options.backends : DEFAULT_BACKENDS;
    const backends: Backend[] = names.map((name) => createBackend(name, processHeaps, collect));
    this.recorder = new Recorder(backends);
    this.recorder.warmUp(collect === undefined ? WARM_UP_TURNS : 1);
    if (options.intervalMs !== undefined) this.#timeline = new Timeline(this.recorder, options.intervalMs);
  }

  /** What was measured so far. */
  record(): ProfileRecord {
    const all: ProfileRecord = {
      backends: this.recorder.meter.backends.map(({ name }) => name),
      heaps: processHeaps.count,
      functions: this.recorder.record(),
      ...this.#timeline?.record(),
    };
    if (this.options.backends.length > 0) return all;
    return oneBackend(all, DEFAULT_BACKENDS.indexOf(processHeaps.count > 0 ? "heap" : "v8"));
  }
}

/** With the columns of one backend alone. */
function oneBackend(record: ProfileRecord, index: number): ProfileRecord {
  const at = (values: readonly number[]): number[] => [values[index]!];
  const name = record.backends[index]!;
  return {
    ...record,
    backends: [name],
    functions: record.functions.map((it) => ({
      ...it,
      lines: it.lines.map((line) => ({ ...line, bytes: at(line.bytes), increments: at(line.increments) })),
      ...(it.whole && {
        whole: { ...it.whole, bytes: at(it.whole.bytes), increments: at(it.whole.increments) },
      }),
    })),
    ...(record.series && { series: record.series.filter(({ backend }) => backend === name) }),
    ...(record.brackets && {
      brackets: record.brackets.map(({ from, to, ...it }) => ({
        ...it,
        from: { ...from, bytes: at(from.bytes) },
        ...(to && { to: { ...to, bytes: at(to.bytes) } }),
      })),
    }),
  };
}
