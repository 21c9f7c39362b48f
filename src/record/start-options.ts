// src/record/start-options.ts: what a process that is to be recorded is told: in the query of the module it begins with.

export interface StartOptions {
  /** Of the spool. */
  readonly folder: string;
  /** Which process it is for: its own children inherit how it was started, but not what for. */
  readonly parent: number;
  /** Whether sites are lines. */
  readonly hasSites: boolean;
  /** Of each heap. */
  readonly eventsMax: number;
  /** The only heap to be recorded, from 1 in the order of their making; undefined: all. */
  readonly heap: number | undefined;
}

export function formatOptions(options: StartOptions): string {
  const query = new URLSearchParams();
  query.set("folder", options.folder);
  query.set("parent", String(options.parent));
  if (options.hasSites) query.set("sites", "1");
  query.set("events", String(options.eventsMax));
  if (options.heap !== undefined) query.set("heap", String(options.heap));
  return query.toString();
}

export function parseOptions(text: string): StartOptions {
  const query = new URLSearchParams(text);
  const heap = query.get("heap");
  return {
    folder: query.get("folder") ?? "",
    parent: Number(query.get("parent")),
    hasSites: query.has("sites"),
    eventsMax: Number(query.get("events")),
    heap: heap === null ? undefined : Number(heap),
  };
}

/** Names the files by which both processes tell of signals (src/profile/run-file.ts). */
export function signalFile(folder: string): string {
  return `${folder}/signals`;
}
