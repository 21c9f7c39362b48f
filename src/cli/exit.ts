// src/cli/exit.ts: how a command ends: its exit codes, and the faults that are the user's to mend.

export const EXIT_OK = 0;
/** An allocator failed. */
export const EXIT_FAILED = 1;
/** Wrong options, or an input file that cannot be used. */
export const EXIT_USAGE = 2;
/** Ended by Ctrl-C: 128 + SIGINT. */
export const EXIT_INTERRUPTED = 130;

/** A wrong option or file, told in one line. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
