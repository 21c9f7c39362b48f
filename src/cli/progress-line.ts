// src/cli/progress-line.ts: a bar on stderr while a measurement runs; nothing where nobody watches.

import { SingleBar } from "cli-progress";
import type { Progress } from "../lab/measure.js";

const STEPS = 1000;

/** One bar, from start to stop. */
export class ProgressLine {
  private constructor(private readonly bar: SingleBar | undefined) {}

  static start(isQuiet: boolean): ProgressLine {
    if (isQuiet || !process.stderr.isTTY) return new ProgressLine(undefined);
    const bar = new SingleBar({
      format: "{bar} {percentage}%  {trace}  {allocator}",
      stream: process.stderr,
      barCompleteChar: "█",
      barIncompleteChar: "░",
      clearOnComplete: true,
      // The bar's own Ctrl-C handling would end the program before its rows are shown.
      gracefulExit: false,
    });
    bar.start(STEPS, 0, { trace: "", allocator: "" });
    return new ProgressLine(bar);
  }

  update({ trace, allocator, done }: Progress): void {
    this.bar?.update(Math.floor(done * STEPS), { trace, allocator });
  }

  stop(): void {
    this.bar?.stop();
  }
}
