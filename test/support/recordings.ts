// test/support/recordings.ts: small recordings, written to a file and read back, and the fault of a damaged one.

import { mkdtempSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readRecording } from "../../src/lab/formats/read-recording.js";
import type { Recording } from "../../src/lab/formats/recording.js";
import { TraceFormatError } from "../../src/lab/trace-format-error.js";

const folder = mkdtempSync(join(tmpdir(), "recordings-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
let files = 0;

/** Reads contents as a file of that name. */
export async function recordingOf(contents: string | Uint8Array, name = "small"): Promise<Recording> {
  files += 1;
  const file = join(folder, `${files}-${name}`);
  await writeFile(file, contents);
  try {
    return await readRecording(file);
  } finally {
    rmSync(file);
  }
}

/** The error that reading gives. @throws {Error} if there is none, or it is of another class. */
export async function faultOf(contents: string | Uint8Array): Promise<TraceFormatError> {
  const fault: unknown = await recordingOf(contents).then(
    () => new Error("the damaged recording was accepted"),
    (error: unknown) => error,
  );
  if (fault instanceof TraceFormatError) return fault;
  throw fault;
}

/** Lines, each with its end. */
export function lines(...texts: string[]): string {
  return texts.map((text) => `${text}\n`).join("");
}

/** The events as text: op, slot, size, site. */
export function eventsOf({ trace }: Recording): string[] {
  return Array.from({ length: trace.events }, (_, event) => {
    const [head, size, site] = trace.words.subarray(event * 3, event * 3 + 3);
    const op = ["malloc", "calloc", "realloc", "free"][head! >>> 28]!;
    return op === "free" ? `free ${head! & 0xfffffff}` : `${op} ${head! & 0xfffffff}: ${size} at ${site}`;
  });
}
