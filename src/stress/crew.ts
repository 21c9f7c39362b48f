// src/stress/crew.ts: starts those who run the parts, each on a thread or in a process of its own, and waits for their results.
// Not here: what they do (worker.ts).

import { fork } from "node:child_process";
import { totalmem } from "node:os";
import { Worker } from "node:worker_threads";
import type { FromWorker, ToWorker } from "./messages.js";
import type { StressPlan } from "./plan.js";
import type { RunProgress, RunResult } from "./result.js";

const MIB = 2 ** 20;
/** Bytes for which V8 has room in any case, and for a node: its object, its place in the array, and the same again to move it. */
const PLAIN_BYTES = 2 ** 30;
const PLAIN_BYTES_PER_NODE = 200;
/** V8 may take so much of the machine's memory. */
const MEMORY_SHARE = 0.9;

export interface CrewOptions {
  /** The bundle of worker.ts. */
  readonly workerFile: string;
  readonly signal: AbortSignal;
  readonly onProgress: (part: number, progress: RunProgress) => void;
}

/** Someone who runs a part. */
interface Member {
  send(message: ToWorker): void;
  onMessage(listener: (message: FromWorker) => void): void;
  /** @param listener - told how it ended, in words. */
  onEnd(listener: (how: string) => void): void;
}

/** Runs the parts beside each other. */
export function runCrew(plans: readonly StressPlan[], options: CrewOptions): Promise<RunResult[]> {
  return Promise.all(plans.map((plan, part) => runPart(plan, part, options)));
}

function runPart(plan: StressPlan, part: number, options: CrewOptions): Promise<RunResult> {
  const { workerFile, signal, onProgress } = options;
  const member = plan.engine === "js" ? startProcess(workerFile, plan) : startThread(workerFile);
  const stop = (): void => member.send({ kind: "stop" });
  return new Promise<RunResult>((resolve) => {
    member.onMessage((message) => {
      if (message.kind === "progress") onProgress(part, message.progress);
      else resolve(message.result);
    });
    member.onEnd((how) => resolve(lostResult(plan, how)));
    member.send({ kind: "start", plan });
    signal.addEventListener("abort", stop);
    if (signal.aborted) stop();
  }).finally(() => signal.removeEventListener("abort", stop));
}

function startThread(file: string): Member {
  const worker = new Worker(file);
  return {
    send: (message) => worker.postMessage(message),
    onMessage: (listener) => worker.on("message", listener),
    onEnd: (listener) => {
      worker.on("error", (error) => listener(error.stack ?? error.message));
      worker.on("exit", (code) => listener(`its thread ended with code ${code}`));
    },
  };
}

/** A process, as V8 has only one heap that may be so large. */
function startProcess(file: string, { objects, churn }: StressPlan): Member {
  const wanted = PLAIN_BYTES + objects * (1 + churn) * PLAIN_BYTES_PER_NODE;
  const mebibytes = Math.ceil(Math.min(wanted, totalmem() * MEMORY_SHARE) / MIB);
  const child = fork(file, {
    execArgv: ["--expose-gc", `--max-old-space-size=${mebibytes}`],
    stdio: ["ignore", "ignore", "ignore", "ipc"],
    serialization: "advanced",
  });
  return {
    send: (message) => {
      if (child.connected) child.send(message);
    },
    onMessage: (listener) => child.on("message", listener),
    onEnd: (listener) => {
      child.on("error", (error) => listener(error.message));
      child.on("exit", (code, signal) => {
        const outOfMemory = signal === "SIGABRT" || signal === "SIGKILL" || code === 134;
        const reason = outOfMemory ? ` for want of memory; it had ${mebibytes} MiB` : "";
        listener(`its process ended${reason}, ${signal === null ? `code ${code}` : signal}`);
      });
    },
  };
}

/** Of a part of which nothing came back. */
function lostResult(plan: StressPlan, how: string): RunResult {
  return {
    plan,
    ...{ seconds: 0, passes: 0, made: 0, mostObjects: 0, mostHeapBytes: 0, indexBytes: 0, peakRssBytes: 0 },
    ...{ phases: [], pauses: [], generations: [], samples: [], verifications: 0 },
    memoryErrors: { full: 0, collection: 0 },
    isInterrupted: false,
    failure: { name: "WorkerError", message: how },
  };
}
