// src/profile/register.ts: what `node --import pymalloc/profile/register script.ts` runs first: hooks, the profiler, and the end.
// Not here: each of these (loader.ts, session.ts).

import { existsSync, writeFileSync } from "node:fs";
import module from "node:module";
import { isMainThread } from "node:worker_threads";
import { hookBoth } from "./both-hooks.js";
import { IDLE_PROFILER } from "./idle-profiler.js";
import { Loader, type LoaderOptions } from "./loader.js";
import { profile } from "./profile.js";
import { toText } from "./report.js";
import { hookRequire, hookRequiredTypeScript } from "./require-hooks.js";
import { handlesFile, stopFile, writeRecord } from "./run-file.js";
import { handlesSignals, processProfiler, Session } from "./session.js";
import { SIGNALS } from "./signals.js";
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

function installHooks(loaderOptions: LoaderOptions): void {
  const loader = new Loader(loaderOptions);
  if (hookBoth(loader)) {
    hookRequiredTypeScript(loader);
    return;
  }
  if (!isMainThread) return;
  if (module.register === undefined)
    throw new Error("the loader takes Node 20.6 or later; this is an older one");
  hookRequire(loader);
  module.register("./import-hooks.js", { parentURL: import.meta.url, data: loaderOptions });
}

function startSession(start: StartOptions): void {
  const session = new Session(start);
  processProfiler(() => session.recorder);
  const { recordFile } = start;
  if (recordFile === undefined) {
    const hasColors = process.stdout.isTTY === true && process.env.NO_COLOR === undefined;
    session.onEnd(() => void process.stdout.write(`${toText(session.record(), { hasColors })}\n`));
    return;
  }
  const write = (): void => writeRecord(recordFile, session.record());
  write();
  session.onEnd(write);
  session.recorder.meter.every(SAVE_MS, write);
  session.recorder.meter.every(STOP_MS, () => {
    if (!existsSync(stopFile(recordFile)) || handlesSignals()) return;
    write();
    process.kill(process.pid, "SIGKILL");
  });
  process.on("newListener", (event) => {
    if ((SIGNALS as readonly unknown[]).includes(event)) writeFileSync(handlesFile(recordFile), "");
  });
}
