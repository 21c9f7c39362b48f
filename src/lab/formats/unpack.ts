// src/lab/formats/unpack.ts: a file's contents piece by piece, decompressed where it is gzip or Zstandard.
// Not here: what the contents mean.

import { type FileHandle, open } from "node:fs/promises";
import { gunzipInto, isGzip } from "../gunzip.js";
import { TraceFormatError } from "../trace-format-error.js";
import { isZstd, unzstdInto } from "./unzstd.js";

const PIECE_BYTES = 1 << 18;
/** What tells the compression. */
const MAGIC_BYTES = 4;

/** How reading is watched and ended. */
export interface ReadOptions {
  /** Gets what is done, from 0 to 1, now and then. */
  readonly onProgress?: ((done: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads a file; its compression is told by its first bytes, not by its name.
 *
 * @param take - gets the next piece, which is its to keep; what it throws ends the work.
 * @throws {TraceFormatError} if compressed data is damaged or cut off.
 * @throws the signal's reason once it is aborted.
 */
export async function unpackInto(
  file: string,
  take: (piece: Uint8Array) => void,
  { onProgress, signal }: ReadOptions = {},
): Promise<void> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    let doneBytes = 0;
    const takeNext = (piece: Uint8Array, consumedBytes: number): void => {
      signal?.throwIfAborted();
      take(piece);
      doneBytes = consumedBytes;
      if (size > 0) onProgress?.(Math.min(doneBytes / size, 1)); // a pipe has no size
    };
    let first: Uint8Array = new Uint8Array(0);
    while (first.length < MAGIC_BYTES) {
      const more = await readPiece(handle);
      if (more.length === 0) break;
      first = first.length === 0 ? more : Buffer.concat([first, more]);
    }
    if (isGzip(first)) return await gunzipInto(await readRest(first, handle, file), file, takeNext);
    if (isZstd(first)) return await unzstdInto(await readRest(first, handle, file), file, takeNext);
    for (let piece = first; piece.length > 0; piece = await readPiece(handle)) {
      takeNext(piece, doneBytes + piece.length);
    }
  } finally {
    await handle.close();
  }
}

async function readPiece(handle: FileHandle): Promise<Uint8Array> {
  const buffer = Buffer.allocUnsafe(PIECE_BYTES);
  const { bytesRead } = await handle.read(buffer, 0, PIECE_BYTES, null);
  return buffer.subarray(0, bytesRead);
}

/** Compressed files are small enough to be held whole, which tells where their damage is. */
async function readRest(first: Uint8Array, handle: FileHandle, file: string): Promise<Uint8Array> {
  try {
    return Buffer.concat([first, await handle.readFile()]);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_FS_FILE_TOO_LARGE") throw error;
    const reason = "the compressed file is larger than 2 GiB";
    throw new TraceFormatError(file, 0, reason, "decompress it, and give what comes out");
  }
}
