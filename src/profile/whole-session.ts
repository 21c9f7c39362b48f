// src/profile/whole-session.ts: the profiler of a process that was started without the loader: its report comes at the end.

import type { Profiler } from "./description.js";
import { onProcessEnd } from "./process-end.js";
import { processProfiler } from "./process-profiler.js";
import { toText } from "./report.js";
import { Session } from "./session.js";

/** The process's profiler; one of whole calls, if the loader has made none. */
export function wholeCallProfiler(): Profiler {
  return processProfiler(() => {
    const session = new Session({ backends: [] });
    onProcessEnd(() => {
      process.stdout.write(`${toText(session.record(), { hasColors: false })}\n`);
    });
    return session.recorder;
  });
}
