// src/cli/live-view.ts: lines on stderr that are drawn again in place while a command works; nothing where nobody watches.

import { createLogUpdate } from "log-update";

const INTERVAL_MS = 100;
const COLUMNS = 80;

/** From start to stop. */
export class LiveView {
  readonly #update: ReturnType<typeof createLogUpdate> | undefined;
  readonly #timer: NodeJS.Timeout | undefined;

  private constructor(isShown: boolean, linesOf: (width: number) => string[]) {
    if (!isShown) return;
    const update = createLogUpdate(process.stderr);
    const draw = (): void => update(linesOf((process.stderr.columns ?? COLUMNS) - 1).join("\n"));
    this.#update = update;
    this.#timer = setInterval(draw, INTERVAL_MS);
    draw();
  }

  static start(isQuiet: boolean, linesOf: (width: number) => string[]): LiveView {
    return new LiveView(!isQuiet && process.stderr.isTTY === true, linesOf);
  }

  /** Takes the lines away. */
  stop(): void {
    if (this.#update === undefined) return;
    clearInterval(this.#timer);
    this.#update.clear();
    this.#update.done();
  }
}
