// src/lab/gunzip.ts: unpacks a gzipped file, or leaves a plain one as it is; damage is told with its place.

import { createGunzip } from "node:zlib";
import { TraceFormatError } from "./trace-format-error.js";

const GZIP_MAGIC = [0x1f, 0x8b] as const;

/**
 * The decompressed bytes; `bytes` itself if it is not gzip.
 *
 * @throws {TraceFormatError} if the gzip data is damaged or cut off, or something follows it.
 */
export function gunzip(bytes: Uint8Array, file: string): Promise<Uint8Array> {
  if (bytes[0] !== GZIP_MAGIC[0] || bytes[1] !== GZIP_MAGIC[1]) return Promise.resolve(bytes);
  return new Promise((resolve, reject) => {
    const stream = createGunzip();
    const parts: Buffer[] = [];
    let length = 0;
    const fail = (reason: string): void =>
      reject(new TraceFormatError(file, length, reason, "fetch or copy the file again"));
    stream.on("data", (part: Buffer) => {
      parts.push(part);
      length += part.length;
    });
    stream.on("error", (error) => fail(`the gzip data is damaged at or before this byte: ${error.message}`));
    stream.on("end", () => {
      const extraBytes = bytes.length - stream.bytesWritten;
      if (extraBytes !== 0) return fail(`${extraBytes} bytes follow the gzip data`);
      resolve(Buffer.concat(parts, length));
    });
    stream.end(bytes);
  });
}
