// src/lab/machine.ts: what a measurement ran on, as far as it decides times.

import { cpus, totalmem } from "node:os";

/** Equal for runs whose times may be compared. */
export interface MachineFacts {
  readonly platform: string;
  readonly architecture: string;
  readonly cpu: string;
  readonly cpuCount: number;
  readonly memoryBytes: number;
}

export function machineFacts(): MachineFacts {
  const processors = cpus();
  return {
    platform: process.platform,
    architecture: process.arch,
    cpu: processors[0]?.model ?? "unknown",
    cpuCount: processors.length,
    memoryBytes: totalmem(),
  };
}
