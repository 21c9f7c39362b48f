// src/graph/graph-format-error.ts: what is wrong with a graph file, and where.

import { PymallocError } from "../errors.js";

/** A graph file is damaged, truncated or contradicts itself. */
export class GraphFormatError extends PymallocError {
  override readonly name = "GraphFormatError";

  /**
   * @param file - the file as the caller named it.
   * @param offset - byte offset in the decompressed file.
   * @param reason - what is wrong there.
   * @param advice - what the reader can do about it.
   */
  constructor(
    readonly file: string,
    readonly offset: number,
    readonly reason: string,
    advice: string,
  ) {
    super(`${file}: byte ${offset}: ${reason}; ${advice}`);
  }
}
