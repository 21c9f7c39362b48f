// src/profile/run-file.ts: the file in which a profiled process leaves its record, for who started it.

import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import type { ProfileRecord } from "./record.js";

/** A record, however far the program came. Whole at any moment. */
export function writeRecord(file: string, record: ProfileRecord): void {
  writeFileSync(`${file}.new`, JSON.stringify(record));
  renameSync(`${file}.new`, file);
}

/** @returns undefined if the process never began to measure. */
export function readRecord(file: string): ProfileRecord | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as ProfileRecord) : undefined;
}

/** Present when the process is to end: for one that is too busy to be told by a signal. */
export function stopFile(file: string): string {
  return `${file}.stop`;
}

/** Present when the program handles signals itself: then it ends when it likes. */
export function handlesFile(file: string): string {
  return `${file}.handles`;
}
