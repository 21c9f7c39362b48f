// src/errors.ts: every error class of the library, and the texts of the core's codes.

import {
  FAULT_DEAD_OBJECT,
  FAULT_DEAD_REFERENT,
  FAULT_DOUBLE_FREE,
  FAULT_FOREIGN_POINTER,
  FAULT_INTERIOR_POINTER,
  FAULT_NESTING,
  FAULT_NOT_AN_OBJECT,
  FAULT_NOT_WEAKREFABLE,
  FAULT_OBJECT_POINTER,
  FAULT_UNHASHABLE,
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
  RULE_COLLECTOR_FLAGS,
  RULE_COUNTERS,
  RULE_GENERATION,
  RULE_LIST,
  RULE_OBJECT_HEADER,
  RULE_OBJECT_REFERENCE,
  RULE_OBJECT_TABLE,
  RULE_POOL_BLOCKS,
  RULE_POOL_COUNTDOWN,
  RULE_POOL_HEADER,
  RULE_POOL_LIST,
  RULE_REFCOUNT,
  RULE_SIZE_CLASSES,
  RULE_TABLE,
  RULE_TOP,
  RULE_UNTOUCHED,
  RULE_WEAKREF_LIST,
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
    super(address, "is no address of this heap's blocks; pass it to the heap that allocated it");
  }
}

/** The block at the address belongs to an object. */
export class ObjectPointerError extends InvalidPointerError {
  override readonly name: string = "ObjectPointerError";
  constructor(address: number) {
    super(
      address,
      "is an object's block, which free() is not for; release a reference to the object with decref",
    );
  }
}

/** The object that was at the address is gone. */
export class DeadObjectError extends InvalidPointerError {
  override readonly name: string = "DeadObjectError";
  constructor(address: number) {
    super(address, "is no object any more: its last reference was released; incref an address that you keep");
  }
}

/** What is at the address is a block, but no object. */
export class NotAnObjectError extends InvalidPointerError {
  override readonly name: string = "NotAnObjectError";
  constructor(address: number) {
    super(address, "is a block without an object; pass an address that an object call returned");
  }
}

/** The object at the address is of another type than the call is for. */
export class WrongTypeError extends InvalidPointerError {
  override readonly name: string = "WrongTypeError";
  constructor(
    address: number,
    expected = "of another type than this call is for; look at heap.typeOf(address)",
  ) {
    super(address, `is an object ${expected}`);
  }
}

/** The object at the address can't be a key of a dict or a member of a set, as its content may change. */
export class UnhashableError extends InvalidPointerError {
  override readonly name: string = "UnhashableError";
  constructor(address: number) {
    super(
      address,
      "is a list, dict, set or bytearray, or a tuple that holds one: no key, as it may change; use a tuple of keys",
    );
  }
}

/** The object at the address can't be referred to weakly. */
export class NotWeakrefableError extends InvalidPointerError {
  override readonly name: string = "NotWeakrefableError";
  constructor(address: number) {
    super(address, "can't be referred to weakly; structs can, unless declared with weakref: false, and sets");
  }
}

/** The weak reference at the address was not hashed in time. */
export class DeadReferentError extends InvalidPointerError {
  override readonly name: string = "DeadReferentError";
  constructor(address: number) {
    super(address, "is a weak reference to a dead object, without a hash; hash it while the object lives");
  }
}

/** The tuple at the address holds tuples that hold tuples …, too deep to be hashed or compared. */
export class NestingError extends InvalidPointerError {
  override readonly name: string = "NestingError";
  constructor(address: number) {
    super(address, "is a tuple nested too deep to be a key; use a flatter key, or a struct");
  }
}

/** A handle that gave its reference up; nothing was changed. */
export class ReleasedHandleError extends PymallocError {
  override readonly name: string = "ReleasedHandleError";
  constructor(isByFrame: boolean) {
    super(
      isByFrame
        ? "the handle was released when its frame ended; return it from the frame, or name it in an outer namespace"
        : "the handle was released already; dup() it before, to keep a reference of your own",
    );
  }
}

/** A handle of another heap; nothing was changed. */
export class ForeignHandleError extends PymallocError {
  override readonly name: string = "ForeignHandleError";
  constructor(readonly argument: string) {
    super(`${argument} is a handle of another heap; heaps share no objects: pass its toJS() through from()`);
  }
}

/** The heap's objects are over. */
export class HeapClosedError extends PymallocError {
  override readonly name: string = "HeapClosedError";
  constructor() {
    super("the heap was closed: its objects can't be used any more; make another with createHeap()");
  }
}

