// src/profile/start-options.ts: what a process that is to be profiled is told: in the query of the module it begins with, or in its environment.

import { type BackendName, isBackend } from "./backend.js";
import type { SessionOptions } from "./session.js";

/** Options of who starts a script by hand: `PYMALLOC_PROFILE="function=Store.*&backend=rss" node --import pymalloc/profile/register …` */
export const ENVIRONMENT = "PYMALLOC_PROFILE";

export interface StartOptions extends SessionOptions {
  readonly functions: readonly string[];
  /** Where the record goes, and which process it is for; undefined: a report is printed. */
  readonly recordFile?: string;
  readonly parent?: number;
}

export function formatOptions(options: StartOptions): string {
  const query = new URLSearchParams();
  for (const name of options.functions) query.append("function", name);
  for (const name of options.backends) query.append("backend", name);
  if (options.collects === true) query.set("gc", "1");
  if (options.intervalMs !== undefined) query.set("interval", String(options.intervalMs));
  if (options.recordFile !== undefined) query.set("record", options.recordFile);
  if (options.parent !== undefined) query.set("parent", String(options.parent));
  return query.toString();
}

export function parseOptions(text: string): StartOptions {
  const query = new URLSearchParams(text);
  const backends = query.getAll("backend").filter((name): name is BackendName => isBackend(name));
  const interval = query.get("interval");
  const recordFile = query.get("record");
  const parent = query.get("parent");
  return {
    functions: query.getAll("function"),
    backends,
    collects: query.has("gc"),
    ...(interval !== null && { intervalMs: Number(interval) }),
    ...(recordFile !== null && { recordFile }),
    ...(parent !== null && { parent: Number(parent) }),
  };
}
