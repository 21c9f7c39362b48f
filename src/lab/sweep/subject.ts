// src/lab/sweep/subject.ts: what a sweep is over: workloads and strategies, each with what tells it from others of its name.

import { createHash } from "node:crypto";
import type { AllocatorSource } from "../allocator.js";
import type { Trace } from "../trace.js";

/** A trace that is made or read when its turn comes. */
export interface Workload {
  readonly name: string;
  /** For people: a file's path, or a generator with its settings. */
  readonly source: string;
  /** Equal only for the same events: a hash of the file, or a generator's name and settings. */
  readonly digest: string;
  load(): Promise<Trace>;
}

export interface Strategy {
  readonly source: AllocatorSource;
  /** The Wasm file. */
  readonly bytes: Uint8Array;
  /** One line. */
  readonly description: string;
  readonly tunables?: Readonly<Record<string, number>>;
}

/** SHA-256, hex. */
export function digestOf(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}