/** tracemalloc can't do this as things are: it is not tracing, or in another way. */
export class TracingError extends PymallocError {
  override readonly name: string = "TracingError";
}

/** The file is no snapshot of tracemalloc's that can be read. */
export class SnapshotFormatError extends PymallocError {
  override readonly name: string = "SnapshotFormatError";
  constructor(reason: string, options?: ErrorOptions) {
    super(`the snapshot can't be loaded: ${reason}`, options);
  }
}

/** No item is at the index; nothing was changed. */
export class IndexError extends PymallocError {
  override readonly name: string = "IndexError";
  constructor(
    readonly index: number,
    readonly length: number,
    what: string,
  ) {
    super(
      length === 0
        ? `${what} index ${describe(index)} is out of range: the ${what} is empty`
        : `${what} index ${describe(index)} is out of range; it must be from ${-length} to ${length - 1}`,
    );
  }
}

/** The dict or set has no such key; nothing was changed. */
export class KeyError extends PymallocError {
  override readonly name: string = "KeyError";
  constructor(
    readonly key: unknown,
    what: string,
  ) {
    super(`the ${what} has no key ${describe(key)}; ask has() first`);
  }
}

/** A dict or set changed its size, or got other keys, while it was iterated over. */
export class ConcurrentModificationError extends PymallocError {
  override readonly name: string = "ConcurrentModificationError";
  constructor(what: string, changed: "size" | "keys") {
    super(`the ${what} changed its ${changed} during iteration; iterate over a copy: [...it]`);
  }
}

/** A value that a struct's field can't hold; nothing was changed. */
export class FieldTypeError extends PymallocError {
  override readonly name: string = "FieldTypeError";
  constructor(
    readonly struct: string,
    readonly field: string,
    readonly value: unknown,
    expected: string,
    /** The value, in words. */
    given: string = describe(value),
  ) {
    super(`${struct}.${field} can't be ${given}; it must be ${expected}`);
  }
}

/** The batch, cursor or recorder was disposed of. */
export class DisposedError extends PymallocError {
  override readonly name: string = "DisposedError";
  constructor(what: string, uses = "it, nor its columns") {
    super(`the ${what} was disposed of already; dispose of it when you no longer use ${uses}`);
  }
}

/** The cursor stands on no record. */
export class NoRecordError extends PymallocError {
  override readonly name: string = "NoRecordError";
  constructor(struct: string) {
    super(`the cursor stands on no ${struct}; moveTo() one before its fields are used`);
  }
}

/** The object that a proxy stands for is gone. */
export class DeadReferenceError extends PymallocError {
  override readonly name: string = "DeadReferenceError";
  constructor() {
    super(
      "the object that the proxy stood for no longer exists; keep a reference to it while the proxy is used",
    );
  }
}

/** The engine's stack ended within the core's work. */
export class InterruptedError extends PymallocError {
  override readonly name: string = "InterruptedError";
  constructor(what: string) {
    super(`the stack overflowed within ${what}; leave room on it where objects are released`);
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
  [RULE_CHUNK_FLAGS]: "only a chunk in use says what it holds",
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
  [RULE_OBJECT_HEADER]:
    "an object has a count, and a type that is known, of the kind that its block is for, and fits into it",
  [RULE_OBJECT_REFERENCE]: "an object refers to live objects only",
  [RULE_LIST]: "a list's items are in a buffer that has room for them",
  [RULE_TABLE]: "each entry of a dict or set is found by its key, and the index names no other",
  [RULE_WEAKREF_LIST]: "a weakref is linked both ways into the list that the table has for its referent",
  [RULE_REFCOUNT]: "an object counts every reference that objects hold to it",
  [RULE_GENERATION]: "the collector has every young object on the list of its generation",
  [RULE_COLLECTOR_FLAGS]: "no object has marks of a collection that is over",
  [RULE_OBJECT_TABLE]: "a table finds each of its objects, which are alive, and counts them",
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
    case FAULT_OBJECT_POINTER:
      return new ObjectPointerError(address);
    case FAULT_DEAD_OBJECT:
      return new DeadObjectError(address);
    case FAULT_NOT_AN_OBJECT:
      return new NotAnObjectError(address);
    case FAULT_UNHASHABLE:
      return new UnhashableError(address);
    case FAULT_DEAD_REFERENT:
      return new DeadReferentError(address);
    case FAULT_NOT_WEAKREFABLE:
      return new NotWeakrefableError(address);
    case FAULT_NESTING:
      return new NestingError(address);
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
