// src/lab/trace-format-error.ts: what is wrong with a trace file, and where.

import { PymallocError } from "../errors.js";

/** A trace file is damaged, truncated or contradicts itself. */
export class TraceFormatError extends PymallocError {
  override readonly name = "TraceFormatError";

  /**
   * @param file - the file as the caller named it.
   * @param offset - byte offset in the decompressed file.
   * @param reason - what is wrong there.
   * @param advice - what the reader can do about it.
   * @param line - of the decompressed file, from 1; none in binary formats.
   */
  constructor(
    readonly file: string,
    readonly offset: number,
    readonly reason: string,
    advice: string,
    readonly line?: number,
  ) {
    super(`${file}: ${line === undefined ? "" : `line ${line}, `}byte ${offset}: ${reason}; ${advice}`);
  }
}
