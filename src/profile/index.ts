// src/profile/index.ts: the public API of `pymalloc/profile`: re-exports only.

export type { BackendName } from "./backend.js";
export { type MemoryUsage, type MemoryUsageOptions, memoryUsage } from "./memory-usage.js";
export { type Profile, profile } from "./profile.js";
export type { Sample } from "./record.js";
