// src/index.ts: public API: re-exports only.

export type { CoreExports, WasmSource } from "./core.js";
export {
  CorruptHeapError,
  DoubleFreeError,
  ForeignPointerError,
  InteriorPointerError,
  InvalidArgumentError,
  InvalidPointerError,
  MemoryError,
  PymallocError,
  WasmModuleError,
} from "./errors.js";
export {
  type Address,
  type CreateHeapOptions,
  createHeap,
  createHeapSync,
  Heap,
  type HeapOptions,
} from "./heap.js";
export type { ByteStats, ClassStats, HeapStats } from "./stats.js";
export { formatStats, type Sys } from "./sys.js";
export type { ArrayTypes, ElementType, MemoryView, WholeMemory } from "./views.js";
