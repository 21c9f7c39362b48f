// src/profile/register.ts: what `node --import pymalloc/profile/register script.ts` runs first: hooks, the profiler, and the end.
// Not here: each of these (install-hooks.ts, session.ts, process-end.ts).

import { isMainThread } from "node:worker_threads";
import { IDLE_PROFILER } from "./idle-profiler.js";
import { installHooks } from "./install-hooks.js";
import { endIfAsked, onProcessEnd, tellOfHandlers } from "./process-end.js";
import { processProfiler } from "./process-profiler.js";
import { profile } from "./profile.js";
import { toText } from "./report.js";
import { writeRecord } from "./run-file.js";
import { Session } from "./session.js";
import { ENVIRONMENT, parseOptions, type StartOptions } from "./start-options.js";

/** Between two records of a program that goes on, at least; if it has to be killed, the last one tells. */
const SAVE_MS = 5;
const STOP_MS = 100;

const query = new URL(import.meta.url).search;
const options = parseOptions(query === "" ? (process.env[ENVIRONMENT] ?? "") : query);

// its own children inherit how it was started, but not what for
const isMeasured = isMainThread && (options.parent === undefined || options.parent === process.ppid);

process.setSourceMapsEnabled(true);
installHooks({ functions: isMeasured ? options.functions : undefined });
if (isMeasured) startSession(options);
else processProfiler(() => IDLE_PROFILER);

/** So `@profile` and `profile(…)` do without an import, as in Python. */
(globalThis as { profile?: unknown }).profile ??= profile;

function startSession(start: StartOptions): void {
  const session = new Session(start);
  processProfiler(() => session.recorder);
  const { recordFile } = start;
  if (recordFile === undefined) {
    const hasColors = process.stdout.isTTY === true && process.env.NO_COLOR === undefined;
    onProcessEnd(() => void process.stdout.write(`${toText(session.record(), { hasColors })}\n`));
    return;
  }
  const write = (): void => writeRecord(recordFile, session.record());
  write();
  onProcessEnd(write);
  session.recorder.meter.every(SAVE_MS, write);
  session.recorder.meter.every(STOP_MS, () => endIfAsked(recordFile, write));
  tellOfHandlers(recordFile);
}
