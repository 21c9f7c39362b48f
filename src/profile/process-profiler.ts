// src/profile/process-profiler.ts: where the profiler of this process is found, by whichever copy of this library asks.
// Not here: what it is (session.ts, idle-profiler.ts).

import { PROFILER_KEY, type Profiler } from "./description.js";

const place = globalThis as { [key: symbol]: unknown };
const KEY = Symbol.for(PROFILER_KEY);

/** The profiler of this process, if there is one, of whichever copy of this library. */
export function currentProfiler(): Profiler | undefined {
  return place[KEY] as Profiler | undefined;
}

/** The same, made if there is none. */
export function processProfiler(start: () => Profiler): Profiler {
  place[KEY] ??= start();
  return place[KEY] as Profiler;
}
