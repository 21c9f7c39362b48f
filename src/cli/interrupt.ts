// src/cli/interrupt.ts: Ctrl-C as a signal that work listens to, instead of the end of the process.

import { EXIT_INTERRUPTED } from "./exit.js";

/** Runs what gives an exit code; one that Ctrl-C ended gives that of being interrupted. */
export async function untilInterrupted(run: (signal: AbortSignal) => Promise<number>): Promise<number> {
  const abort = new AbortController();
  const interrupt = (): void => abort.abort();
  process.once("SIGINT", interrupt);
  try {
    return await run(abort.signal);
  } catch (error) {
    if (abort.signal.aborted && error === abort.signal.reason) return EXIT_INTERRUPTED;
    throw error;
  } finally {
    process.off("SIGINT", interrupt);
  }
}
