// src/index.ts: public API: re-exports only.

export type { ObjectState } from "./census.js";
export type { CoreExports, WasmSource } from "./core.js";
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
  InterruptedError,
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
  SnapshotFormatError,
  TracingError,
  UnhashableError,
  WasmModuleError,
  WrongTypeError,
} from "./errors.js";
export type { GcCallback, GcInfo, GcStep } from "./gc/collections.js";
export type { Gc, GcStats, GenerationNumber, GenerationStats } from "./gc/gc.js";
export type { PauseStats } from "./gc/pause-histogram.js";
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
export type { DiagnoseOptions } from "./inspect/diagnose.js";
export type { ClassUse, Diagnosis, HeldArena, Shares, Verdict } from "./inspect/diagnosis.js";
export type { Garbage } from "./inspect/garbage.js";
export type { HolderEdge, HolderGraph, HolderNode } from "./inspect/holder-graph.js";
export type { HoldersOptions } from "./inspect/holders.js";
export { BytearrayHandle } from "./kinds/bytearray.js";
export { type DictEntries, DictHandle } from "./kinds/dict.js";
export { ListHandle } from "./kinds/list.js";
export { ScalarHandle } from "./kinds/scalar.js";
export { SetHandle } from "./kinds/set.js";
export type { Stream } from "./kinds/stream.js";
export { TupleHandle } from "./kinds/tuple.js";
export { Handle } from "./objects/handle.js";
export type { LeakReport } from "./objects/leaks.js";
export type { Namespace } from "./objects/namespace.js";
export type { Value } from "./objects/object-heap.js";
export type { ToJsOptions } from "./objects/to-js.js";
export type { ByteStats, ClassStats, HeapStats } from "./stats.js";
export type { Batch, ColumnOf } from "./structs/batch.js";
export type { Column, ReferenceColumn } from "./structs/column.js";
export type { Cursor, StructCursor } from "./structs/cursor.js";
export type { FieldType, FieldTypes, ScalarType, StructInit, StructInstance } from "./structs/field-types.js";
export type { StructOptions } from "./structs/struct.js";
export type { StructClass } from "./structs/struct-class.js";
export { StructHandle } from "./structs/struct-handle.js";
export { formatStats, type Sys } from "./sys.js";
export type { AllocationProfile, ProfileSample } from "./tracemalloc/allocation-profile.js";
export { DomainFilter, Filter, type FilterOptions } from "./tracemalloc/filter.js";
export type { Frame } from "./tracemalloc/frame.js";
export type { Growth, TypeGrowth } from "./tracemalloc/growth.js";
export type { LeaksOptions } from "./tracemalloc/leaks.js";
export { type GroupBy, Snapshot, type StatisticsOptions, type Trace } from "./tracemalloc/snapshot.js";
export { Statistic, StatisticDiff } from "./tracemalloc/statistic.js";
export { type FormatOptions, Traceback } from "./tracemalloc/traceback.js";
export type { StartOptions, TracedMemory, Tracemalloc } from "./tracemalloc/tracemalloc.js";
export type { Domain } from "./tracemalloc/tracer.js";
export type { ArrayTypes, ElementType, MemoryView, WholeMemory } from "./views.js";
export type { Finalizer } from "./weakref/finalize.js";
export { ProxyHandle } from "./weakref/proxy.js";
export { WeakKeyDictionaryHandle } from "./weakref/weak-key-dictionary.js";
export { WeakSetHandle } from "./weakref/weak-set.js";
export { WeakValueDictionaryHandle } from "./weakref/weak-value-dictionary.js";
export type { Weakref } from "./weakref/weakref.js";
export { type WeakrefCallback, WeakrefHandle } from "./weakref/weakref-handle.js";
