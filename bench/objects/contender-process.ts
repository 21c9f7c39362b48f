// bench/objects/contender-process.ts: a contender as seen from outside: a process of its own, so that what V8 learns from one never
// slows down another, and that does its rounds when asked.
// Not here: what goes on inside (contender-server.ts).

import { type ChildProcess, fork } from "node:child_process";
import { UnavailableError, type Values, type WorkOptions } from "./benchmark.js";
import type { Report } from "./contender-server.js";

/** Ten million plain objects take half a gigabyte. */
const NODE_FLAGS = ["--expose-gc", "--max-old-space-size=8192"];

export class ContenderProcess {
  private constructor(
    private readonly child: ChildProcess,
    private readonly signal: AbortSignal,
  ) {}

  /** The program that does the work, where it is not Node. */
  program: string | undefined;

  /**
   * Resolves when the work is prepared.
   *
   * @param bundle - the program, which calls serveContender.
   * @throws {UnavailableError} @throws the signal's reason once it is aborted.
   */
  static async start(
    bundle: string,
    benchmark: string,
    contender: string,
    options: WorkOptions,
    signal: AbortSignal,
  ): Promise<ContenderProcess> {
    signal.throwIfAborted();
    const child = fork(bundle, [benchmark, contender, JSON.stringify(options)], { execArgv: NODE_FLAGS });
    const started = new ContenderProcess(child, signal);
    const report = await started.next();
    if (report.kind === "ready") started.program = report.program;
    return started;
  }

  /** One round. @throws whatever ended the work. */
  async round(): Promise<Values> {
    this.child.send("round");
    const report = await this.next();
    return report.kind === "round" ? report.values : {};
  }

  /** Ends the process, also in the middle of its work. */
  end(): void {
    this.child.kill();
  }

  private next(): Promise<Report> {
    const { child, signal } = this;
    return new Promise((resolve, reject) => {
      const settle = (act: () => void): void => {
        child.off("message", onReport);
        child.off("exit", onExit);
        child.off("error", onError);
        signal.removeEventListener("abort", onAbort);
        act();
      };
      const fail = (error: unknown): void =>
        settle(() => {
          this.end();
          reject(error);
        });
      const onReport = (report: Report): void => {
        if (report.kind === "unavailable") fail(new UnavailableError(report.reason));
        else if (report.kind === "failed") fail(new Error(report.reason));
        else settle(() => resolve(report));
      };
      const onExit = (code: number | null, by: string | null): void =>
        fail(new Error(`its process ended by itself: ${by ?? `exit code ${code}`}`));
      const onError = (error: Error): void => fail(error);
      const onAbort = (): void => fail(signal.reason);
      child.on("message", onReport);
      child.on("exit", onExit);
      child.on("error", onError);
      signal.addEventListener("abort", onAbort);
    });
  }
}
