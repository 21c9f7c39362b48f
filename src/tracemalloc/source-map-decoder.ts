// src/tracemalloc/source-map-decoder.ts: what looks a position up in a source map: Node's own, or, elsewhere, a library that is loaded when
// it is needed.

import type { SourceMapPayload } from "./source-maps.js";

/** A place in the source that the user wrote. */
export interface SourcePlace {
  /** As the map names it, sourceRoot included. */
  readonly source: string;
  readonly lineno: number;
  readonly column: number;
  /** The source's text, where the map has it. */
  readonly content: string | undefined;
}

export interface DecodedMap {
  /** @param lineno - from 1, as `column`. @returns undefined where the map says nothing. */
  find(lineno: number, column: number): SourcePlace | undefined;
}

/** Node's module "node:module", as far as it is used here. */
export interface NodeModule {
  readonly SourceMap: new (
    payload: SourceMapPayload,
  ) => {
    findEntry(
      line: number,
      column: number,
    ): { originalSource?: string; originalLine?: number; originalColumn?: number };
  };
}

/** Looks up with Node's decoder. */
export function decodeWithNode(node: NodeModule, payload: SourceMapPayload): DecodedMap {
  const map = new node.SourceMap(payload);
  const contents = new Map<string, string | undefined>();
  payload.sources.forEach((source, index) => {
    const text = payload.sourcesContent?.[index] ?? undefined;
    contents.set(rooted(source, payload.sourceRoot), text);
    contents.set(source ?? "", text);
  });
  return {
    find: (lineno, column) => {
      const { originalSource, originalLine, originalColumn } = map.findEntry(lineno - 1, column - 1);
      if (!originalSource) return undefined;
      return {
        source: originalSource,
        lineno: (originalLine ?? 0) + 1,
        column: (originalColumn ?? 0) + 1,
        content: contents.get(originalSource),
      };
    },
  };
}

/** A decoder for wherever Node's is not. */
export async function loadDecoder(): Promise<(payload: SourceMapPayload) => DecodedMap> {
  const { TraceMap, originalPositionFor, sourceContentFor } = await import("@jridgewell/trace-mapping");
  return (payload) => {
    const map = new TraceMap({ ...payload, version: 3, names: [...(payload.names ?? [])] } as never);
    return {
      find: (lineno, column) => {
        const {
          source,
          line,
          column: found,
        } = originalPositionFor(map, { line: lineno, column: column - 1 });
        if (source === null) return undefined;
        return {
          source,
          lineno: line,
          column: found + 1,
          content: sourceContentFor(map, source) ?? undefined,
        };
      },
    };
  };
}

function rooted(source: string | null, root: string | undefined): string {
  if (!root) return source ?? "";
  return `${root.endsWith("/") ? root : `${root}/`}${source ?? ""}`;
}
