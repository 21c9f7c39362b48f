// src/tracemalloc/sources.ts: how files and source maps are had here: at once in Node, elsewhere once load() has fetched them.

import { type DecodedMap, decodeWithNode, loadDecoder, type NodeModule } from "./source-map-decoder.js";
import { absolute, mapUrlOf, pathOf, type SourceMapPayload, SourceMaps } from "./source-maps.js";

interface FileSystem {
  readFileSync(file: string, encoding: "utf8"): string;
}

interface NodeProcess {
  /** From Node 20.16 on. */
  getBuiltinModule?(name: string): unknown;
}

const nodeProcess = (globalThis as { process?: NodeProcess }).process;
let files = nodeProcess?.getBuiltinModule?.("node:fs") as FileSystem | undefined;
let nodeModule = nodeProcess?.getBuiltinModule?.("node:module") as NodeModule | undefined;
let decoder: ((payload: SourceMapPayload) => DecodedMap) | undefined;
/** Texts that were fetched. */
const fetched = new Map<string, string | undefined>();

/** The source maps of one process or page. */
let maps = newMaps();

export function sourceMaps(): SourceMaps {
  return maps;
}

/**
 * Fetches the source maps of files, where they can't be read at once: in browsers, and in Node before 20.16.
 *
 * @param filenames - those that frames are of.
 */
export async function loadSources(filenames: Iterable<string>): Promise<void> {
  if (files === undefined && isNode()) {
    files = (await import(/* @vite-ignore */ /* webpackIgnore: true */ "node:fs")) as FileSystem;
    nodeModule = (await import(/* @vite-ignore */ /* webpackIgnore: true */ "node:module")) as never;
  }
  if (nodeModule === undefined) decoder ??= await loadDecoder();
  if (files === undefined) await Promise.all([...filenames].map(fetchWithMap));
  maps = newMaps(); // what could not be resolved before, can be now
}

async function fetchWithMap(filename: string): Promise<void> {
  const url = mapUrlOf(await fetchText(filename));
  if (url !== undefined && !url.startsWith("data:")) await fetchText(absolute(url, filename));
}

async function fetchText(url: string): Promise<string | undefined> {
  if (!fetched.has(url)) {
    const response = await fetch(url).catch(() => undefined);
    fetched.set(url, response?.ok ? await response.text() : undefined);
  }
  return fetched.get(url);
}

function newMaps(): SourceMaps {
  return new SourceMaps(readText, (payload) => {
    if (nodeModule !== undefined) return decodeWithNode(nodeModule, payload);
    if (decoder !== undefined) return decoder(payload);
    return { find: () => undefined };
  });
}

function readText(filename: string): string | undefined {
  if (fetched.has(filename)) return fetched.get(filename);
  if (files === undefined || /^(https?|blob|data|webpack[\w-]*):/.test(filename)) return undefined;
  try {
    return files.readFileSync(pathOf(filename), "utf8");
  } catch {
    return undefined; // evaluated code, or gone
  }
}

function isNode(): boolean {
  return (
    nodeProcess !== undefined &&
    (nodeProcess as { versions?: { node?: string } }).versions?.node !== undefined
  );
}
