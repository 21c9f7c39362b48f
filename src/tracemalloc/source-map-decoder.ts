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
    ): {
      generatedLine?: number;
      originalSource?: string;
      originalLine?: number;
      originalColumn?: number;
    };
  };
}

/** Looks up with Node's decoder. @throws where the map makes no sense. */
export function decodeWithNode(node: NodeModule, payload: SourceMapPayload): DecodedMap {
  const sources = payload.sources.map((source) => rooted(source, payload.sourceRoot)); // Node does not look at the root
  const map = new node.SourceMap({ ...payload, sources });
  const contents = new Map(sources.map((source, index) => [source, payload.sourcesContent?.[index]]));
  return {
    find: (lineno, column) => {
      const entry = map.findEntry(lineno - 1, column - 1);
      const { generatedLine, originalSource, originalLine, originalColumn } = entry;
      if (!originalSource || generatedLine !== lineno - 1) return undefined; // Node has the last entry of any line before
      return {
        source: originalSource,
        lineno: (originalLine ?? 0) + 1,
        column: (originalColumn ?? 0) + 1,
        content: contents.get(originalSource) ?? undefined,
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
        if (!source) return undefined; // a damaged map may name one that is not there
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
