// src/lab/gunzip.ts: unpacks a gzipped file, or leaves a plain one as it is; damage is told with its place.

import { createGunzip } from "node:zlib";
import { TraceFormatError } from "./trace-format-error.js";

const GZIP_MAGIC = [0x1f, 0x8b] as const;

/** By the first bytes, whatever the name. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === GZIP_MAGIC[0] && bytes[1] === GZIP_MAGIC[1];
}

/**
 * The decompressed bytes; `bytes` itself if it is not gzip.
 *
 * @throws {TraceFormatError} if the gzip data is damaged or cut off, or something follows it.
 */
export async function gunzip(bytes: Uint8Array, file: string): Promise<Uint8Array> {
  if (!isGzip(bytes)) return bytes;
  const parts: Uint8Array[] = [];
  await gunzipInto(bytes, file, (part) => parts.push(part));
  return Buffer.concat(parts);
}

/**
 * Gives the decompressed bytes piece by piece.
 *
 * @param bytes - gzip data.
 * @param take - gets the next piece, and how many of `bytes` were needed so far; what it throws ends the work.
 * @throws {TraceFormatError} as gunzip().
 */
export function gunzipInto(
  bytes: Uint8Array,
  file: string,
  take: (part: Uint8Array, consumedBytes: number) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const stream = createGunzip({ chunkSize: 1 << 17 });
    let length = 0;
    const fail = (reason: string): void =>
      reject(new TraceFormatError(file, length, reason, "fetch or copy the file again"));
    stream.on("data", (part: Buffer) => {
      length += part.length;
      try {
        take(part, stream.bytesWritten);
      } catch (error) {
        reject(error);
        stream.destroy();
      }
    });
    stream.on("error", (error) => fail(`the gzip data is damaged at or before this byte: ${error.message}`));
    stream.on("end", () => {
      const extraBytes = bytes.length - stream.bytesWritten;
      if (extraBytes !== 0) return fail(`${extraBytes} bytes follow the gzip data`);
      resolve();
    });
    stream.end(bytes);
  });
}
