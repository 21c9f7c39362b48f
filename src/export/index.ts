// src/export/index.ts: the entry pymalloc/export: profiles and heaps in formats that existing viewers open: re-exports only.

export type { AllocationProfile, ProfileSample } from "../tracemalloc/allocation-profile.js";
export type { Frame } from "../tracemalloc/frame.js";
export { toFolded } from "./folded.js";
export {
  type HeapProfile,
  type HeapProfileCallFrame,
  type HeapProfileNode,
  type HeapProfileSample,
  toHeapProfile,
} from "./heap-profile.js";
export { type HeapSnapshotOptions, heapSnapshot, heapSnapshotChunks } from "./heap-snapshot.js";
export { toGzippedPprof, toPprof } from "./pprof.js";
export {
  type SpeedscopeFile,
  type SpeedscopeFrame,
  type SpeedscopeProfile,
  toSpeedscope,
} from "./speedscope.js";
export {
  type CompleteTraceEvent,
  type CounterTraceEvent,
  type MetadataTraceEvent,
  type TraceEvent,
  type TraceEventFile,
  TraceEventRecorder,
  type TraceEventRecorderOptions,
} from "./trace-events.js";
