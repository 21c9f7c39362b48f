// src/record/watched-heap.ts: has all that happens to the blocks of one heap told to its log: by the heap's tracer, which sees objects and
// order but not which call it was; and by the heap's own calls, which are told of where the tracer says nothing.
// Not here: what is made of it (event-log.ts).

import { TRACED_RAW } from "../../assembly/object-layout.js";
import { OP_ALIGNED, OP_CALLOC, OP_MALLOC, OP_REALLOC } from "../lab/trace.js";
import type { BlockWatcher } from "../tracemalloc/tracer.js";
import type { Address } from "../views.js";
import type { EventLog } from "./event-log.js";

/** What is used of a heap; those of other copies of the library have other classes. */
export interface WatchedHeap {
  readonly tracemalloc?: { watchBlocks?(watcher: BlockWatcher): () => void };
  malloc(size: number): Address;
  calloc(count: number, size: number): Address;
  realloc(address: Address, size: number): Address;
  free(address: Address): void;
  alignedAlloc(alignment: number, size: number): Address;
}

type RawCall = "malloc" | "calloc" | "realloc" | "free" | "alignedAlloc";

/**
 * Begins with the heap's first block, if the heap is new.
 *
 * @returns has the log told of everything so far.
 */
export function watchHeap(heap: WatchedHeap, log: EventLog): () => void {
  // without a tracer, and once the heap is closed, its calls tell all that there is
  let settle: (() => void) | undefined;
  const watcher: BlockWatcher = {
    taken: (address, size, kind, above) => log.taken(address, size, kind, above),
    given: (address) => log.given(address),
    ended() {
      settle = undefined;
      interceptCommon(heap, log);
    },
  };
  try {
    settle = heap.tracemalloc?.watchBlocks?.(watcher);
    if (settle === undefined) log.withoutObjects = "the heap is of another version of this library";
  } catch (error) {
    const { name, message } = error as Error;
    // one of the allocator alone has none; a small one must not fail for being watched
    if (name !== "WasmModuleError") log.withoutObjects = message;
  }
  if (settle === undefined) interceptCommon(heap, log);

  /** A call that the tracer can't tell from malloc and free. */
  const during = (op: number, alignmentLog2: number, call: () => Address): Address => {
    settle?.();
    log.begin(op, alignmentLog2);
    try {
      return call();
    } finally {
      settle?.();
      log.begin(OP_MALLOC);
    }
  };
  const take = (op: number, alignmentLog2: number, sizeOf: () => number, call: () => Address): Address =>
    during(op, alignmentLog2, () => {
      const address = call(); // throws if it was given no numbers
      if (settle === undefined) log.taken(address, sizeOf(), TRACED_RAW);
      return address;
    });

  intercept(heap, "calloc", (calloc) => (count, size) => {
    return take(
      OP_CALLOC,
      0,
      () => count! * size!,
      () => calloc(count, size),
    );
  });
  intercept(heap, "alignedAlloc", (alignedAlloc) => (alignment, size) => {
    const log2 = typeof alignment === "number" ? 31 - Math.clz32(alignment) : 0;
    return take(
      log2 > 0 ? OP_ALIGNED : OP_MALLOC,
      log2,
      () => size!,
      () => alignedAlloc(alignment, size),
    );
  });
  intercept(heap, "realloc", (realloc) => (address, size) => {
    return during(OP_REALLOC, 0, () => {
      const moved = realloc(address, size);
      if (settle !== undefined) return moved;
      if (address !== 0) log.given(address!);
      log.taken(moved, size!, TRACED_RAW);
      return moved;
    });
  });
  return () => settle?.();
}

/** The calls that the tracer tells as they are: if there is one, they are left alone. */
function interceptCommon(heap: WatchedHeap, log: EventLog): void {
  intercept(heap, "malloc", (malloc) => (size) => {
    const address = malloc(size);
    log.taken(address, size!, TRACED_RAW);
    return address;
  });
  intercept(heap, "free", (free) => (address) => {
    const result = free(address);
    if (address !== 0) log.given(address!);
    return result;
  });
}

type Call = (...values: (number | undefined)[]) => Address;

/** Puts another function in the place of one heap's method; whoever lists the heap's properties does not see it. */
function intercept(heap: WatchedHeap, name: RawCall, replace: (original: Call) => Call): void {
  const method = heap[name] as (...values: unknown[]) => Address;
  const original: Call = (...values) => Reflect.apply(method, heap, values);
  Object.defineProperty(heap, name, { value: replace(original), writable: true, configurable: true });
}
