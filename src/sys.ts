// src/sys.ts: Python's sys module of one heap: what objects cost, and the allocator's statistics.
// Source: CPython Python/sysmodule.c; CPython Objects/obmalloc.c, _PyObject_DebugMallocStats: the table's columns and its order.

import { OBJECT_HEADER_SIZE, REFCOUNT_IMMORTAL, TYPE_STR } from "../assembly/object-layout.js";
import { InvalidArgumentError } from "./errors.js";
import type { ScalarHandle } from "./kinds/scalar.js";
import { Handle } from "./objects/handle.js";
import type { ObjectHeap } from "./objects/object-heap.js";
import type { HeapStats } from "./stats.js";

const COLUMN = 14;
const LABEL = 44;

export class Sys {
  readonly #stats: () => HeapStats;
  readonly #objects: () => ObjectHeap;

  constructor(stats: () => HeapStats, objects: () => ObjectHeap) {
    this.#stats = stats;
    this.#objects = objects;
  }

  /** References to the object, and one more: Python's function counts its own argument. heap.refcount doesn't. */
  getrefcount(handle: Handle): number {
    const objects = this.#objects();
    return (objects.core.refcount(objects.borrow(handle)) >>> 0) + 1;
  }

  /** Bytes that the object takes, its out-of-line parts included, what it refers to not; of a value: what it would. */
  getsizeof(value: unknown): number {
    const objects = this.#objects();
    const object = objects.lend(value);
    const size = objects.core.get_size(object) >>> 0;
    objects.unlend(value, object);
    return size;
  }

  /** Blocks in use, large ones among them: malloc's, and those of objects. O(heap). */
  getallocatedblocks(): number {
    const { classes, large } = this.#stats();
    return classes.reduce((sum, { usedBlocks }) => sum + usedBlocks, large.blocks);
  }

  /** The one str of this content: compared by identity from then on. @throws {InvalidArgumentError} if it is none. */
  intern(value: string | Handle): ScalarHandle<string> {
    const objects = this.#objects();
    if (typeof value !== "string" && !(value instanceof Handle)) throw notStr(value);
    const str = objects.lend(value);
    if (objects.core.type_of(str) !== TYPE_STR) throw notStr(value);
    const interned = objects.core.str_intern(str);
    objects.unlend(value, str);
    return objects.adoptNew(interned, OBJECT_HEADER_SIZE);
  }

  /** Whether the object is never released: None, True, False, small ints and what is empty, or by heap.immortalize. */
  isImmortal(handle: Handle): boolean {
    const objects = this.#objects();
    return objects.core.refcount(objects.borrow(handle)) >>> 0 >= REFCOUNT_IMMORTAL;
  }

  /** Prints the allocator's statistics as a table, line by line; to stderr, as CPython does, by default. */
  _debugmallocstats(print: (line: string) => void = console.error): void {
    if (typeof print !== "function") throw new InvalidArgumentError("print", print, "a function");
    for (const line of formatStats(this.#stats())) print(line);
  }
}

function notStr(value: unknown): InvalidArgumentError {
  return new InvalidArgumentError("value", value, "a string, or a handle of a str");
}

/** A heap's statistics as CPython prints them, with our large blocks added. */
export function formatStats(stats: HeapStats): string[] {
  const { arenas, pools, widePools, classes, large, bytes } = stats;
  const row = (cells: readonly (string | number)[]): string =>
    cells.map((cell, index) => format(cell).padStart(index === 0 ? 5 : COLUMN)).join(" ");
  const line = (label: string, value: number): string =>
    `${label.padEnd(LABEL)} = ${format(value).padStart(COLUMN + 2)}`;
  const filled = classes.flatMap((stats, index) =>
    stats.pools === 0
      ? []
      : [`${row([index, stats.blockBytes, stats.pools, stats.usedBlocks, stats.freeBlocks])}  ${stats.kind}`],
  );
  return [
    `Small blocks up to ${classes.at(-1)?.blockBytes ?? 0} bytes, in ${classes.length} size classes.`,
    "",
    `${row(["class", "size", "num pools", "blocks in use", "avail blocks"])}  kind`,
    `${row(["-----", "----", "---------", "-------------", "------------"])}  ----`,
    ...filled,
    "",
    line("# arenas allocated total", arenas.total),
    line("# arenas reclaimed", arenas.total - arenas.inUse),
    line("# arenas highwater mark", arenas.highwater),
    line("# arenas allocated current", arenas.inUse),
    line(`${arenas.inUse} arenas * ${arenas.bytesEach} bytes/arena`, arenas.inUse * arenas.bytesEach),
    "",
    line("# bytes in allocated blocks", bytes.usedBlocks),
    line("# bytes in available blocks", bytes.freeBlocks),
    line(`${pools.free} unused pools * ${pools.bytesEach} bytes`, bytes.freePools),
    line("# wide pools, as large as an arena", widePools.inUse),
    line(`# bytes in ${large.blocks} large blocks`, bytes.largeBlocks),
    line("# bytes in free chunks", bytes.freeChunks),
    line("# bytes granted, not used yet", bytes.top),
    line("# bytes lost to headers", bytes.headers),
    line("# bytes lost to quantization", bytes.rounding),
    line("# bytes lost to alignment", bytes.alignment),
    line("# bytes of the heap's own state", bytes.state),
    line("Total", stats.footprintBytes),
    "",
    line("# calls of memory.grow", stats.growCalls),
  ];
}

function format(cell: string | number): string {
  return typeof cell === "number" ? cell.toLocaleString("en-US") : cell;
}
