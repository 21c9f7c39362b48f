// src/record/sites.ts: numbers for the places that blocks are taken at: a line of the user's source, and the kind of block; or the kind alone.

import { findSourceMap } from "node:module";
import { fileURLToPath } from "node:url";
import { nearPath } from "../profile/near-path.js";
import type { Frame } from "../tracemalloc/frame.js";
import { StackReader } from "../tracemalloc/stack.js";
import { NO_TRACEBACK, Tracebacks } from "../tracemalloc/tracebacks.js";
import type { SiteReader } from "./event-log.js";
import { BLOCK_KINDS, type BlockKindName } from "./spool.js";

/** Sites that are kinds, in their order: no look at the stack. */
export const KIND_SITES: SiteReader = {
  read: (kind) => BLOCK_KINDS.indexOf(kind) + 1,
  takeNew: () => [],
};

/** Sites that are lines. */
export function lineSites(): SiteReader {
  const tracebacks = new Tracebacks();
  const reader = new StackReader(tracebacks, 1);
  const sites = new Map<number, number>();
  /** By name: calls at several columns are one line. */
  const numbers = new Map<string, number>();
  let added: string[] = [];
  function tracebackHere(above: unknown): number {
    try {
      return reader.read(above);
    } catch {
      return NO_TRACEBACK; // at the end of the stack
    }
  }
  function read(kind: BlockKindName, above: unknown = read): number {
    const traceback = tracebackHere(above);
    const key = traceback * BLOCK_KINDS.length + BLOCK_KINDS.indexOf(kind);
    const known = sites.get(key);
    if (known !== undefined) return known;
    const [frame] = tracebacks.framesOf(traceback);
    const name = `${frame === undefined ? "unknown" : placeOf(frame)}(${kind})`;
    let site = numbers.get(name);
    if (site === undefined) {
      site = numbers.size + 1;
      numbers.set(name, site);
      added.push(name);
    }
    sites.set(key, site);
    return site;
  }
  return {
    read,
    takeNew() {
      const taken = added;
      added = [];
      return taken;
    },
  };
}

/** FILE:LINE, as the user wrote it: Node knows the maps of what was compiled as it was loaded. */
function placeOf({ filename, lineno, column }: Frame): string {
  try {
    const entry = findSourceMap(filename)?.findEntry(lineno - 1, column - 1);
    if (entry !== undefined && "originalSource" in entry) {
      return `${shown(entry.originalSource)}:${entry.originalLine + 1}`;
    }
  } catch {
    // no file's name, or a damaged map
  }
  return `${shown(filename)}:${lineno}`;
}

function shown(file: string): string {
  return nearPath(file.startsWith("file:") ? fileURLToPath(file) : file);
}
