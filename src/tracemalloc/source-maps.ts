// src/tracemalloc/source-maps.ts: from positions in the code that runs to those in the source that the user wrote, when they are shown; and
// the source's lines. In Node, files are read and maps decoded by Node's own means; elsewhere load() fetches what is needed first.
// Source of the format: ECMA-426, source maps.

import type { Frame } from "./frame.js";
import { isOwnSource } from "./own-frames.js";
import type { DecodedMap } from "./source-map-decoder.js";

const MAP_COMMENT = /^\/\/[#@] ?sourceMappingURL=(\S+)\s*$/gm;
/** A drive of Windows' is none. */
const SCHEME = /^[a-z][a-z+.-]+:/i;
/** What engines count as such. */
const LINE_END = /\r\n|[\n\r\u2028\u2029]/;
const DATA_JSON = /^data:application\/json[^,]*?(;base64)?,(.*)$/s;

/** A source map as its file has it. */
export interface SourceMapPayload {
  readonly version: number;
  readonly sources: readonly (string | null)[];
  readonly sourceRoot?: string;
  readonly sourcesContent?: readonly (string | null)[];
  readonly names?: readonly string[];
  readonly mappings: string;
}

interface MappedFile {
  readonly map: DecodedMap;
  /** What the map's sources are relative to. */
  readonly base: string;
}

/** Files, read as text, or undefined where they can't be. */
export type ReadText = (filename: string) => string | undefined;

export class SourceMaps {
  readonly #read: ReadText;
  readonly #decode: (payload: SourceMapPayload) => DecodedMap;
  readonly #files = new Map<string, MappedFile | undefined>();
  readonly #lines = new Map<string, readonly string[] | undefined>();
  readonly #frames = new Map<Frame, Frame | undefined>();

  constructor(read: ReadText, decode: (payload: SourceMapPayload) => DecodedMap) {
    this.#read = read;
    this.#decode = decode;
  }

  /** The frames as the user's source has them, without the library's own. */
  resolveAll(frames: readonly Frame[]): Frame[] {
    return frames.flatMap((frame) => {
      if (!this.#frames.has(frame)) this.#frames.set(frame, this.#resolve(frame));
      return this.#frames.get(frame) ?? [];
    });
  }

  /** A line of a source file; undefined if it can't be read. @param lineno - from 1. */
  lineOf(filename: string, lineno: number): string | undefined {
    if (lineno < 1) return undefined;
    if (!this.#lines.has(filename)) this.#lines.set(filename, this.#read(filename)?.split(LINE_END));
    return this.#lines.get(filename)?.[lineno - 1];
  }

  /** Undefined for a frame of the library's own, as its source map tells. */
  #resolve(frame: Frame): Frame | undefined {
    const file = this.#mapOf(frame.filename);
    const place = file?.map.find(frame.lineno, frame.column);
    if (file === undefined || place === undefined) return { ...frame, filename: pathOf(frame.filename) };
    const filename = pathOf(absolute(place.source, file.base));
    if (isOwnSource(filename)) return undefined;
    if (place.content !== undefined && !this.#lines.has(filename)) {
      this.#lines.set(filename, place.content.split(LINE_END));
    }
    return { functionName: frame.functionName, filename, lineno: place.lineno, column: place.column };
  }

  #mapOf(filename: string): MappedFile | undefined {
    if (!this.#files.has(filename)) this.#files.set(filename, this.#load(filename));
    return this.#files.get(filename);
  }

  #load(filename: string): MappedFile | undefined {
    const url = mapUrlOf(this.#read(filename));
    if (url === undefined) return undefined;
    const data = DATA_JSON.exec(url);
    const location = data === null ? absolute(url, filename) : filename;
    const text = data === null ? this.#read(location) : decodeData(data[2]!, data[1] !== undefined);
    if (text === undefined) return undefined;
    try {
      return { map: this.#decode(JSON.parse(text) as SourceMapPayload), base: location };
    } catch {
      return undefined; // a damaged map: positions stay those of the code that runs
    }
  }
}

/** Where a file says its source map is: the last such comment counts. */
export function mapUrlOf(text: string | undefined): string | undefined {
  return text === undefined ? undefined : [...text.matchAll(MAP_COMMENT)].at(-1)?.[1];
}

/** A place relative to a file, which has a URL or a path. */
export function absolute(place: string, file: string): string {
  const isPath = !SCHEME.test(file);
  if (SCHEME.test(place) || ((isPath || file.startsWith("file:")) && place.startsWith("/"))) return place;
  try {
    const { href } = new URL(place, isPath ? urlOf(file) : file);
    return isPath ? pathOf(href) : href;
  } catch {
    return place; // nothing that could be relative to a name such as <anonymous>
  }
}

/** A file URL's path; other names as they are. */
export function pathOf(filename: string): string {
  if (!filename.startsWith("file://")) return filename;
  try {
    return decodeURIComponent(new URL(filename).pathname).replace(/^\/(?=[a-z]:\/)/i, "");
  } catch {
    return filename; // it only looks like one: evaluated code can have any name
  }
}

function urlOf(path: string): string {
  const slashed = /^[a-z]:\\/i.test(path) ? `/${path.replaceAll("\\", "/")}` : path;
  return `file://${encodeURI(slashed).replace(/[?#]/g, encodeURIComponent)}`;
}

function decodeData(content: string, isBase64: boolean): string | undefined {
  try {
    if (!isBase64) return decodeURIComponent(content);
    const bytes = Uint8Array.from(atob(content), (character) => character.charCodeAt(0));
    return new TextDecoder().decode(bytes);
  } catch {
    return undefined;
  }
}
