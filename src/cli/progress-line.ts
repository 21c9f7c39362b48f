// src/cli/progress-line.ts: a bar on stderr while a command works; nothing where nobody watches.

import { SingleBar } from "cli-progress";

const STEPS = 1000;

/** One bar, from start to stop. */
export class ProgressLine {
  private constructor(private readonly bar: SingleBar | undefined) {}

  static start(isQuiet: boolean): ProgressLine {
    if (isQuiet || !process.stderr.isTTY) return new ProgressLine(undefined);
    const bar = new SingleBar({
      format: "{bar} {percentage}%  {what}",
      stream: process.stderr,
      barCompleteChar: "█",
      barIncompleteChar: "░",
      clearOnComplete: true,
      // The bar's own Ctrl-C handling would end the program before its rows are shown.
      gracefulExit: false,
    });
    bar.start(STEPS, 0, { what: "" });
    return new ProgressLine(bar);
  }

  /** @param done - from 0 to 1. @param what - is being worked on. */
  show(done: number, what: string): void {
    this.bar?.update(Math.floor(done * STEPS), { what });
  }

  stop(): void {
    this.bar?.stop();
  }
}
