// src/stress/worker.ts: what a worker thread, or a process, begins with: runs the plan that it is sent, and sends the result.
// Not here: starting it (crew.ts), the run (run.ts).

import { parentPort } from "node:worker_threads";
import type { FromWorker, ToWorker } from "./messages.js";
import { run } from "./run.js";

const abort = new AbortController();

function send(message: FromWorker): void {
  if (parentPort === null) process.send?.(message);
  else parentPort.postMessage(message);
}

async function receive(message: ToWorker): Promise<void> {
  if (message.kind === "stop") {
    abort.abort();
    return;
  }
  const result = await run(message.plan, {
    signal: abort.signal,
    report: (progress) => send({ kind: "progress", progress }),
  });
  send({ kind: "result", result });
  if (parentPort === null) process.disconnect();
  else parentPort.close();
}

if (parentPort === null) {
  process.on("SIGINT", () => {}); // a terminal sends it to all of its processes; the command says when to stop
  process.on("message", receive);
} else {
  parentPort.on("message", receive);
}
