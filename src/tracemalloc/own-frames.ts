// src/tracemalloc/own-frames.ts: which files are this library's own: frames in them are not shown.

/** How the bundler names the library's chunk: nobody's own bundle is called so. */
const CHUNK_NAME = /\/pymalloc-core-[^/]*\.js$/;
const SOURCE_NAME = /\/src\/tracemalloc\/own-frames\.ts$/;
const PACKAGE_SOURCE = /\/(node_modules\/)?pymalloc\/(src|assembly|dist)\//;

const here = import.meta.url ?? "";
const isChunk = CHUNK_NAME.test(here);
const isSource = SOURCE_NAME.test(here);
/** The folder of the library's files, as URL and as path; none if it was made part of somebody's bundle. */
const roots = isChunk
  ? bothForms(here.replace(CHUNK_NAME, "/"))
  : isSource
    ? bothForms(here.replace(SOURCE_NAME, "/src/"))
    : [];

/**
 * Whether the library lies in files of its own. If not, its frames are found out only where a source map tells where they come from, when
 * they are shown.
 */
export const isApart = roots.length > 0;

/** Whether a frame's file is the library's own, its Wasm, or the engine's. */
export function isOwnFile(filename: string): boolean {
  if (filename.startsWith("wasm:") || filename.startsWith("node:")) return true;
  return roots.some(
    (root) => filename.startsWith(root) && (isSource || !filename.slice(root.length).includes("/")),
  );
}

/** Whether a source, as a source map names it, is the library's own. */
export function isOwnSource(source: string): boolean {
  return !isSource && PACKAGE_SOURCE.test(source);
}

/** Node's loader of CommonJS, and test runners, name files by path. */
function bothForms(url: string): string[] {
  return url.startsWith("file://") ? [url, decodeURIComponent(new URL(url).pathname)] : [url];
}
