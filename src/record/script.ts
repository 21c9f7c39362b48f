// src/record/script.ts: runs a script as Node would, in a process of its own, and gives the traces of its heaps.
// Not here: what that process does (register.ts), what becomes of the traces (src/cli/record.ts).

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import type { Trace } from "../lab/trace.js";
import { traceOf } from "../lab/trace-of.js";
import { checkScript, runChild } from "../profile/child.js";
import { BLOCK_KINDS, countHeaps, type HeapFacts, hasEvents, readSpool, spooledHeaps } from "./spool.js";
import { formatOptions, type StartOptions, signalFile } from "./start-options.js";

/** Of the addresses in a trace's blocks: those of wasm32. */
const POINTER_BYTES = 4;

/** What one heap did. */
export interface HeapRecording {
  /** From 1, in the order in which the program made its heaps. */
  readonly heap: number;
  readonly trace: Trace;
  /** Names of the trace's sites, from 1: lines if they were asked for, kinds of block if not. */
  readonly sites: readonly string[];
  readonly facts: HeapFacts;
}

/** A program's run, over by now. */
export interface RecordedRun {
  /** The script's exit code; 128 and the signal's number if one ended it. */
  readonly code: number;
  /** Heaps that the program made, and those that its worker threads made, which are not recorded. */
  readonly heapsMade: number;
  readonly heapsOfWorkers: number;
  /** Numbers of those with at least one event. */
  readonly heaps: readonly number[];
  /** O(events). */
  read(heap: number): HeapRecording;
}

export type RecordOptions = Pick<StartOptions, "hasSites" | "eventsMax" | "heap">;

/**
 * Runs the script to its end; its input and output are this process's.
 *
 * @param register - the module that the process begins with.
 * @param use - what is to be done with the run, which is forgotten then.
 * @throws {NoScriptError}
 */
export async function recordScript(
  register: string,
  script: string,
  args: readonly string[],
  options: RecordOptions,
  use: (run: RecordedRun) => Promise<void>,
): Promise<void> {
  checkScript(script);
  const folder = mkdtempSync(join(tmpdir(), "pymalloc-record-"));
  const start = new Date();
  const query = formatOptions({ ...options, folder, parent: process.pid });
  try {
    const code = await runChild({ register, query, flags: [] }, script, args, signalFile(folder));
    const facts = { script, args, start };
    await use({
      code,
      heapsMade: countHeaps(folder, "main"),
      heapsOfWorkers: countHeaps(folder, "worker"),
      heaps: spooledHeaps(folder).filter((heap) => hasEvents(folder, heap)),
      read: (heap) => readRecording(folder, heap, facts),
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface RunFacts {
  readonly script: string;
  readonly args: readonly string[];
  readonly start: Date;
}

function readRecording(folder: string, heap: number, { script, args, start }: RunFacts): HeapRecording {
  const { words, facts, sites } = readSpool(folder, heap);
  const { blocks, foreignFrees, missedFrees, droppedEvents, isComplete, withoutObjects } = facts;
  const name = basename(script).replace(/\.[^.]*$/, "");
  const trace = traceOf(words, {
    name,
    file: script,
    truncated: !isComplete || droppedEvents > 0,
    meta: {
      program: basename(script),
      commandLine: [script, ...args].join(" "),
      class: "pymalloc heap",
      allocator: "pymalloc",
      platform: `wasm32, Node ${process.versions.node}`,
      pointerBytes: POINTER_BYTES,
      recorded: start.toISOString(),
      heap,
      blocks,
      ...(withoutObjects !== "" && { withoutObjects }),
      recorder: { droppedAfterLimit: droppedEvents, foreignFrees, missedFrees, siteDepth: 1 },
    },
  });
  return { heap, trace, sites: (sites ?? BLOCK_KINDS).slice(0, trace.siteCount), facts };
}
