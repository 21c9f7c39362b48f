// src/tracemalloc/own-frames.ts: which files are this library's own: frames in them are not shown.

import { parseStack } from "./stack-text.js";

/** How the bundler names the library's chunks: nobody's own bundle is called so. */
const CHUNK_NAME = /(^|\/)pymalloc-core-[^/]*\.js(\?[^/]*)?$/;
const SOURCE_NAME = /\/src\/tracemalloc\/own-frames\.ts$/;
/** As bundlers name what they have found in the package. */
const PACKAGE = /\/node_modules\/pymalloc\//;

const here = import.meta.url ?? "";
const isSource = SOURCE_NAME.test(here);
/** The folder of the library's sources, as URL and as path, where they run as they are: in its own tests. */
const roots = isSource ? bothForms(here.replace(SOURCE_NAME, "/src/")) : [];
/** The package's own command is one file, the library in it: a constant of the bundler's. */
const isCommand = (import.meta as { readonly isPymallocCommand?: boolean }).isPymallocCommand === true;

/**
 * Whether the library lies in files of its own. If not, its frames are found out only where a source map tells where they come from, when
 * they are shown. Bundlers may put in the place of the module for import.meta.url; no frame tells of that.
 */
export const isApart = isSource || isCommand || CHUNK_NAME.test(newestFile());

/** Whether a frame's file is the library's own, its Wasm, or the engine's. */
export function isOwnFile(filename: string): boolean {
  if (filename.startsWith("wasm:") || filename.startsWith("node:")) return true;
  if (isCommand && filename === here) return true;
  return CHUNK_NAME.test(filename) || roots.some((root) => filename.startsWith(root));
}

/** Whether a source, as a source map names it, is the library's own. */
export function isOwnSource(source: string): boolean {
  return CHUNK_NAME.test(source) || PACKAGE.test(source);
}

/** The file that runs this very line. */
function newestFile(): string {
  const [frame] = parseStack(String(new Error().stack));
  return frame?.filename ?? here; // as no frames are wanted
}

/** Node's loader of CommonJS, and test runners, name files by path. */
function bothForms(url: string): string[] {
  return url.startsWith("file://") ? [url, decodeURIComponent(new URL(url).pathname)] : [url];
}
