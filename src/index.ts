// src/index.ts: public API: re-exports only.

export type { Batch, ColumnOf } from "./batch.js";
export { BytearrayHandle } from "./bytearray.js";
export type { ObjectState } from "./census.js";
export type { Column, ReferenceColumn } from "./column.js";
export type { CoreExports, WasmSource } from "./core.js";
export type { Cursor, StructCursor } from "./cursor.js";
export { type DictEntries, DictHandle } from "./dict.js";
export {
  ConcurrentModificationError,
  CorruptHeapError,
  DeadObjectError,
  DeadReferenceError,
  DeadReferentError,
  DisposedError,
  DoubleFreeError,
  FieldTypeError,
  ForeignHandleError,
  ForeignPointerError,
  HeapClosedError,
  IndexError,
  InteriorPointerError,
  InvalidArgumentError,
  InvalidPointerError,
  KeyError,
  MemoryError,
  NestingError,
  NoRecordError,
  NotAnObjectError,
  NotWeakrefableError,
  ObjectPointerError,
  PymallocError,
  ReleasedHandleError,
  UnhashableError,
  WasmModuleError,
  WrongTypeError,
} from "./errors.js";
export type { FieldType, FieldTypes, ScalarType, StructInit, StructInstance } from "./field-types.js";
export type { Finalizer } from "./finalize.js";
export type { Gc } from "./gc.js";
export { Handle } from "./handle.js";
export {
  type Address,
  type CreateHeapOptions,
  createHeap,
  createHeapSync,
  type FromJs,
  Heap,
  type HeapOptions,
} from "./heap.js";
export type { BlockKind } from "./heap-map.js";
export type { LeakReport } from "./leaks.js";
export { ListHandle } from "./list.js";
export type { Namespace } from "./namespace.js";
export type { Value } from "./object-heap.js";
export { ProxyHandle } from "./proxy.js";
export { ScalarHandle } from "./scalar.js";
export { SetHandle } from "./set.js";
export type { ByteStats, ClassStats, HeapStats } from "./stats.js";
export type { Stream } from "./stream.js";
export type { StructOptions } from "./struct.js";
export type { StructClass } from "./struct-class.js";
export { StructHandle } from "./struct-handle.js";
export { formatStats, type Sys } from "./sys.js";
export type { ToJsOptions } from "./to-js.js";
export { TupleHandle } from "./tuple.js";
export type { ArrayTypes, ElementType, MemoryView, WholeMemory } from "./views.js";
export { WeakKeyDictionaryHandle } from "./weak-key-dictionary.js";
export { WeakSetHandle } from "./weak-set.js";
export { WeakValueDictionaryHandle } from "./weak-value-dictionary.js";
export type { Weakref } from "./weakref.js";
export { type WeakrefCallback, WeakrefHandle } from "./weakref-handle.js";
