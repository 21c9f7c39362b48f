// src/record/register.ts: what a recorded process runs first: the hooks for TypeScript, and the recorder of the heaps to come.
// Not here: each of these (src/profile/install-hooks.ts, recording.ts).

import { isMainThread } from "node:worker_threads";
import { observeHeaps } from "../observer.js";
import { IDLE_PROFILER } from "../profile/idle-profiler.js";
import { installHooks } from "../profile/install-hooks.js";
import { endIfAsked, onProcessEnd, tellOfHandlers } from "../profile/process-end.js";
import { processProfiler } from "../profile/process-profiler.js";
import { Recording, SAVE_MS } from "./recording.js";
import { noteHeap } from "./spool.js";
import { parseOptions, type StartOptions, signalFile } from "./start-options.js";
import type { WatchedHeap } from "./watched-heap.js";

const options = parseOptions(new URL(import.meta.url).search);
const { folder } = options;

process.setSourceMapsEnabled(true);
installHooks({ functions: undefined });
// one tool at a time: the marked functions of a program are measured by `pymalloc profile`
processProfiler(() => IDLE_PROFILER);

if (options.parent === process.ppid) {
  if (isMainThread) record(options);
  else observeHeaps({ heapCreated: () => noteHeap(folder, "worker") });
}

function record(start: StartOptions): void {
  const recordFile = signalFile(folder);
  const endAsAsked = (): void => endIfAsked(recordFile, () => recording.save(false));
  const recording = new Recording(start, endAsAsked);
  onProcessEnd((isCutOff) => recording.save(!isCutOff));
  tellOfHandlers(recordFile);
  observeHeaps({ heapCreated: (heap) => recording.add(heap as WatchedHeap) });
  setInterval(() => {
    recording.save(false);
    endAsAsked();
  }, SAVE_MS).unref();
}
