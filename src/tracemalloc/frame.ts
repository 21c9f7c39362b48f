// src/tracemalloc/frame.ts: one call of a traceback.

export interface Frame {
  readonly functionName: string;
  /** A path, or a URL that is no file's. */
  readonly filename: string;
  /** From 1; 0: unknown, or any. */
  readonly lineno: number;
  /** From 1; 0: unknown. */
  readonly column: number;
}

/** What stands where nothing is known: CPython's words. */
export const UNKNOWN_FRAME: Frame = { functionName: "", filename: "<unknown>", lineno: 0, column: 0 };
