// src/profile/process-end.ts: the end of this process, whatever it is: by itself, by process.exit, by an error, or by a signal.
// Not here: what is written then.

import { existsSync, writeFileSync } from "node:fs";
import { handlesFile, stopFile } from "./run-file.js";
import { SIGNALS } from "./signals.js";

/**
 * Has `write` called when the process ends, after what the program itself does then.
 *
 * @param write - is told whether a signal that the program does not handle itself has cut it off.
 */
export function onProcessEnd(write: (isCutOff: boolean) => void): void {
  const last = (): void => write(false);
  process.on("exit", last);
  process.on("newListener", (event, listener) => {
    if (event !== "exit" || listener === last) return;
    queueMicrotask(() => {
      process.off("exit", last);
      process.on("exit", last);
    });
  });
  for (const signal of SIGNALS) {
    const end = (): void => {
      if (handlesSignals()) return; // the program's to say
      process.off("exit", last);
      write(true);
      process.off(signal, end);
      process.kill(process.pid, signal);
    };
    process.on(signal, end);
  }
}

/** Whether the program itself does something about signals. */
export function handlesSignals(): boolean {
  return SIGNALS.some((signal) => process.listenerCount(signal) > 1); // the first is ours
}

/** Tells who started this process, from now on, if the program does something about signals. */
export function tellOfHandlers(recordFile: string): void {
  process.on("newListener", (event) => {
    if ((SIGNALS as readonly unknown[]).includes(event)) writeFileSync(handlesFile(recordFile), "");
  });
}

/** Ends the process, after `write`, if who started it has been asked to: the program may be too busy for a signal. */
export function endIfAsked(recordFile: string, write: () => void): void {
  if (!existsSync(stopFile(recordFile)) || handlesSignals()) return;
  write();
  process.kill(process.pid, "SIGKILL");
}
