// src/errors.ts: every error class of the library, and the texts of the core's codes.

import {
  FAULT_DOUBLE_FREE,
  FAULT_FOREIGN_POINTER,
  FAULT_INTERIOR_POINTER,
  RULE_ARENA_LIST,
  RULE_ARENA_MAP,
  RULE_BIN_BITS,
  RULE_BIN_LINKS,
  RULE_BLOCK_LINK,
  RULE_CHUNK_BINNED,
  RULE_CHUNK_COALESCED,
  RULE_CHUNK_FLAGS,
  RULE_CHUNK_PREVIOUS_IN_USE,
  RULE_CHUNK_PREVIOUS_SIZE,
  RULE_CHUNK_SIZE,
  RULE_COUNTERS,
  RULE_POOL_BLOCKS,
  RULE_POOL_COUNTDOWN,
  RULE_POOL_HEADER,
  RULE_POOL_LIST,
  RULE_SIZE_CLASSES,
  RULE_TOP,
  RULE_UNTOUCHED,
} from "../assembly/layout.js";

/** What every error of this library is. */
export class PymallocError extends Error {
  // spelled out in every class: minifiers rename constructors
  override readonly name: string = "PymallocError";
}

/** An argument that no call can serve; nothing was changed. */
export class InvalidArgumentError extends PymallocError {
  override readonly name: string = "InvalidArgumentError";
  constructor(
    readonly argument: string,
    readonly value: unknown,
    expected: string,
  ) {
    super(`${argument} is ${describe(value)}; it must be ${expected}`);
  }
}

/** The limit, or the engine, gives no more memory; the heap is as it was before the call. */
export class MemoryError extends PymallocError {
  override readonly name: string = "MemoryError";
  constructor(
    readonly requestedBytes: number,
    /** Bytes in pools and large blocks. */
    readonly usedBytes: number,
    readonly limitBytes: number,
  ) {
    super(
      `out of memory: ${requestedBytes} bytes requested, ${usedBytes} in use, the limit is ${limitBytes}; ` +
        "free blocks, or create the heap with a larger maximumBytes",
    );
  }
}

/** An address that names no block in use; nothing was changed. */
export class InvalidPointerError extends PymallocError {
  override readonly name: string = "InvalidPointerError";
  constructor(
    readonly address: number,
    what: string,
  ) {
    super(`${hex(address)} ${what}`);
  }
}

/** The block at the address is free already. */
export class DoubleFreeError extends InvalidPointerError {
  override readonly name: string = "DoubleFreeError";
  constructor(address: number) {
    super(address, "is free already; forget an address when you free it");
  }
}

/** The address lies inside memory that is in use, but is not where a block starts. */
export class InteriorPointerError extends InvalidPointerError {
  override readonly name: string = "InteriorPointerError";
  constructor(address: number) {
    super(address, "is not the start of a block; pass the address that the allocation returned");
  }
}

/** The address was never handed out by this heap. */
export class ForeignPointerError extends InvalidPointerError {
  override readonly name: string = "ForeignPointerError";
  constructor(address: number) {
    super(address, "is no address of this heap's blocks; free it on the heap that allocated it");
  }
}

/** The heap's own structures are damaged: somebody wrote outside a block, or this library is wrong. */
export class CorruptHeapError extends PymallocError {
  override readonly name: string = "CorruptHeapError";
  constructor(
    readonly rule: string,
    readonly address: number,
  ) {
    super(`the heap is damaged at ${hex(address)}: ${rule}; look for writes past the end of a block`);
  }
}

/** The Wasm module can't be loaded, or is not this library's. */
export class WasmModuleError extends PymallocError {
  override readonly name: string = "WasmModuleError";
}

/** What must hold, per RULE_ code. */
const RULES: Readonly<Record<number, string>> = {
  [RULE_CHUNK_SIZE]: "a chunk's size reaches neither less than its header nor past the end of memory",
  [RULE_CHUNK_FLAGS]: "a chunk has no other flags than there are, and an arena is in use",
  [RULE_CHUNK_PREVIOUS_SIZE]: "a chunk knows the size of the chunk before it",
  [RULE_CHUNK_PREVIOUS_IN_USE]: "a chunk knows whether the chunk before it is in use",
  [RULE_CHUNK_COALESCED]: "no two free chunks touch",
  [RULE_CHUNK_BINNED]: "every free chunk, and no other, is in the bin of its size",
  [RULE_BIN_LINKS]: "a bin's chunks are linked both ways",
  [RULE_BIN_BITS]: "a bin's bit is set exactly when the bin is filled",
  [RULE_TOP]: "the top is the last chunk and the sentinel ends memory",
  [RULE_UNTOUCHED]: "memory that was never handed out is zero",
  [RULE_ARENA_MAP]: "the arena map has exactly the arenas in use",
  [RULE_ARENA_LIST]: "an arena is on the list of its number of free pools",
  [RULE_POOL_HEADER]: "a pool's header fits its class, and its state its arena's bits",
  [RULE_POOL_BLOCKS]: "every carved block of a pool is used or free",
  [RULE_POOL_COUNTDOWN]: "a pool's countdown fits its state and its used blocks",
  [RULE_POOL_LIST]: "a pool is on the list of its state",
  [RULE_BLOCK_LINK]:
    "a list of free blocks stays in its pool, on block starts, through marked blocks, and ends",
  [RULE_SIZE_CLASSES]: "the size classes and the table that finds them are as they were laid out",
  [RULE_COUNTERS]: "the counters are what a walk over the heap finds",
};

/** The error of a FAULT_ or RULE_ code of the core. */
export function errorOf(code: number, address: number): PymallocError {
  switch (code) {
    case FAULT_DOUBLE_FREE:
      return new DoubleFreeError(address);
    case FAULT_INTERIOR_POINTER:
      return new InteriorPointerError(address);
    case FAULT_FOREIGN_POINTER:
      return new ForeignPointerError(address);
    default:
      return new CorruptHeapError(RULES[code] ?? `rule ${code}`, address);
  }
}

function hex(address: number): string {
  return `0x${address.toString(16)}`;
}

function describe(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  return typeof value === "object" && value !== null ? "an object" : String(value);
}
