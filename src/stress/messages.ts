// src/stress/messages.ts: what goes between the command and who runs a part: a worker thread, or a process.

import type { StressPlan } from "./plan.js";
import type { RunProgress, RunResult } from "./result.js";

export type ToWorker = { readonly kind: "start"; readonly plan: StressPlan } | { readonly kind: "stop" };

export type FromWorker =
  | { readonly kind: "progress"; readonly progress: RunProgress }
  | { readonly kind: "result"; readonly result: RunResult };
