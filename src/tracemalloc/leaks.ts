// src/tracemalloc/leaks.ts: runs a piece of a program a few times, and tells what of it stays.

import { InvalidArgumentError } from "../errors.js";
import type { ObjectHeap } from "../objects/object-heap.js";
import { Growth } from "./growth.js";
import type { Snapshot } from "./snapshot.js";
import type { Tracemalloc } from "./tracemalloc.js";

const RUNS = 3;
const NFRAME = 8;

export interface LeaksOptions {
  /** Times that it is run between the two looks, after a first run that fills caches: 3 by default. */
  readonly runs?: number;
  /** Frames of tracebacks, where tracing is not on already: 8 by default. */
  readonly nframe?: number;
}

type Result<T> = T extends PromiseLike<unknown> ? Promise<Growth> : Growth;

/** What `run` leaves behind, collected garbage aside. */
export function findLeaks<T>(
  objects: ObjectHeap,
  tracemalloc: Tracemalloc,
  run: () => T,
  { runs = RUNS, nframe = NFRAME }: LeaksOptions,
): Result<T> {
  if (typeof run !== "function") throw new InvalidArgumentError("run", run, "a function");
  if (!Number.isInteger(runs) || runs < 1)
    throw new InvalidArgumentError("runs", runs, "an integer from 1 up");
  const wasTracing = tracemalloc.isTracing();
  tracemalloc.start(nframe);
  const look = (): Snapshot => {
    objects.heap.gc.collect();
    return tracemalloc.takeSnapshot();
  };
  const end = (): void => {
    if (!wasTracing) tracemalloc.stop();
  };
  let isPending = false;
  try {
    const first = run();
    if (isThenable(first)) {
      isPending = true;
      return runLater(run, first, runs, look).finally(end) as Result<T>;
    }
    const before = look();
    for (let index = 0; index < runs; index += 1) run();
    return new Growth(before, look(), runs) as Result<T>;
  } finally {
    if (!isPending) end();
  }
}

async function runLater(
  run: () => unknown,
  first: PromiseLike<unknown>,
  runs: number,
  look: () => Snapshot,
): Promise<Growth> {
  await first;
  const before = look();
  for (let index = 0; index < runs; index += 1) await run();
  return new Growth(before, look(), runs);
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | null | undefined)?.then === "function";
}
