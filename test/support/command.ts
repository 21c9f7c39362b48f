// test/support/command.ts: a command run to its end, as a user runs it, without a terminal.

import { spawn } from "node:child_process";

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Surroundings {
  readonly cwd?: string;
  /** What it reads from stdin. */
  readonly input?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs a script in Node to its end; `interruptMs` sends Ctrl-C after that time. */
export function runCommand(
  args: readonly string[],
  interruptMs?: number,
  { input, ...options }: Surroundings = {},
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...args], options);
    if (input !== undefined) child.stdin.end(input);
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, stdout, stderr }));
    if (interruptMs !== undefined) setTimeout(() => child.kill("SIGINT"), interruptMs);
  });
}
