// src/lab/formats/heaptrack-format.ts: the numbers that heaptrack gives its file format.
// Source: heaptrack 1.4.0, src/util/config.h.cmake, and what src/analyze/accumulatedtracedata.cpp makes of older ones.

/** Format 0 had blocks by address in all lines; 4 does not exist yet. */
export const FIRST_FORMAT = 1;
export const LAST_FORMAT = 3;
/** From this format on, texts have their length before them. */
export const SIZED_TEXT_FORMAT = 3;
